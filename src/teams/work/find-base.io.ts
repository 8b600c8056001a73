import type { TaskSpec } from '../../queue/model/types.ts';
import type { QueueState } from '../../queue/state/state.ts';
import { findCommit, isAncestor } from '../../system/git/repository.io.ts';
import { accept, type Result, reject } from '../../system/result.ts';
import { commitMerge } from '../../workspace/merge/merge.io.ts';
import { predictOrThrow } from '../../workspace/merge/predict.io.ts';
import { branchRef, type Clone } from './repositories.io.ts';
import { workTexts } from './wording.ts';

/**
 * The commit that an attempt starts from: the task's branch if it exists, else its base, else the default branch; with the recorded commits of the tasks
 * that it waited for merged into it. `startRef`: the name of that start. The failure says what a leader has to change.
 */
export async function findBase(
  clone: Clone,
  state: QueueState,
  spec: TaskSpec,
): Promise<Result<{ base: string; startRef: string }>> {
  const { directory } = clone;
  const names = [
    branchRef(clone, spec.branch),
    ...(spec.base === '' ? [branchRef(clone, 'HEAD'), 'HEAD'] : [branchRef(clone, spec.base), spec.base]),
  ];
  const start = await findFirst(directory, names);
  if (start === undefined) return reject(taskProblem(spec, workTexts.noBase(names)));
  const merged = await mergeDependencies(directory, start.commit, state, spec);
  return merged.ok ? accept({ base: merged.value, startRef: start.name }) : merged;
}

async function findFirst(
  directory: string,
  names: readonly string[],
): Promise<{ name: string; commit: string } | undefined> {
  for (const name of names) {
    const commit = await findCommit(directory, name);
    if (commit !== undefined) return { name, commit };
  }
  return undefined;
}

async function mergeDependencies(
  directory: string,
  start: string,
  state: QueueState,
  spec: TaskSpec,
): Promise<Result<string>> {
  let base = start;
  for (const id of spec.after) {
    const { spec: other, evidence } = state.tasks.get(id) ?? {};
    const commit = evidence?.commit ?? '';
    // Another repository's commits are no part of this one.
    if (commit === '' || other?.repo !== spec.repo) continue;
    if ((await findCommit(directory, commit)) === undefined)
      return reject(taskProblem(spec, workTexts.dependencyMissing(id, commit)));
    if (await isAncestor(directory, commit, base)) continue;
    if (await isAncestor(directory, base, commit)) {
      base = commit;
      continue;
    }
    const prediction = await predictOrThrow(directory, base, commit);
    if (!prediction.clean) {
      const paths = prediction.conflicts.map(({ path }) => path);
      return reject(taskProblem(spec, workTexts.dependencyConflict(id, paths)));
    }
    base = await commitMerge(directory, prediction.tree, [base, commit], `Merge the work of ${id}\n`);
  }
  return accept(base);
}

export const taskProblem = ({ id }: TaskSpec, message: string) => ({
  code: 'task-not-startable',
  message,
  target: id,
  fix: `sao task show ${id}`,
});
