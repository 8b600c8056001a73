import type { BuildStep } from './step.ts';

/** What lets a build go on, in a line or two for a person. */
export function renderStep(run: string, step: Exclude<BuildStep, { kind: 'work' }>): string {
  switch (step.kind) {
    case 'agents':
      return `${step.agents.map(({ id }) => id).join(', ') || 'the engine'}: next. Inside a session: sao next ${run}; without one: sao run ${run} --driver claude`;
    case 'child':
      return `the audit ${step.run} is under way. Inside a session: sao next ${run}; without one: sao run ${run} --driver claude`;
    case 'gate':
      return `a person decides: sao gate show ${step.stage} ${run}, then sao gate approve ${step.stage} ${run} (or reject, with --note), then sao run ${run}`;
    case 'stuck':
      return `it goes no further by itself: ${step.reason}\n$ ${step.command}`;
    case 'halted':
      return `halted: ${step.reason}\nOnce you have looked at it: sao run ${run}`;
    case 'done':
      return `done: sao report ${run}`;
  }
}
