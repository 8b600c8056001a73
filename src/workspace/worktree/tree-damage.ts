/**
 * What is wrong with a worktree. `folder`: it is gone. `link`: its `.git` file is gone or does not lead to git's entry. `entry`: git's entry for it is
 * gone or damaged. `head`: its HEAD leads to a branch or commit that does not exist. `branch`: its branch is gone. `history`: its branch has lost commits that the engine knows. `index`: its index is gone or damaged.
 */
export type TreeDamage = 'folder' | 'link' | 'entry' | 'head' | 'branch' | 'history' | 'index';

/** A worktree that a run needs. */
export interface ExpectedTree {
  module: string;
  /** The last commit of its branch that the ledger names. The branch has it in its history, unless the branch was rewritten. */
  known: string;
  /** An earlier commit of the branch that its present history may lack, because its agent may amend it. It is kept under a rescue ref. */
  replaced?: string;
}

/** What is on disk of a worktree. */
export interface TreeEvidence {
  hasFolder: boolean;
  isLinked: boolean;
  hasEntry: boolean;
  /** Whether its HEAD leads to a commit, be it of another branch. */
  hasHead: boolean;
  hasBranch: boolean;
  /** Whether the branch has the known commit in its history. */
  keepsKnown: boolean;
  hasIndex: boolean;
}

/** Returns everything that is wrong with a worktree. Pure. */
export function judgeDamage(found: TreeEvidence): TreeDamage[] {
  const history: TreeDamage[] = found.hasBranch ? (found.keepsKnown ? [] : ['history']) : ['branch'];
  // Git makes the link, the entry and the index with the folder.
  if (!found.hasFolder) return ['folder', ...history];
  const damage: TreeDamage[] = [];
  if (!found.isLinked) damage.push('link');
  if (!found.hasEntry) damage.push('entry');
  if (found.hasEntry && !found.hasHead) damage.push('head');
  if (!found.hasIndex) damage.push('index');
  return [...damage, ...history];
}

const TEXT: Record<TreeDamage, string> = {
  folder: 'its folder is gone',
  link: 'its .git file is gone or damaged',
  entry: "git's entry for it is gone or damaged",
  head: 'its HEAD named a branch or commit that does not exist',
  branch: 'its branch is gone',
  history: 'its branch has lost commits that the engine knows',
  index: 'its index is gone or damaged',
};

/** What was repaired, in one line. */
export function describeRestored({ damage, head, rescued, lost }: RestoredTree): string {
  const kept = rescued.length === 0 ? '' : `; other work is kept as ${rescued.join(', ')}`;
  const gone =
    lost === undefined
      ? ''
      : `; its commit ${lost.slice(0, 12)} is in the repository no more, so its work is lost and the module is built again`;
  return `restored at ${head.slice(0, 12)}: ${damage.map((each) => TEXT[each]).join(', ')}${kept}${gone}`;
}

export interface RestoredTree {
  module: string;
  damage: TreeDamage[];
  /** The commit that its branch has now. */
  head: string;
  /** Rescue refs with work that is in no branch. */
  rescued: string[];
  /** The commit of the module that is in the repository no more. */
  lost?: string;
}
