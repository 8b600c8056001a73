import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { askGit, callGit } from '../../system/git/call.io.ts';

/**
 * Clears the marks `skip-worktree` and `assume-unchanged` in a worktree's index, with which git overlooks a changed file: tests would run on the
 * file in place, and merges on the committed one. Returns the paths that differ from the index. Files that a sparse checkout leaves out keep
 * their mark.
 */
export async function revealHiddenChanges(place: string): Promise<string[]> {
  const isSparse =
    (await callGit(place, ['config', '--type=bool', 'core.sparseCheckout'])).stdout === 'true\n';
  const marked = parseMarked(await askGit(place, ['ls-files', '-v', '-z'])).filter(
    ({ path, isSkipped }) => !(isSparse && isSkipped && !existsSync(join(place, path))),
  );
  if (marked.length === 0) return [];
  const input = marked.map(({ path }) => `${path}\0`).join('');
  // Git applies only the last of these options to a path.
  for (const mark of ['--no-assume-unchanged', '--no-skip-worktree'])
    await askGit(place, ['update-index', mark, '-z', '--stdin'], { input });
  const changed = await askGit(place, ['diff-files', '--name-only', '-z']);
  const paths = new Set(marked.map(({ path }) => path));
  return changed.split('\0').filter((path) => paths.has(path));
}

/** Parses `git ls-files -v -z`: `S` is skip-worktree, a small letter is assume-unchanged. */
function parseMarked(output: string): { path: string; isSkipped: boolean }[] {
  return output.split('\0').flatMap((entry) => {
    const tag = entry.slice(0, 1);
    return /^[Sa-z]$/.test(tag) ? [{ path: entry.slice(2), isSkipped: /s/i.test(tag) }] : [];
  });
}
