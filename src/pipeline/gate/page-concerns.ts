import { verbatim } from '../../findings/verbatim.ts';
import { uncoveredDomains } from '../../run/ledger/build-state.ts';
import type { RunState } from '../../run/ledger/state.ts';
import { describeUnproved } from '../../run/ledger/unproved.ts';
import type { AuditCoverage, GatePage } from './page.ts';
import { concernText } from './page-text.ts';

/** What speaks against an approval, the worst first. */
export function listConcerns(page: Omit<GatePage, 'concerns'>, state: RunState): string[] {
  const { subject, qc, audit, outside, changes, rejectionNote } = page;
  const { build, noSandbox } = state;
  return [
    ...describeUnproved(state),
    ...(subject.isChecked ? [] : [concernText.unchecked()]),
    ...(page.status === 'rejected' && rejectionNote !== null ? [concernText.rejected(rejectionNote)] : []),
    ...(build.adopted?.length ? [concernText.adopted(build.adopted)] : []),
    ...(noSandbox === undefined ? [] : [concernText.noSandbox(noSandbox)]),
    ...(qc?.modules ?? []).flatMap(({ name, verdict }) =>
      verdict === 'pass' ? [] : [concernText.notPassed(name, verdict ?? 'not reviewed')],
    ),
    ...(subject.stage === 'ship' ? auditConcerns(audit) : []),
    ...(page.denied.length > 0 ? [concernText.denied(page.denied)] : []),
    ...outsideConcerns(outside),
    ...('unreadable' in changes ? [concernText.unreadable('the difference', changes.unreadable)] : []),
    ...page.reports.flatMap(({ role, path, lines }) =>
      lines === undefined ? [concernText.report(role, path)] : [],
    ),
    ...(subject.stage === 'ship' ? (build.checks.get('ship')?.remarks ?? []).map(verbatim) : []),
  ];
}

function auditConcerns(audit: AuditCoverage | null): string[] {
  if (!audit) return [concernText.auditMissing()];
  const { findings, agents, domains, isOutdated, report } = audit;
  const isIncomplete = agents !== undefined && agents.done < agents.total;
  const isBad = findings !== null && findings.critical + findings.major > 0;
  return [
    ...(isBad ? [concernText.findings(findings)] : []),
    ...uncoveredDomains({ coverage: domains }).map((domain) => concernText.auditDomain(domain)),
    ...(isIncomplete ? [concernText.auditGaps(agents.done, agents.total)] : []),
    ...(agents ? [] : [concernText.auditUnknown(report)]),
    ...(isOutdated ? [concernText.auditOutdated()] : []),
  ];
}

function outsideConcerns(outside: GatePage['outside']): string[] {
  if ('unreadable' in outside) return [concernText.unreadable('your checkout', outside.unreadable)];
  const { base, checkout, programs } = outside;
  return [
    ...(programs.length > 0 ? [concernText.programs(programs)] : []),
    ...(base.tip === null ? [concernText.baseGone(base.branch)] : []),
    ...(base.newCommits > 0 && !base.isMergedIn ? [concernText.baseMoved(base.branch, base.newCommits)] : []),
    ...(checkout.inTheWay.length > 0 ? [concernText.inTheWay(checkout.inTheWay)] : []),
  ];
}
