/** `unfinished`: not all files were checked out. `missing`: the directory is missing. `branch`: there is only the branch. */
export type TreeState = 'merged' | 'ahead' | 'changed' | 'unfinished' | 'missing' | 'branch';

export interface KnownTree {
  module: string;
  branch: string;
  place: string;
  head: string | null;
  /** The branch that is checked out in the worktree; null if HEAD is detached or there is no worktree. */
  checkedOut: string | null;
  /** The reason of the lock on the worktree; null if there is none that holds. */
  locked: string | null;
  /** Whether its commits are in the target. */
  isMerged: boolean;
  /** Number of changed or new paths that are not committed. */
  changes: number;
  /** Agents of the run that work in it now. */
  agents: readonly string[];
  state: TreeState;
}

export interface TreeFacts {
  isRegistered: boolean;
  isThere: boolean;
  isWhole: boolean;
  changes: number;
  isMerged: boolean;
}

/** The state of a worktree. Pure. */
export function judgeTreeState(facts: TreeFacts): TreeState {
  if (!facts.isRegistered) return 'branch';
  if (!facts.isThere) return 'missing';
  if (!facts.isWhole) return 'unfinished';
  if (facts.changes > 0) return 'changed';
  return facts.isMerged ? 'merged' : 'ahead';
}

/** Reason why a worktree is not pruned; null if it is. The worktree of `targetBranch` is never pruned. */
export function findKeepReason(tree: KnownTree, rule: { all: boolean; targetBranch: string }): string | null {
  if (tree.branch === rule.targetBranch) return 'it is the target';
  if (tree.agents.length > 0) return `${tree.agents.join(', ')} still at work in it`;
  if (tree.locked !== null) return `it is locked${tree.locked === '' ? '' : `: ${tree.locked}`}`;
  if (rule.all) return null;
  if (tree.changes > 0) return `${tree.changes} changed or new files are not committed`;
  return tree.isMerged ? null : 'its commits are not in the target';
}
