import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { readGitDir, readLine } from '../../run/dispatch/tree-lock.io.ts';
import type { PlannedAgent } from '../../run/ledger/manifest.ts';
import { refusalText } from './wording.ts';

/**
 * Reason why an agent cannot start in its worktree: it is missing, damaged, or on another branch. Undefined if the agent can start, or has
 * no worktree. Reads git's own files, because a hook waits for no git process.
 */
export function findTreeFault(agent: PlannedAgent): string | undefined {
  if (agent.tree === undefined) return undefined;
  // The audit of a build is a run of its own that works in the build's worktree.
  const run = basename(dirname(dirname(agent.tree)));
  const branch = `orchestration/${run}/${basename(agent.tree)}`;
  const head = readHeadFile(agent.tree);
  if (head === undefined) return refusalText.treeMissing(run, agent, branch);
  const found = head.replace(/^ref: refs\/heads\//, '');
  return found === branch ? undefined : refusalText.treeOffBranch(agent, branch, found);
}

/** The content of the worktree's HEAD file; undefined if the worktree or git's entry for it is missing. */
function readHeadFile(tree: string): string | undefined {
  const gitDir = readGitDir(tree);
  return gitDir === undefined || !existsSync(join(gitDir, 'index'))
    ? undefined
    : readLine(join(gitDir, 'HEAD'));
}
