import { join } from 'node:path';
import { contractErrors } from '../../contract/wording.ts';
import { removeFile } from '../../system/files/lock-file.ts';
import { askGit } from '../../system/git/call.io.ts';
import { randomHex } from '../../system/random-hex.ts';
import { ExpectedError, reject } from '../../system/result.ts';
import { listChangedPaths } from '../../workspace/merge/checkouts.io.ts';
import { commitMerge } from '../../workspace/merge/merge.io.ts';
import { beginTrial, endTrial } from '../../workspace/merge/trial.io.ts';
import type { Site } from '../../workspace/worktree/site.io.ts';

/**
 * Commits files (path relative to the worktree → text) on the integration branch and returns the commit. Uncommitted changes are not
 * included. Call it under the assembly lock. A crash leaves no commit. Throws expected errors.
 */
export async function commitFiles(
  site: Site,
  worktree: string,
  files: ReadonlyMap<string, string>,
  message: string,
): Promise<string> {
  await requireCleanWorktree(worktree);
  const head = (await askGit(worktree, ['rev-parse', 'HEAD'])).trim();
  const indexPath = join(site.repo.ours, `${site.run}.${randomHex(8)}.index`);
  const env = { GIT_INDEX_FILE: indexPath };
  try {
    await askGit(worktree, ['read-tree', head], { env });
    const entries: string[] = [];
    for (const [path, text] of files) {
      const object = (await askGit(worktree, ['hash-object', '-w', '--stdin'], { input: text })).trim();
      entries.push(`100644 ${object}\t${path}\0`);
    }
    await askGit(worktree, ['update-index', '-z', '--index-info'], { env, input: entries.join('') });
    const tree = (await askGit(worktree, ['write-tree'], { env })).trim();
    const commit = await commitMerge(worktree, tree, [head], message);
    await beginTrial(site, { before: head, commit });
    endTrial(site);
    return commit;
  } finally {
    removeFile(indexPath);
  }
}

/** Throws if the worktree has uncommitted changes of tracked files or of `.orchestration/`. */
async function requireCleanWorktree(worktree: string): Promise<void> {
  const trackedChanges = new Set(await listChangedPaths(worktree, 'no'));
  const changes = (await listChangedPaths(worktree, 'all')).filter(
    (path) => trackedChanges.has(path) || path.startsWith('.orchestration/'),
  );
  if (changes.length > 0) throw new ExpectedError(reject(contractErrors.dirty(worktree, changes)));
}
