import { isName } from '../../run/ledger/names.ts';

/** The module whose worktree takes the merges; no module of a project may have its name. */
export const INTEGRATION = 'integration';

/**
 * A module's name becomes a folder, a branch and a part of a ref. Git lets more through (`$(id)`, backticks) and some names that
 * are allowed elsewhere not: the ending `.lock`, a dot at the end.
 */
export function isModuleName(value: string): boolean {
  return isTreeName(value) && value !== INTEGRATION;
}

/** A module's name, or that of the integration worktree. */
export function isTreeName(value: string): boolean {
  return isName(value) && !value.endsWith('.lock') && !value.endsWith('.');
}

/** `orchestration/{RUN_ID}/{module}` */
export function branchOf(run: string, module: string): string {
  return `orchestration/${run}/${module}`;
}

/** The module that a branch of this run belongs to. */
export function moduleOf(run: string, branch: string): string | undefined {
  const prefix = branchOf(run, '');
  return branch.startsWith(prefix) ? branch.slice(prefix.length) : undefined;
}

/** Where work is kept that a removal would have destroyed: all of it, a run's, a module's. */
export function rescuePrefix(run?: string, module?: string): string {
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
