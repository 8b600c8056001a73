import type { Action } from '../../run/dispatch/action.ts';
import { driverCall } from '../../run/dispatch/driver-call.ts';
import { decideDue } from '../../run/dispatch/next.ts';
import type { Manifest } from '../../run/ledger/manifest.ts';
import { backlogBullets } from './backlog.ts';
import { decideBuild } from './decide.ts';
import type { BuildView } from './step.ts';
import { engineCommand, nextActionText } from './wording.ts';

/** Decides the next action of a build inside a session; returns `child` if the audit run decides the action. Pure. */
export function decideBuildAction(view: BuildView): Action | { child: string; run: string } {
  const step = decideBuild(view);
  const { snapshot } = view;
  const run = snapshot.manifest.id;
  switch (step.kind) {
    case 'work':
      return { action: 'run', run, command: engineCommand(run), message: nextActionText.engine(step.work) };
    case 'agents':
      return withEngineCommand(decideDue(snapshot, step.agents), run);
    case 'gate': {
      const { stage } = step;
      const command = `sao gate approve ${stage} ${run}`;
      return { action: 'ask', run, gate: stage, command, message: nextActionText.gate(run, stage) };
    }
    case 'child':
      return { child: step.run, run };
    case 'stuck':
      return { action: 'ask', run, command: step.command, message: nextActionText.stuck(step.reason, run) };
    case 'halted':
      return {
        action: 'halted',
        run,
        command: resumeCommand(snapshot.manifest),
        message: nextActionText.halted(step.reason),
      };
    case 'done':
      return { action: 'done', run, message: nextActionText.done(snapshot, backlogBullets(view).length) };
  }
}

/** Command that resumes the build in a terminal: with a driver it runs the agents too, else only the engine's work. */
function resumeCommand({ id, driver }: Manifest): string {
  return driverCall(id, { driver }) ?? engineCommand(id);
}

/** Replaces `sao next` by the engine's command, whose output is the next action. This saves a turn. */
export function withEngineCommand(action: Action, run: string): Action {
  const { message } = action;
  return message === undefined
    ? action
    : { ...action, message: message.replace('`sao next`', nextActionText.goOn(run)) };
}
