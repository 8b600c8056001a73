import type { Finding, Severity } from '../../findings/finding.ts';
import { plainText } from '../../findings/plain-text.ts';
import { isWorse, type QcVerdict, verdictOf } from '../../run/ledger/verdict.ts';
import type { Diagnostic } from '../../system/result.ts';
import { describeTests, passed } from '../../workspace/tests/test-log.ts';
import type { ConformanceRow } from './conformance-table.ts';
import type { LockFault, ModuleEvidence } from './evidence.ts';
import { found, reason } from './judge-wording.ts';

export interface ModuleJudgement {
  verdict: QcVerdict;
  /** What its builder has to fix, the worst first, the engine's own before the agent's. */
  findings: Finding[];
  /** Minor findings: they block nothing. */
  backlog: Finding[];
  /** Why the verdict is what it is, a sentence each; for a pass, empty. */
  reasons: string[];
}

const LOCK_SEVERITY: Record<LockFault['level'], Severity> = {
  critical: 'critical',
  locked: 'major',
  unlocked: 'minor',
};
const RANK: Record<Severity, number> = { critical: 0, major: 1, minor: 2 };

/**
 * Judges a module by what the engine has seen and what its QC agent found. A report is believed where it is bad; where it is good it
 * must agree with its own findings, its own conformance table and the engine's tests. Pure.
 */
export function judgeModule(evidence: ModuleEvidence): ModuleJudgement {
  const { report } = evidence;
  const findings = [
    ...engineFindings(evidence),
    ...report.findings,
    ...report.conformance.flatMap((row) => findBroken(row, report.findings)),
  ].sort((a, b) => RANK[a.severity] - RANK[b.severity]);
  const shown = verdictOf(findings);
  const verdict = isWorse(report.verdict, shown) ? report.verdict : shown;
  return {
    verdict,
    findings: findings.filter(({ severity }) => severity !== 'minor'),
    backlog: findings.filter(({ severity }) => severity === 'minor'),
    reasons: verdict === 'pass' ? [] : explain(evidence, verdict),
  };
}

function engineFindings(evidence: ModuleEvidence): Finding[] {
  const { report, tests, strays, lockFaults, commit } = evidence;
  const isFalsePass = report.verdict === 'pass' && !passed(tests);
  const failed = passed(tests) ? [] : [found.tests(describeTests(tests), isFalsePass)];
  return [
    ...failed,
    ...strays.map(found.stray),
    ...lockFaults.map((fault) => found.lock(fault, severityOf(fault))),
    ...(commit === null ? [found.noCommit()] : []),
    ...brainFindings(evidence),
  ];
}

/** How a brain is written down stops nobody; all else that is wrong with it would go where it is merged to. */
const BRAIN_FORM: readonly string[] = ['brain-missing', 'brain-section', 'brain-too-long'];
const isOfForm = ({ code }: Diagnostic) => BRAIN_FORM.includes(code);

function brainFindings({ brain: { path, faults } }: ModuleEvidence): Finding[] {
  const form = faults.filter(isOfForm);
  return [
    ...faults.filter((fault) => !isOfForm(fault)).map((fault) => found.brainFault(path, fault)),
    ...(form.length > 0 ? [found.brainForm(path, form)] : []),
  ];
}

// What is not known is no pass; but nobody has seen it broken either, and it is no ground to halt everything.
function severityOf({ level, untested }: LockFault): Severity {
  const severity = LOCK_SEVERITY[level];
  return untested && severity === 'critical' ? 'major' : severity;
}

const BROKEN: Record<ConformanceRow['holds'], Severity | undefined> = {
  yes: undefined,
  'n/a': undefined,
  partly: 'minor',
  no: 'major',
};

// What the table denies and no bullet tells would be lost to the builder.
function findBroken(row: ConformanceRow, findings: readonly Finding[]): Finding[] {
  const severity = BROKEN[row.holds];
  if (severity === undefined) return [];
  const isTold = findings.some(
    (finding) => RANK[finding.severity] <= RANK[severity] && tellsOf(finding, row),
  );
  return isTold ? [] : [found.broken(row, severity)];
}

function tellsOf({ title, path, line, detail = '' }: Finding, { item, code }: ConformanceRow): boolean {
  const place = path === undefined ? '' : line === undefined ? path : `${path}:${line}`;
  const isSamePlace = line !== undefined && code.includes(place);
  return isSamePlace || plainText(`${title} ${detail}`).toLowerCase().includes(item.toLowerCase());
}

function explain(evidence: ModuleEvidence, verdict: QcVerdict): string[] {
  const { report, tests, strays, lockFaults, commit, brain } = evidence;
  const listed = verdictOf(report.findings);
  const broken = report.conformance.filter(({ holds }) => holds === 'no').length;
  const binding = lockFaults.filter(({ level }) => level !== 'unlocked').length;
  return [
    ...(passed(tests) ? [] : [reason.tests(describeTests(tests), report.verdict)]),
    ...(strays.length > 0 ? [reason.strays(strays.length)] : []),
    ...(binding > 0 ? [reason.locks(binding)] : []),
    ...(commit === null ? [reason.noCommit()] : []),
    ...(brain.faults.every(isOfForm) ? [] : [reason.brain()]),
    ...(isWorse(listed, report.verdict) ? [reason.milder(report.verdict, listed)] : []),
    ...(broken > 0 ? [reason.broken(broken)] : []),
    ...(report.verdict === verdict ? [reason.reported(verdict)] : []),
  ];
}
