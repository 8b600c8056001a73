import { decideUnderLock } from '../../run/dispatch/snapshot.io.ts';
import { ExpectedError } from '../../system/result.ts';
import { decideBuild } from '../machine/decide.ts';
import { type Engine, Interrupted } from '../machine/engine.ts';
import type { BuildStep, BuildView } from '../machine/step.ts';
import { viewOf } from '../machine/view.io.ts';
import { refuse } from '../machine/wording.ts';
import { heedPlan } from '../prompts/extend.io.ts';
import { writePipeline } from '../stages/write-report.io.ts';
import { perform } from './perform.io.ts';

/**
 * Does all that the engine can do by itself, step by step, and answers what is next then: agents, a person, or the end. Each step is
 * decided anew from what is on disk, so that a crash costs the step that it fell into. Throws Interrupted once the caller is.
 */
export async function advance(engine: Engine): Promise<Exclude<BuildStep, { kind: 'work' }>> {
  heedPlan(engine);
  let before = '';
  for (;;) {
    if (engine.signal.aborted) throw new Interrupted('the build was stopped');
    const { step, view } = look(engine);
    writePipeline(view, step);
    if (step.kind !== 'work') return step;
    const now = JSON.stringify([step, view.snapshot.state.lastEvent, view.snapshot.plan?.agents.length]);
    // A step that changes nothing would be done for ever.
    if (now === before) throw new ExpectedError(refuse.noProgress(engine.site.run, step.work));
    before = now;
    await perform(engine, view, step.work);
  }
}

/** Decides on what is on disk now. */
export function look({ dir, now }: Pick<Engine, 'dir' | 'now'>): { step: BuildStep; view: BuildView } {
  return decideUnderLock(dir, now(), (snapshot) => {
    const view = viewOf(snapshot);
    return { step: decideBuild(view), view };
  });
}
