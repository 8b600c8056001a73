import { formatCost } from '../../run/cost/amounts.ts';
import { renderAction } from '../../run/dispatch/action-text.ts';
import type { StageLine } from '../machine/pipeline.ts';
import { renderStep } from '../machine/step-text.ts';
import type { BuildProgress } from './resume-build.io.ts';

/** Exit code: 0 done; 1 a human or another call is needed; 130 interrupted. */
export function exitCodeOfBuild({ complete, interrupted }: BuildProgress): 0 | 1 | 130 {
  if (interrupted) return 130;
  return complete ? 0 : 1;
}

/** The stages that have begun, a line each. */
export function formatStages(stages: readonly StageLine[]): string[] {
  return stages
    .filter(({ state }) => state !== 'later')
    .map(({ number, stage, state, detail }) =>
      `${state === 'done' ? 'done' : 'now '}  ${number.padEnd(2)} ${stage.padEnd(9)} ${detail}`.trimEnd(),
    );
}

/** The stages without the reasons of a stop, which are printed in full beside them. */
export function withoutReasons(stages: readonly StageLine[], reasons: readonly string[]): StageLine[] {
  return stages.map((stage) =>
    stage.detail !== '' && reasons.includes(stage.detail) ? { ...stage, detail: 'stopped' } : stage,
  );
}

const reasonsOf = (step: BuildProgress['step']): string[] =>
  step.kind === 'stuck' || step.kind === 'halted' ? [step.reason] : [];

/** Formats a build's progress. Inside a session it prints only the stage and the next action, to save context. */
export function renderBuildProgress(progress: BuildProgress): string {
  const { run, stages, step, interrupted, auditUsd, goOn, next } = progress;
  if (next) {
    const now = stages.find(({ state }) => state === 'now');
    const stage = now ? [`${run}, stage ${now.number}, ${now.stage}`] : [];
    return [...stage, renderAction(next)].join('\n');
  }
  const cost = formatCost(progress, auditUsd);
  const stopped = interrupted ? [`interrupted; to resume: \`sao run ${run}\` with the same options`] : [];
  return [
    run,
    ...formatStages(withoutReasons(stages, reasonsOf(step))),
    ...(cost === '' ? [] : [progress.costUsd > 0 ? `spent: ${cost}` : cost]),
    ...stopped,
    renderStep(run, step, goOn ?? undefined),
  ].join('\n');
}
