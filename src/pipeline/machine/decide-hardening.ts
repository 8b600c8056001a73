import type { BuildState } from '../../run/ledger/build-state.ts';
import { decideStage } from './decide-stage.ts';
import type { BuildStep, BuildView, Work } from './step.ts';
import { stuck } from './wording.ts';

type Hardening = BuildState['harden'];

/**
 * The next step of stage 5; undefined once what stands there was audited and nothing critical is left of it. Modules have mended by
 * then what was theirs.
 */
export function decideHardening(view: BuildView): BuildStep | undefined {
  const { snapshot, isChildOver, isChildGone, tip } = view;
  const { harden } = snapshot.state.build;
  const { child, commit, isStale, isOver } = harden;
  const audit = workOf({ do: 'begin-hardening' });
  if (child === undefined || isChildGone) return audit;
  // Before what was merged since is looked at: one audit sees what all have mended.
  if (isOwed(harden)) return decideStage(view, 'harden') ?? audit;
  if (isStale) return audit;
  if (!isOver) return isChildOver ? workOf({ do: 'end-hardening', child }) : { kind: 'child', run: child };
  if (!isCriticalLeft(harden)) return undefined;
  const { manifest, dir } = snapshot;
  return tip === commit ? stuck.critical(manifest.id, dir, criticalsOf(harden)) : audit;
}

const workOf = (work: Work): BuildStep => ({ kind: 'work', work: [work] });

/** Whether the audit's word is the last one on what stands there: nothing was merged since, nothing is to be mended. */
export function isHardened(harden: Hardening): boolean {
  return harden.isOver && !harden.isStale && !isOwed(harden) && !isCriticalLeft(harden);
}

/** What the first audit found and no module owns. Findings of later ones are for a person to weigh, whosever they are. */
export function owedFindings({ isOver, rounds, majors }: Hardening): string[] {
  const isFirst = isOver && rounds === 1;
  return isFirst ? majors.flatMap(({ module, finding }) => (module === null ? [finding] : [])) : [];
}

function isOwed(harden: Hardening): boolean {
  return owedFindings(harden).length > 0;
}

function isCriticalLeft({ isOver, findings }: Hardening): boolean {
  return isOver && (findings?.critical ?? 0) > 0;
}

function criticalsOf({ majors }: Hardening): string[] {
  return majors.flatMap(({ finding }) => (finding.startsWith('- [critical]') ? [finding.slice(2)] : []));
}
