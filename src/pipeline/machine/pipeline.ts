import { countOf } from '../../findings/words.ts';
import type { CheckedStage } from '../../run/ledger/build-events.ts';
import type { BuildState } from '../../run/ledger/build-state.ts';
import type { ModuleState } from '../../run/ledger/module-state.ts';
import { STAGE_NUMBERS, STAGES, type Stage } from '../../run/ledger/stages.ts';
import { decideBuild } from './decide.ts';
import { isHardened } from './decide-hardening.ts';
import type { BuildStep, BuildView } from './step.ts';
import { describeCoverage, describeShipped } from './wording.ts';

/** Progress of a stage, for display. */
export interface StageLine {
  stage: Stage;
  /** The stage number in documents: `1b`. */
  number: string;
  state: 'done' | 'now' | 'later';
  detail: string;
}

/** The stages of a build, one line each. Pure. */
export function describeStages(view: BuildView, step: BuildStep = decideBuild(view)): StageLine[] {
  const current = currentStage(view, step);
  const currentIndex = current === undefined ? STAGES.length : STAGES.indexOf(current);
  return STAGES.map((stage, index) => ({
    stage,
    number: STAGE_NUMBERS[stage],
    state: index < currentIndex ? 'done' : index === currentIndex ? 'now' : 'later',
    detail:
      index <= currentIndex ? describeDetail(view, stage, index === currentIndex ? step : undefined) : '',
  }));
}

/** The stage that a build is in; undefined once it is over. */
function currentStage({ snapshot, blueprint }: BuildView, step: BuildStep): Stage | undefined {
  const { build, gates, reported } = snapshot.state;
  if (reported) return undefined;
  if (build.shipped) return 'curate';
  const isCheckPassed = (stage: CheckedStage) => build.checks.get(stage)?.ok === true;
  if (!isCheckPassed('architect') || gates.get('architect')?.approved !== build.checks.get('architect')?.hash)
    return 'architect';
  if (!isCheckPassed('bootstrap')) return 'bootstrap';
  if (!isCheckPassed('scaffold')) return 'scaffold';
  const isHalted = step.kind === 'halted';
  const modules = (blueprint?.modules ?? []).map(({ name }) => build.modules.get(name));
  // While the build is halted, audit findings do not move it back to an earlier stage.
  if (modules.some((module) => !(isHalted ? hasPassedQc : isModulePassed)(module))) return 'build';
  if (modules.some((module) => module?.merged?.source !== module?.judged?.commit)) return 'assemble';
  return isHardened(build.harden) && !isHalted && step.kind !== 'child' ? 'ship' : 'harden';
}

/** Whether a module passed QC and has no open audit finding. */
export function isModulePassed(module: ModuleState | undefined): boolean {
  return hasPassedQc(module) && module?.hardening.length === 0;
}

function hasPassedQc(module: ModuleState | undefined): boolean {
  return module?.judged?.verdict === 'pass' && !module.blocked;
}

/** Findings of the last audit, and the domains that it covers in part or not at all. */
function describeAudit({ findings, coverage }: BuildState['harden']): string {
  if (!findings) return '';
  const { critical, major, minor } = findings;
  const incomplete = coverage.filter(({ planned, given }) => given < planned).map(describeCoverage);
  return [`${critical} critical, ${major} major, ${minor} minor`, ...incomplete].join('; ');
}

function describeDetail(view: BuildView, stage: Stage, step: BuildStep | undefined): string {
  const { build } = view.snapshot.state;
  if (step?.kind === 'gate') return `waits for a human: sao gate show ${step.stage}`;
  if (step?.kind === 'stuck' || step?.kind === 'halted') return step.reason;
  const modules = [...build.modules.values()];
  switch (stage) {
    case 'build':
      return `${modules.filter(step ? isModulePassed : hasPassedQc).length} of ${countOf(view.blueprint?.modules.length ?? 0, 'module')} passed QC`;
    case 'assemble':
      return `${modules.filter(({ merged }) => merged).length} of ${countOf(view.blueprint?.modules.length ?? 0, 'module')} merged`;
    case 'harden':
      return describeAudit(build.harden);
    case 'ship':
      return build.shipped === undefined
        ? describeCheck(build, stage)
        : joinNonEmpty(describeShipped(build.shipped), describeCheck(build, stage, 'its gate said: '));
    default:
      return describeCheck(build, stage);
  }
}

/** The faults and remarks of a stage's last check, after this text if there are any. */
function describeCheck({ checks }: BuildState, stage: CheckedStage, before = ''): string {
  const { faults = [], remarks = [] } = checks.get(stage) ?? {};
  const text = [...faults, ...remarks].join('; ');
  return text === '' ? '' : `${before}${text}`;
}

const joinNonEmpty = (...texts: readonly string[]) => texts.filter((text) => text !== '').join('; ');
