import { join } from 'node:path';
import { refuse } from '../../contract/wording.ts';
import { removeFile } from '../../system/files/lock-file.ts';
import { askGit } from '../../system/git/call.io.ts';
import { randomHex } from '../../system/random-hex.ts';
import { ExpectedError, reject } from '../../system/result.ts';
import { changesOf } from '../../workspace/merge/checkouts.io.ts';
import { commitMerge } from '../../workspace/merge/merge.io.ts';
import { beginTrial, endTrial } from '../../workspace/merge/trial.io.ts';
import type { Site } from '../../workspace/worktree/site.io.ts';

/**
 * Commits files, by path below the top of the tree, on the integration branch, and answers the commit. What is in the worktree and
 * in no commit has no part in it. To be called while assembling; whoever is killed in it has committed nothing. Throws expected errors.
 */
export async function commitFiles(
  site: Site,
  place: string,
  files: ReadonlyMap<string, string>,
  message: string,
): Promise<string> {
  await demandClean(place);
  const before = (await askGit(place, ['rev-parse', 'HEAD'])).trim();
  const index = join(site.repo.ours, `${site.run}.${randomHex(8)}.index`);
  const env = { GIT_INDEX_FILE: index };
  try {
    await askGit(place, ['read-tree', before], { env });
    const entries: string[] = [];
    for (const [path, text] of files) {
      const object = (await askGit(place, ['hash-object', '-w', '--stdin'], { input: text })).trim();
      entries.push(`100644 ${object}\t${path}\0`);
    }
    await askGit(place, ['update-index', '-z', '--index-info'], { env, input: entries.join('') });
    const tree = (await askGit(place, ['write-tree'], { env })).trim();
    const commit = await commitMerge(place, tree, [before], message);
    await beginTrial(site, { before, commit });
    endTrial(site);
    return commit;
  } finally {
    removeFile(index);
  }
}

/** What somebody has changed there and not committed would be neither looked at nor kept. */
async function demandClean(place: string): Promise<void> {
  const tracked = new Set(await changesOf(place, 'no'));
  const changes = (await changesOf(place, 'all')).filter(
    (path) => tracked.has(path) || path.startsWith('.orchestration/'),
  );
  if (changes.length > 0) throw new ExpectedError(reject(refuse.dirty(place, changes)));
}
