import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readBoundedText } from '../files/bounded.ts';
import { findWorktreeGitDir } from './tip.io.ts';

/** The ports of a worktree: `count` of them from `base` on. */
export interface PortRange {
  base: number;
  count: number;
}

/** The file with a worktree's ports, in git's folder for the worktree, so that it ends with the worktree. */
export function portsPath(gitDir: string): string {
  return join(gitDir, 'sao-ports.json');
}

/** The ports in this file; undefined if there is none or it is damaged. */
export function readPortRange(path: string): PortRange | undefined {
  try {
    const { base, count } = JSON.parse(readBoundedText(path)) as Partial<PortRange>;
    return Number.isInteger(base) && Number.isInteger(count)
      ? { base: Number(base), count: Number(count) }
      : undefined;
  } catch {
    return undefined;
  }
}

/** The file in git's folder of a worktree in which the project's hooks do not run. */
const SKIPS_HOOKS = 'sao-skips-hooks';

/** Turns the project's git hooks off, or on again, for the agents that work in a worktree. */
export function setProjectHooks(place: string, policy: 'run' | 'skip'): void {
  const gitDir = findWorktreeGitDir(place);
  if (gitDir === undefined) return;
  const path = join(gitDir, SKIPS_HOOKS);
  if (policy === 'run') rmSync(path, { force: true });
  else if (!existsSync(path)) writeFileSync(path, '');
}

/** The variables for an agent's processes in a worktree: its ports, and a setting of git that turns hooks off. `env` is the environment that they are added to. */
export function readAgentVariables(
  place: string,
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const gitDir = findWorktreeGitDir(place);
  const skipsHooks = gitDir !== undefined && existsSync(join(gitDir, SKIPS_HOOKS));
  return {
    ...readPortVariables(place),
    ...(skipsHooks ? addGitSetting(env, 'core.hooksPath', '/dev/null') : {}),
  };
}

/** The variables that add one setting to those that an environment gives git. */
export function addGitSetting(
  { GIT_CONFIG_COUNT: count = '0' }: Readonly<Record<string, string | undefined>>,
  key: string,
  value: string,
): Record<string, string> {
  const index = Number.parseInt(count, 10) || 0;
  return {
    GIT_CONFIG_COUNT: String(index + 1),
    [`GIT_CONFIG_KEY_${index}`]: key,
    [`GIT_CONFIG_VALUE_${index}`]: value,
  };
}

/** The variables that tell the processes in a worktree their ports; none if it has no ports. */
export function readPortVariables(place: string): Record<string, string> {
  const gitDir = findWorktreeGitDir(place);
  const range = gitDir === undefined ? undefined : readPortRange(portsPath(gitDir));
  return range ? { SAO_PORT_BASE: String(range.base), SAO_PORT_COUNT: String(range.count) } : {};
}
