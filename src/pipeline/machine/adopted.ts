import type { CheckedStage } from '../../run/ledger/build-events.ts';

/** Titles of the commits that the engine makes when the work of a stage passed. */
export const COMMIT_TITLES: Record<CheckedStage, string> = {
  architect: 'Lay down the contract',
  bootstrap: 'Add training pairs from the contract',
  scaffold: 'Lay the scaffold',
  harden: 'Fix audit findings',
  ship: 'Write down what ships',
  curate: 'Bring the memory up to date',
};

/** A commit of the integration branch. */
export interface BranchCommit {
  commit: string;
  parents: readonly string[];
  subject: string;
}

/** A module that the engine merged. */
export interface MergedModule {
  module: string;
  /** The commit of the module's branch. */
  source: string;
  /** Head of the integration branch before the merge. */
  onto: string;
  /** The merge. */
  commit: string;
}

/** What the commits of an integration branch say about a build whose ledger is lost. */
export interface CommittedState {
  /** Of the stages before the modules, those that passed. */
  stages: CheckedStage[];
  /** The last merge of each module. */
  merged: MergedModule[];
  /** The last commit that the engine made. */
  last: string | undefined;
}

/** Stages whose commits tell that they passed. Later stages are repeated: they check the whole. */
const ADOPTED_STAGES = ['architect', 'bootstrap', 'scaffold'] as const;

/** Reads the state of a build from the commits on its integration branch, oldest first and without those of merged branches. Pure. */
export function readCommittedState(run: string, commits: readonly BranchCommit[]): CommittedState {
  const stages = new Set<CheckedStage>();
  const merged = new Map<string, MergedModule>();
  let last: string | undefined;
  for (const { commit, parents, subject } of commits) {
    const stage = ADOPTED_STAGES.find((each) => COMMIT_TITLES[each] === subject);
    const module = /^Merge ([a-z0-9][a-z0-9._-]*) \(run ([^)]+)\)$/.exec(subject);
    const [onto, source] = parents;
    if (stage !== undefined) stages.add(stage);
    if (module?.[1] !== undefined && module[2] === run && onto !== undefined && source !== undefined)
      merged.set(module[1], { module: module[1], source, onto, commit });
    const isOfEngine = stage !== undefined || merged.get(module?.[1] ?? '')?.commit === commit;
    if (isOfEngine || Object.values(COMMIT_TITLES).includes(subject)) last = commit;
  }
  return { stages: ADOPTED_STAGES.filter((stage) => stages.has(stage)), merged: [...merged.values()], last };
}
