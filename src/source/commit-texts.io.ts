import { askGit } from '../system/git/call.io.ts';
import type { ChangedText } from './test-losses.ts';

const DIFF_TIMEOUT_MS = 300_000;
const DIFF_ARGS = [
  'diff',
  '--name-status',
  '-z',
  '--find-renames',
  '--no-ext-diff',
  '--ignore-submodules=all',
];

/**
 * The texts of files that differ between two commits or trees, before and after. If none of the paths that existed before is
 * wanted, nothing is read.
 */
export async function readChangedTexts(
  worktree: string,
  from: string,
  to: string,
  isWanted: (path: string) => boolean,
): Promise<ChangedText[]> {
  const output = await askGit(worktree, [...DIFF_ARGS, '--end-of-options', from, to, '--'], {
    timeoutMs: DIFF_TIMEOUT_MS,
  });
  const changes = parseNameStatus(output).filter(
    ({ path, formerPath }) => isWanted(path) || (formerPath !== undefined && isWanted(formerPath)),
  );
  if (changes.every(({ isAdded }) => isAdded)) return [];
  const texts: ChangedText[] = [];
  for (const { path, formerPath, isAdded, isDeleted } of changes)
    texts.push({
      path,
      ...(formerPath === undefined ? {} : { formerPath }),
      before: isAdded ? null : await readBlob(worktree, from, formerPath ?? path),
      after: isDeleted ? null : await readBlob(worktree, to, path),
    });
  return texts;
}

interface ChangedPath {
  path: string;
  formerPath?: string;
  isAdded: boolean;
  isDeleted: boolean;
}

/** Parses `git diff --name-status -z`: a status, and one path or, for a rename or copy, two. */
export function parseNameStatus(output: string): ChangedPath[] {
  const fields = output.split('\0');
  const changes: ChangedPath[] = [];
  for (let index = 0; index + 1 < fields.length; ) {
    const status = fields[index]?.[0] ?? '';
    const hasTwoPaths = status === 'R' || status === 'C';
    const [first = '', second = ''] = fields.slice(index + 1, index + 3);
    const isAdded = status === 'A' || status === 'C';
    changes.push({
      path: hasTwoPaths ? second : first,
      ...(status === 'R' ? { formerPath: first } : {}),
      isAdded,
      isDeleted: status === 'D',
    });
    index += hasTwoPaths ? 3 : 2;
  }
  return changes;
}

/** Paths of all files in a commit or tree. */
export async function listCommitPaths(worktree: string, commit: string): Promise<string[]> {
  const output = await askGit(worktree, ['ls-tree', '-r', '-z', '--name-only', '--full-tree', commit]);
  return output.split('\0').filter((path) => path !== '');
}

export function readBlob(worktree: string, commit: string, path: string): Promise<string> {
  return askGit(worktree, ['cat-file', 'blob', `${commit}:${path}`]);
}
