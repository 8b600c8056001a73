import { decideUnderLock } from '../../run/dispatch/snapshot.io.ts';
import { ExpectedError } from '../../system/result.ts';
import { decideBuild } from '../machine/decide.ts';
import { type Engine, Interrupted } from '../machine/engine.io.ts';
import type { BuildStep, BuildView } from '../machine/step.ts';
import { readBuildView } from '../machine/view.io.ts';
import { buildFaults } from '../machine/wording.ts';
import { recordPlanAdditions } from '../prompts/extend.io.ts';
import { writePipelinePage } from '../stages/write-report.io.ts';
import { performWork } from './perform.io.ts';

/**
 * Performs the engine's own work until agents or a human are needed or the build is done; returns that step. Each step is decided
 * from disk, so a crash loses one step at most. Throws Interrupted if the caller is interrupted.
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
    // A step without an effect would repeat forever.
    if (currentState === previousState)
      throw new ExpectedError(buildFaults.noProgress(engine.site.run, step.work));
    previousState = currentState;
    await performWork(engine, view, step.work);
  }
}

/** Reads the build from disk and decides its next step, under the run's lock. */
export function readNextStep({ dir, now }: Pick<Engine, 'dir' | 'now'>): {
  step: BuildStep;
  view: BuildView;
} {
  return decideUnderLock(dir, now(), (snapshot) => {
    const view = readBuildView(snapshot);
    return { step: decideBuild(view), view };
  });
}
