/** `unfinished`: its files were never all checked out; `missing`: its directory is gone; `branch`: there is only the branch. */
export type TreeState = 'merged' | 'ahead' | 'changed' | 'unfinished' | 'missing' | 'branch';

export interface KnownTree {
  module: string;
  branch: string;
  place: string;
  head: string | null;
  /** The branch that is really checked out there; null when detached, or without a worktree. */
  checkedOut: string | null;
  /** Why a person locked it. */
  locked: string | null;
  /** Its commits are in the target. */
  isMerged: boolean;
  /** Files that are changed or new, not committed. */
  changes: number;
  state: TreeState;
}

export interface TreeFacts {
  isRegistered: boolean;
  isThere: boolean;
  isWhole: boolean;
  changes: number;
  isMerged: boolean;
}

export function stateOfTree(facts: TreeFacts): TreeState {
  if (!facts.isRegistered) return 'branch';
  if (!facts.isThere) return 'missing';
  if (!facts.isWhole) return 'unfinished';
  if (facts.changes > 0) return 'changed';
  return facts.isMerged ? 'merged' : 'ahead';
}

/** Why a worktree is not pruned; null if it goes. `targetBranch` itself never does. */
export function whyKept(tree: KnownTree, rule: { all: boolean; targetBranch: string }): string | null {
  if (tree.branch === rule.targetBranch) return 'it is the target';
  if (tree.locked !== null) return `it is locked${tree.locked === '' ? '' : `: ${tree.locked}`}`;
  if (rule.all) return null;
  if (tree.changes > 0) return `${tree.changes} changed or new files are not committed`;
  return tree.isMerged ? null : 'its commits are not in the target';
}
