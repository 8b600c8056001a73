import type { BuildStep } from './step.ts';
import { engineCommand } from './wording.ts';

/** How a build continues: by the command of its headless runner or, without one, in a session or with the client. */
export function resumeText(run: string, driverCommand: string | undefined): string {
  return driverCommand ?? `inside a session sao next ${run}; without one sao run ${run} --driver claude`;
}

/** Describes, in one or two lines for a human, how a build continues. `goOn` is the command of its headless runner, if it has one. */
export function renderStep(
  run: string,
  step: Exclude<BuildStep, { kind: 'work' }>,
  driverCommand: string | undefined,
): string {
  const headlessCommand = `sao run ${run} --driver claude`;
  const continueWith = resumeText(run, driverCommand);
  const continuation =
    driverCommand === undefined
      ? `Inside a session: sao next ${run}; without one: ${headlessCommand}`
      : `To continue: ${driverCommand}`;
  switch (step.kind) {
    case 'agents':
      return `${step.agents.map(({ id }) => id).join(', ') || 'the engine'}: next. ${continuation}`;
    case 'child':
      return `the audit ${step.run} is running. ${continuation}`;
    case 'gate':
      return `a human decides: sao gate show ${step.stage} ${run}, then sao gate approve ${step.stage} ${run} (or reject, with --note)\nthen: ${continueWith}`;
    case 'stuck':
      return `the build cannot continue by itself: ${step.reason}\n$ ${step.command}\nthen: ${continueWith}`;
    case 'halted':
      return `halted: ${step.reason}\nafter you have examined it: ${driverCommand ?? `${headlessCommand}; or ${engineCommand(run)}, then a session continues`}`;
    case 'done':
      return `done: sao report ${run}`;
  }
}
