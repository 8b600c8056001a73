import { join } from 'node:path';
import { writeAtomic } from '../../system/files/atomic.ts';
import { askGit } from '../../system/git/call.io.ts';

const MERGE_TIMEOUT_MS = 300_000;

/**
 * Merges a commit into a worktree's branch and keeps both sides of conflicts below `.orchestration`, line by line. A second call does
 * nothing. `folder`: where the temporary attributes file is written.
 */
export async function mergeMemory(worktree: string, commit: string, folder: string): Promise<void> {
  const attributesPath = join(folder, 'memory.attributes');
  writeAtomic(attributesPath, '.orchestration/** merge=union\n');
  const mergeOptions = ['--no-ff', '--no-edit', '--quiet', '-m', 'Join the memory with that of others\n'];
  const args = ['-c', `core.attributesFile=${attributesPath}`, 'merge', ...mergeOptions, commit];
  await askGit(worktree, args, { timeoutMs: MERGE_TIMEOUT_MS });
}
