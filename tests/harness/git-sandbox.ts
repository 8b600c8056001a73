import { guardGitCall } from '../../src/run/sandbox/guard-git.io.ts';
import { setGitGuardian } from '../../src/system/git/guard.ts';

/** Puts the engine's git commands of this process into the sandbox, as `sao` does; `setGitGuardian(undefined)` ends it. */
export function confineGit(): void {
  const choice = { env: { ...process.env }, cwd: process.cwd() };
  setGitGuardian((call) => guardGitCall(call, choice));
}
