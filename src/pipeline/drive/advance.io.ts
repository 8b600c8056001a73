import { decideUnderLock } from '../../run/dispatch/snapshot.io.ts';
import { rejectChangedPlan } from '../../run/dispatch/wording.ts';
import { ExpectedError } from '../../system/result.ts';
import { decideBuild } from '../machine/decide.ts';
import { type Engine, Interrupted } from '../machine/engine.io.ts';
import type { BuildStep, BuildView } from '../machine/step.ts';
import { readBuildView } from '../machine/view.io.ts';
import { buildFaults, progressText } from '../machine/wording.ts';
import { recordPlanAdditions, restorePrompts } from '../prompts/extend.io.ts';
import { prepareAllTrees } from '../stages/modules.io.ts';
import { recordPreparedFiles } from '../stages/tracked-state.io.ts';
import { writePipelinePage } from '../stages/write-report.io.ts';
import { performWork } from './perform.io.ts';
import { restoreTrees } from './restore.io.ts';
import { watchProject } from './watch-project.io.ts';

/** How often worktrees are restored in one call: what damages them again each time has to be stopped first. */
const MAX_RESTORES = 10;
/** How often the same step may be performed before agents or a human are needed. */
const MAX_REPEATS = 3;

/**
 * Performs the engine's own work until agents or a human are needed or the build is done; returns that step. Each step is decided
 * from disk, so a crash loses one step at most. Throws Interrupted if the caller is interrupted, and an ExpectedError if a step makes no progress.
 */
export async function advanceBuild(
  engine: Engine,
  perform = performWork,
): Promise<Exclude<BuildStep, { kind: 'work' }>> {
  recordPlanAdditions(engine);
  const performed = new Map<string, number>();
  let restores = 0;
  let isWatched = false;
  for (;;) {
    // Steps that only wait for files would keep the process from hearing a signal.
    await new Promise((resolve) => setImmediate(resolve));
    if (engine.signal.aborted) throw new Interrupted('the build was stopped');
    const { step, view } = readNextStep(engine);
    if (await restoreDamage(engine, view, restores)) {
      restores += 1;
      continue;
    }
    if (!view.snapshot.state.build.curated) await prepareTrees(engine, view);
    // Once before each step: a program of the user may write to the checkout all the time.
    isWatched = !isWatched && (await watchProject(engine, view.snapshot.state));
    if (isWatched) continue;
    writePipelinePage(view, step);
    if (step.kind !== 'work') {
      await restorePrompts(engine, view);
      return step;
    }
    // A step without an effect, or one whose effect another one takes back, would repeat forever.
    const key = JSON.stringify(step);
    const times = (performed.get(key) ?? 0) + 1;
    if (times > MAX_REPEATS) throw new ExpectedError(buildFaults.noProgress(engine.site.run, step.work));
    performed.set(key, times);
    await perform(engine, view, step.work);
  }
}

async function prepareTrees(engine: Engine, { snapshot: { state } }: BuildView): Promise<void> {
  await prepareAllTrees(engine, state.build);
  await recordPreparedFiles(engine, state);
}

/** Reads the build from disk and decides its next step, under the run's lock. */
export function readNextStep({ dir, now }: Pick<Engine, 'dir' | 'now'>): {
  step: BuildStep;
  view: BuildView;
} {
  return decideUnderLock(dir, now(), (snapshot) => {
    if (snapshot.planChanged) throw new ExpectedError(rejectChangedPlan(snapshot.manifest.id, 'build'));
    const view = readBuildView(snapshot);
    return { step: decideBuild(view), view };
  });
}

/** Restores damaged worktrees. Returns whether there were any; throws an ExpectedError if they were restored too often before. */
async function restoreDamage(engine: Engine, view: BuildView, restores: number): Promise<boolean> {
  const restored = await restoreTrees(engine.site, view.snapshot.state.build);
  for (const tree of restored) engine.reportProgress(progressText.restored(tree));
  const modules = restored.map(({ module }) => module);
  if (restored.length > 0 && restores >= MAX_RESTORES)
    throw new ExpectedError(buildFaults.damagedAgain(engine.site.run, modules));
  return restored.length > 0;
}
