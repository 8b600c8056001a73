import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { git } from '../hazards/git-scratch.ts';

/** A worktree of a run, by its files. */
export interface TreePlace {
  project: string;
  /** The folder of the run's worktrees. */
  trees: string;
  run: string;
  module: string;
}

const placeOf = ({ trees, module }: TreePlace) => join(trees, module);
const refOf = ({ run, module }: TreePlace) => `refs/heads/orchestration/${run}/${module}`;

/** Git's entry for a worktree, found by its `gitdir` file. */
function entryOf(at: TreePlace): string {
  const folder = join(at.project, '.git', 'worktrees');
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const own = names.find(
    (name) => readFileSync(join(folder, name, 'gitdir'), 'utf8') === `${placeOf(at)}/.git\n`,
  );
  return join(folder, own ?? at.module);
}

/** What agents, cleaners and users do to a worktree, by name. */
export const DAMAGE: Readonly<Record<string, (at: TreePlace) => void>> = {
  'the folder is removed': (at) => rmSync(placeOf(at), { recursive: true, force: true }),
  'the .git file is garbage': (at) => writeFileSync(join(placeOf(at), '.git'), 'garbage\n'),
  "git's entry is removed": (at) => rmSync(entryOf(at), { recursive: true, force: true }),
  'the branch is removed': (at) => git(at.project, 'update-ref', '-d', refOf(at)),
  'the branch is rewritten': (at) => git(at.project, 'update-ref', refOf(at), rootOf(at)),
  'the index is garbage': (at) => writeFileSync(join(entryOf(at), 'index'), 'garbage\n'),
  'all worktrees of the run are removed': (at) => rmSync(dirname(at.trees), { recursive: true, force: true }),
};

const rootOf = ({ project }: TreePlace) => git(project, 'rev-list', '--max-parents=0', 'main');

/** Every commit on the branches of a run. */
export function commitsOfRun(project: string, run: string): string[] {
  return git(project, 'rev-list', `--branches=orchestration/${run}/*`).split('\n');
}

/** Those of these commits that no ref of the repository keeps. */
export function missingCommits(project: string, commits: readonly string[]): string[] {
  const kept = new Set(git(project, 'rev-list', '--all').split('\n'));
  return commits.filter((commit) => !kept.has(commit));
}
