import { join } from 'node:path';
import { type BuildState, uncoveredDomains } from '../../run/ledger/build-state.ts';
import { treesOf } from '../../run/ledger/names.ts';
import { INTEGRATION } from '../../workspace/worktree/names.ts';
import { decideStage } from './decide-stage.ts';
import type { BuildStep, BuildView, Work } from './step.ts';
import { stuckSteps } from './stuck.ts';

type HardeningState = BuildState['harden'];

/**
 * The next step of stage 5; undefined once the integration branch was audited without a critical finding. Modules have fixed their
 * own findings before this is called.
 */
export function decideHardening(view: BuildView): BuildStep | undefined {
  const { snapshot, isAuditReported, isAuditRemoved, integrationTip } = view;
  const { harden } = snapshot.state.build;
  const { child, commit, isStale, isOver } = harden;
  const startAudit = workStep({ do: 'begin-hardening' });
  if (child === undefined || isAuditRemoved) return startAudit;
  // A human resumed the build, which was halted for this.
  if (isOver && !isStale && uncoveredDomains(harden).length > 0) return startAudit;
  // Fix these before the next audit, so that one audit covers all fixes.
  if (hasUnownedFindings(harden)) return decideStage(view, 'harden') ?? startAudit;
  if (isStale) return startAudit;
  if (!isOver)
    return isAuditReported ? workStep({ do: 'end-hardening', child }) : { kind: 'child', run: child };
  if (!hasCriticalFindings(harden)) return undefined;
  const { manifest, dir } = snapshot;
  return integrationTip === commit
    ? stuckSteps.critical(manifest.id, join(treesOf(dir, manifest), INTEGRATION), criticalFindings(harden))
    : startAudit;
}

const workStep = (work: Work): BuildStep => ({ kind: 'work', work: [work] });

/** Whether the last audit covers the integration branch: nothing was merged since, and nothing is left to fix. */
export function isHardened(harden: HardeningState): boolean {
  const isCovered = uncoveredDomains(harden).length === 0;
  return (
    harden.isOver &&
    !harden.isStale &&
    isCovered &&
    !hasUnownedFindings(harden) &&
    !hasCriticalFindings(harden)
  );
}

/** Findings of the first audit that no module owns. Findings of later audits are left to a human. */
export function unownedFindings({ isOver, rounds, majors }: HardeningState): string[] {
  const isFirstAudit = isOver && rounds === 1;
  return isFirstAudit ? majors.flatMap(({ module, finding }) => (module === null ? [finding] : [])) : [];
}

function hasUnownedFindings(harden: HardeningState): boolean {
  return unownedFindings(harden).length > 0;
}

function hasCriticalFindings({ isOver, findings }: HardeningState): boolean {
  return isOver && (findings?.critical ?? 0) > 0;
}

function criticalFindings({ majors }: HardeningState): string[] {
  return majors.flatMap(({ finding }) => (finding.startsWith('- [critical]') ? [finding.slice(2)] : []));
}
