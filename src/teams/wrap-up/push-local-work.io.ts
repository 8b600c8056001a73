import { callGit } from '../../system/git/call.io.ts';
import type { Unpushed } from './local-work.ts';

const PUSH_TIMEOUT_MS = 600_000;

/** Pushes a branch or tag under its own name; never over other commits. Returns git's message if that fails. */
export async function pushRef({ directory, remote, ref, target }: Unpushed): Promise<string | undefined> {
  const args = ['push', '--quiet', '--no-verify', '--', remote, `${target}:${ref}`];
  const { code, stderr } = await callGit(directory, args, { timeoutMs: PUSH_TIMEOUT_MS });
  return code === 0 ? undefined : stderr.trim() || `git ended with code ${code}`;
}
