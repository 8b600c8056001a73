import type { LaunchCommand } from '../process/launch.ts';
import type { GitCommandKind } from './command-kind.ts';

/** A git command that is about to be started. */
export interface GuardedCall {
  directory: string;
  /** The git command and its arguments, without the safe flags. */
  args: readonly string[];
  /** Added to git's environment. */
  env: Readonly<Record<string, string>>;
  kind: GitCommandKind;
}

/** How a git command is started so that no program gets more rights by it than an agent has. */
export interface GitGuard {
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  /** Puts git into the sandbox; undefined if it starts no program of a repository's choice. */
  confine?: (command: LaunchCommand) => LaunchCommand;
  /** Removes what a program in the sandbox could have left for later calls. */
  finish?: () => void;
}

/** Resolves to undefined where no sandbox is in force. Throws an ExpectedError for a command that must not start. */
export type GitGuardian = (call: GuardedCall) => Promise<GitGuard | undefined>;

let guardian: GitGuardian | undefined;

/** Lets the sandbox guard the git commands of this process. */
export function setGitGuardian(newGuardian: GitGuardian | undefined): void {
  guardian = newGuardian;
}

/** The guard of a command; undefined if none is in force. */
export async function guardGit(call: GuardedCall): Promise<GitGuard | undefined> {
  return await guardian?.(call);
}
