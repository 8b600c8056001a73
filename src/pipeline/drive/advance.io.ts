import { decideUnderLock } from '../../run/dispatch/snapshot.io.ts';
import { ExpectedError } from '../../system/result.ts';
import { decideBuild } from '../machine/decide.ts';
import { type Engine, Interrupted } from '../machine/engine.ts';
import type { BuildStep, BuildView } from '../machine/step.ts';
import { readBuildView } from '../machine/view.io.ts';
import { buildFaults } from '../machine/wording.ts';
import { recordPlanAdditions } from '../prompts/extend.io.ts';
import { writePipelinePage } from '../stages/write-report.io.ts';
import { performWork } from './perform.io.ts';

/**
 * Does all that the engine can do by itself, step by step, and answers what is next then: agents, a person, or the end. Each step is
 * decided anew from what is on disk, so that a crash costs the step that it fell into. Throws Interrupted once the caller is.
 */
export async function advanceBuild(engine: Engine): Promise<Exclude<BuildStep, { kind: 'work' }>> {
  recordPlanAdditions(engine);
  let previousState = '';
  for (;;) {
    if (engine.signal.aborted) throw new Interrupted('the build was stopped');
    const { step, view } = readNextStep(engine);
    writePipelinePage(view, step);
    if (step.kind !== 'work') return step;
    const currentState = JSON.stringify([
      step,
      view.snapshot.state.lastEvent,
      view.snapshot.plan?.agents.length,
    ]);
    // A step that changes nothing would be done for ever.
    if (currentState === previousState)
      throw new ExpectedError(buildFaults.noProgress(engine.site.run, step.work));
    previousState = currentState;
    await performWork(engine, view, step.work);
  }
}

/** Decides on what is on disk now. */
export function readNextStep({ dir, now }: Pick<Engine, 'dir' | 'now'>): {
  step: BuildStep;
  view: BuildView;
} {
  return decideUnderLock(dir, now(), (snapshot) => {
    const view = readBuildView(snapshot);
    return { step: decideBuild(view), view };
  });
}
