import type { BuildStep } from './step.ts';
import { engineCall } from './wording.ts';

/** What lets a build go on, in a line or two for a person; `goOn` is the whole call of its driver, where it has one outside of a session. */
export function renderStep(
  run: string,
  step: Exclude<BuildStep, { kind: 'work' }>,
  goOn: string | undefined,
): string {
  const headless = `sao run ${run} --driver claude`;
  const ways = goOn ?? `inside a session sao next ${run}; without one ${headless}`;
  const next =
    goOn === undefined
      ? `Inside a session: sao next ${run}; without one: ${headless}`
      : `It goes on with: ${goOn}`;
  switch (step.kind) {
    case 'agents':
      return `${step.agents.map(({ id }) => id).join(', ') || 'the engine'}: next. ${next}`;
    case 'child':
      return `the audit ${step.run} is under way. ${next}`;
    case 'gate':
      return `a person decides: sao gate show ${step.stage} ${run}, then sao gate approve ${step.stage} ${run} (or reject, with --note)\nthen: ${ways}`;
    case 'stuck':
      return `it goes no further by itself: ${step.reason}\n$ ${step.command}\nthen: ${ways}`;
    case 'halted':
      return `halted: ${step.reason}\nonce you have looked at it: ${goOn ?? `${headless}; or ${engineCall(run)}, and a session goes on`}`;
    case 'done':
      return `done: sao report ${run}`;
  }
}
