import { readFileSync, writeSync } from 'node:fs';
import type { HookInput } from './protocol.ts';
import { onWorktreeCreate } from './worktree.io.ts';

/** Started by `hooks/sao-worktree`: prints the worktree of an agent of a run, and nothing where the script makes one itself. */
async function run(): Promise<void> {
  const input = JSON.parse(readFileSync(0, 'utf8')) as HookInput;
  try {
    writeSync(1, (await onWorktreeCreate(input, process.env)) ?? '');
  } catch (error) {
    writeSync(2, `sao hook: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

void run();
