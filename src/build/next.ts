import type { Action } from '../dispatch/action.ts';
import { decideNext } from '../dispatch/next.ts';
import { decideBuild } from './decide.ts';
import type { BuildView } from './step.ts';
import { say } from './wording.ts';

/** The one next action of a build inside a session; `child` where it is the action of the run that audits it. Pure. */
export function decideNextOfBuild(view: BuildView): Action | { child: string } {
  const step = decideBuild(view);
  const run = view.snapshot.manifest.id;
  switch (step.kind) {
    case 'work':
      return { action: 'run', run, command: `sao run ${run} --commands`, message: say.engine(step.work) };
    case 'agents':
      return decideNext(view.snapshot, 'agent');
    case 'gate':
      return {
        action: 'ask',
        run,
        command: `sao gate approve ${step.stage} ${run}`,
        message: say.gate(run, step.stage),
      };
    case 'child':
      return { child: step.run };
    case 'stuck':
      return { action: 'ask', run, command: step.command, message: say.stuck(step.reason) };
    case 'halted':
      return { action: 'halted', run, command: `sao run ${run}`, message: say.halted(step.reason) };
    case 'done':
      return { action: 'done', run, message: say.done(view.snapshot.dir) };
  }
}
