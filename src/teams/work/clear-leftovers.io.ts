import { hostname } from 'node:os';
import { mayContainTrees } from '../../maintenance/trees.io.ts';
import type { OpenQueue } from '../../queue/call/open-queue.io.ts';
import { decideNote } from '../../queue/decide/tasks.ts';
import { openRunRoots } from '../../run/ledger/roots.io.ts';
import { listRunDirs, readManifest } from '../../run/ledger/store.io.ts';
import { tryLock } from '../../system/files/lock.ts';
import { findCommit } from '../../system/git/repository.io.ts';
import { catchExpectedError, unwrap } from '../../system/result.ts';
import { removeWorktree } from '../../workspace/worktree/remove.io.ts';
import { openSite } from '../../workspace/worktree/site.io.ts';
import { type AttemptFile, readAttemptFile, WORK_LOCK } from './attempt-file.io.ts';
import type { AttemptName } from './attempt-names.ts';
import { publishLeftovers } from './deliver-attempt.io.ts';
import { CODER, type WorkCall } from './open-attempt.io.ts';
import type { Clone } from './repositories.io.ts';

/**
 * Removes the worktrees of attempts whose executor was stopped or killed on this machine. Their work is pushed to the attempt's branch, and the next
 * attempt is told where it is. What fails is left for the next call.
 */
export async function clearLeftovers(
  open: OpenQueue,
  clones: ReadonlyMap<string, Clone>,
  executor: string,
  call: WorkCall,
): Promise<void> {
  const roots = openRunRoots(call);
  if (!roots.ok) return;
  const projects = new Map([...clones.values()].map((clone) => [clone.directory, clone]));
  for (const dir of listRunDirs(...roots.value.all)) {
    const manifest = readManifest(dir);
    const clone = manifest.ok ? projects.get(manifest.value.project) : undefined;
    if (!manifest.ok || !clone || manifest.value.mode !== 'task' || !mayContainTrees(dir)) continue;
    const file = readAttemptFile(dir);
    const lock = file?.queue === open.place.name ? tryLock(`${dir}/${WORK_LOCK}`) : undefined;
    if (!file || !lock) continue;
    await catchExpectedError(() => clearOne(open, { clone, executor, dir, file, run: manifest.value.id }));
    lock.release();
  }
}

interface Leftover {
  clone: Clone;
  executor: string;
  dir: string;
  run: string;
  file: AttemptFile;
}

async function clearOne(open: OpenQueue, { clone, executor, dir, file, run }: Leftover): Promise<void> {
  const site = unwrap(await openSite({ project: clone.directory, runDir: dir, run }));
  const target = (await findCommit(clone.directory, file.startRef)) === undefined ? 'HEAD' : file.startRef;
  const [rescued] = unwrap(await removeWorktree(site, CODER, { target })).rescued;
  const commit = rescued && (await findCommit(clone.directory, rescued));
  const view = unwrap(await open.call.readView());
  const spec = view.state.tasks.get(file.task)?.spec;
  if (rescued === undefined || commit === undefined || commit === file.base || !spec) return;
  const name: AttemptName = { queue: file.queue, spec, attempt: file.attempt, executor };
  const branch = await publishLeftovers(name, clone, { commit });
  const text = `attempt ${file.attempt} was cut off; its work is kept at ${branch || `${rescued} on ${hostname()}`}`;
  await open.call.decide((now) => decideNote(now, file.task, { to: 'executor', text }));
}
