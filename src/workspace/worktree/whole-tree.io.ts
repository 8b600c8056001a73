import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { removeFile } from '../../system/files/lock-file.ts';
import { askGit } from '../../system/git/call.io.ts';
import type { AdminEntry } from './admin.io.ts';

/** The file in a worktree's folder of git with the patterns of a sparse checkout. Without it, git includes all files. */
export const PATTERNS = 'info/sparse-checkout';

/**
 * Lets the next checkout of a worktree include all files: where the user's checkout is sparse, git gives its patterns and settings to each new worktree,
 * and an agent could commit nothing outside of them. The user's checkout stays as it is.
 */
export async function includeAllFiles({ path }: Pick<AdminEntry, 'path'>): Promise<void> {
  removeFile(join(path, PATTERNS));
  const settings = join(path, 'config.worktree');
  if (existsSync(settings))
    await askGit(path, ['config', '--file', settings, 'core.sparseCheckout', 'false']);
}
