import type { CarriedBuild } from './carry.io.ts';
import { renderStep } from './step-text.ts';

/** 0: done; 1: a person or a further call is needed; 130: interrupted. */
export function exitOfBuild({ complete, interrupted }: CarriedBuild): 0 | 1 | 130 {
  if (interrupted) return 130;
  return complete ? 0 : 1;
}

/** The stages that count now, and what goes on. */
export function renderBuild({ run, stages, step, interrupted, costUsd }: CarriedBuild): string {
  const shown = stages.filter(({ state }) => state !== 'later');
  const lines = shown.map(({ number, stage, state, detail }) =>
    `${state === 'done' ? 'done' : 'now '}  ${number.padEnd(2)} ${stage.padEnd(9)} ${detail}`.trimEnd(),
  );
  const cost = costUsd > 0 ? [`$${costUsd.toFixed(2)} spent`] : [];
  const stopped = interrupted ? [`interrupted; \`sao run ${run}\` with the same options goes on`] : [];
  return [run, ...lines, ...cost, ...stopped, renderStep(run, step)].join('\n');
}
