import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { writeTest } from '../../contract/stray.ts';
import { sayTrouble } from '../../run/ledger/trouble.ts';
import { askGit } from '../../system/git/call.io.ts';
import { findCommit } from '../../system/git/repository.io.ts';
import { predict } from '../../workspace/merge/predict.io.ts';
import { uncommittedPaths } from '../../workspace/worktree/tree-work.io.ts';
import type { Engine } from '../machine/engine.ts';
import type { BuildView } from '../machine/step.ts';
import { integrationOf } from '../machine/view.io.ts';
import { sayClash, sayUnseen } from '../machine/wording.ts';
import type { Finding } from './finding.ts';
import { Trial } from './merge.io.ts';

const CHANGELOG = /^changelog(\.\w+)?$/i;

/** Stage 6, before its gate: the change is written down, and the whole still passes its tests. */
export async function checkShipment(engine: Engine, view: BuildView): Promise<Finding> {
  const root = integrationOf(engine.dir);
  const moved = await findClash(root, view);
  if (moved !== undefined) return { faults: [moved] };
  const base = view.snapshot.state.build.base?.commit ?? 'HEAD';
  const committed = await askGit(root, ['diff', '--name-only', '-z', '--no-renames', base, 'HEAD']);
  const changed = [...committed.split('\0'), ...(await uncommittedPaths(root))];
  const hasEntry = changed.some((path) => CHANGELOG.test(path) && existsSync(join(root, path)));
  const unseen = await findUnseen(root, view);
  const log = join(engine.dir, 'qc', 'integration-ship.log');
  const trial = new Trial(engine, view, log);
  await trial.verify(root);
  return {
    faults: [
      ...(hasEntry
        ? []
        : ['CHANGELOG.md says nothing of this change: add an entry at the top of the project']),
      ...(trial.trouble ? [sayTrouble(trial.trouble)] : []),
    ],
    remarks: unseen.length > 0 ? [sayUnseen(unseen)] : [],
  };
}

/** Files of modules that were changed after the last merge: no QC agent has looked at them, so that a person has to. */
async function findUnseen(root: string, { snapshot, blueprint }: BuildView): Promise<string[]> {
  const { lastMerge } = snapshot.state.build;
  if (lastMerge === undefined) return [];
  const isModules = writeTest((blueprint?.modules ?? []).flatMap(({ paths }) => paths));
  const args = ['diff', '--name-only', '-z', '--no-renames', lastMerge, 'HEAD'];
  const committed = (await askGit(root, args)).split('\0');
  return [...new Set([...committed, ...(await uncommittedPaths(root))])].filter(isModules).sort();
}

/** What is new on the base branch and does not fit: nobody is asked for a yes that could not be followed. */
async function findClash(root: string, { snapshot }: BuildView): Promise<string | undefined> {
  const branch = snapshot.state.build.base?.branch;
  const tip = branch === undefined ? undefined : await findCommit(root, `refs/heads/${branch}`);
  if (branch === undefined || tip === undefined) return undefined;
  const prediction = await predict(root, 'HEAD', tip);
  return prediction.clean ? undefined : sayClash(branch, prediction.conflicts);
}
