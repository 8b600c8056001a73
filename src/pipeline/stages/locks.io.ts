import { join } from 'node:path';
import { checkAssertions } from '../../contract/assertions.io.ts';
import { locksOf } from '../../contract/assertions.ts';
import { readLocks } from '../../contract/contract.ts';
import { readContractFiles } from '../../contract/read.io.ts';
import { unwrap } from '../../system/result.ts';
import type { Engine } from '../machine/engine.ts';
import { integrationWorktree } from '../machine/view.io.ts';
import type { LockFault } from '../qc/evidence.ts';

/** Checks the lock assertions in a worktree: those that affect `module`, or all. Locks come from the integration worktree. */
export async function checkLockAssertions(
  { dir, env, settings, signal }: Engine,
  worktree: string,
  module?: string,
): Promise<LockFault[]> {
  const locks = unwrap(readLocks(unwrap(readContractFiles(integrationWorktree(dir)))));
  const bindingLocks = module === undefined ? locks : locksOf(locks, module);
  const commandOptions = { timeoutMs: settings.testTimeout * 1000, env, signal, logs: join(dir, 'qc') };
  return unwrap(await checkAssertions(worktree, bindingLocks, { commands: commandOptions }));
}
