import { readFileSync } from 'node:fs';
import { join } from 'node:path';
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
    const { base, count } = JSON.parse(readFileSync(path, 'utf8')) as Partial<PortRange>;
    return Number.isInteger(base) && Number.isInteger(count)
      ? { base: Number(base), count: Number(count) }
      : undefined;
  } catch {
    return undefined;
  }
}

/** The variables that tell the processes in a worktree their ports; none if it has no ports. */
export function readPortVariables(place: string): Record<string, string> {
  const gitDir = findWorktreeGitDir(place);
  const range = gitDir === undefined ? undefined : readPortRange(portsPath(gitDir));
  return range ? { SAO_PORT_BASE: String(range.base), SAO_PORT_COUNT: String(range.count) } : {};
}
