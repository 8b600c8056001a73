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

/** A worktree in the output of `git worktree list --porcelain -z`. */
export interface ListedTree {
  place: string;
  head: string | undefined;
  /** Without `refs/heads/`; undefined when detached. */
  branch: string | undefined;
  isBare: boolean;
  /** The user's reason for locking it; empty if none was given. */
  locked: string | undefined;
  /** True if the directory is missing. */
  isMissing: boolean;
}

/** Parses the -z form, in which paths may contain newlines. The first worktree is the main one. Pure. */
export function parseWorktreeList(output: string): ListedTree[] {
  return output
    .split('\0\0')
    .filter((record) => record.startsWith('worktree '))
    .map((record) => describe(new Map(record.split('\0').map(splitField))));
}

function splitField(field: string): [string, string] {
  const space = field.indexOf(' ');
  return space < 0 ? [field, ''] : [field.slice(0, space), field.slice(space + 1)];
}

function describe(fields: ReadonlyMap<string, string>): ListedTree {
  return {
    place: fields.get('worktree') ?? '',
    head: fields.get('HEAD'),
    branch: fields.get('branch')?.replace(/^refs\/heads\//, ''),
    isBare: fields.has('bare'),
    locked: fields.get('locked'),
    isMissing: fields.has('prunable'),
  };
}
