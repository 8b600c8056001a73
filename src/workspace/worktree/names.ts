import { join } from 'node:path';
import { isName } from '../../run/ledger/names.ts';

/** The name of the worktree in which modules are merged. No module of a project may have it. */
export const INTEGRATION = 'integration';

/**
 * Whether a name is valid for a module: it becomes a folder, a branch and part of a ref. Git allows unsafe names (`$(id)`,
 * backticks), and forbids names that end in `.lock` or a dot.
 */
export function isModuleName(value: string): boolean {
  return isTreeName(value) && value !== INTEGRATION;
}

/** Whether a name is valid for a module or is that of the integration worktree. */
export function isTreeName(value: string): boolean {
  return isName(value) && !value.endsWith('.lock') && !value.endsWith('.');
}

/** The branch of a module: `orchestration/{RUN_ID}/{module}`. */
export function branchOf(run: string, module: string): string {
  return `orchestration/${run}/${module}`;
}

/** The module of a branch of this run; undefined for any other branch. */
export function moduleOfBranch(run: string, branch: string): string | undefined {
  const prefix = branchOf(run, '');
  return branch.startsWith(prefix) ? branch.slice(prefix.length) : undefined;
}

/** The id of the run in the name of a branch, or undefined: `orchestration/RUN/…`, also of a remote. Pure. */
export function runOfBranch(name: string): string | undefined {
  return /(?:^|\/)orchestration\/(\d{8}-\d{6}-[0-9a-f]{8})(?:\/|$)/.exec(name)?.[1];
}

/** The prefix of rescue refs, which keep work of removed worktrees: of all runs, of a run, or of a module. */
export function formatRescuePrefix(run?: string, module?: string): string {
  const parts = run === undefined ? [] : module === undefined ? [run] : [run, module];
  return ['refs/sao/rescue', ...parts, ''].join('/');
}

export interface RescueName {
  run: string;
  module: string;
  n: number;
}

/** The parts of a rescue ref's name; undefined for any other ref. */
export function parseRescueRef(ref: string): RescueName | undefined {
  const [, run, module, n] = /^refs\/sao\/rescue\/([^/]+)\/([^/]+)\/([1-9]\d{0,8})$/.exec(ref) ?? [];
  return run === undefined || module === undefined ? undefined : { run, module, n: Number(n) };
}
/** The directory of a module's worktree. */

export function worktreePath({ builds }: { builds: string }, module: string): string {
  return join(builds, module);
}
