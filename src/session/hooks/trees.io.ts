import { join, sep } from 'node:path';
import type { PlannedAgent } from '../../run/ledger/manifest.ts';
import { readPlanFile, treesFolder } from '../../run/ledger/store.io.ts';
import { isInside, realPathOf } from './real-path.io.ts';

/** A worktree of a run that contains a path. */
export interface Tree {
  dir: string;
  module: string;
  /** Path of the worktree, with links resolved. */
  top: string;
}

/** Finds the worktree of one of these runs that contains a path or is that path; links in the path must be resolved. */
export function treeAt(runs: readonly string[], path: string): Tree | undefined {
  for (const dir of runs) {
    const builds = realPathOf(treesFolder(dir));
    if (!isInside(path, builds)) continue;
    const [module = ''] = path.slice(builds.length + 1).split(sep);
    const top = join(builds, module);
    // Skip files next to the worktrees, such as a builder's report.
    if (path === top && module.includes('.')) continue;
    return { dir, module, top };
  }
  return undefined;
}

/** The agent whose rights an unrecognised caller has in a worktree: the builder of its module. */
export function builderOf({ dir, module }: Tree): PlannedAgent | undefined {
  const plan = readPlanFile(dir);
  const agents = plan.ok ? (plan.value?.agents ?? []) : [];
  return agents.filter((agent) => agent.role === 'builder' && agent.module === module).at(-1);
}
