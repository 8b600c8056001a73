import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench } from './sao.ts';

/** Whether bubblewrap works on this machine. */
export const hasSandbox = (() => {
  try {
    const args = ['--bind', '/', '/', '--unshare-pid', '--proc', '/proc', 'true'];
    execFileSync('bwrap', args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

/** The title of tests that need the sandbox: it says so where they are skipped. */
export const sandboxTitle = (title: string): string =>
  hasSandbox ? title : `${title} (SKIPPED: bwrap does not work on this machine)`;

/** The shell command that prints the complete file of an agent. */
export const PRINT_DONE = 'printf "# seen\\n\\n## Findings\\n\\nNothing was found.\\n\\n<!-- DONE -->\\n"';

/** Writes a program for `--driver command` that runs a shell script, and returns its path. */
export function writeProgram(bench: Bench, script: string): string {
  const path = join(bench.home, 'agent');
  writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return path;
}
