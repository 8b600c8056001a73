import type { RunState } from '../../run/ledger/state.ts';

/** What the engine itself does with the base branch of a build that ends in a merge. */
export interface BaseMoves {
  /** Commits that it has moved the base branch to, or is to move it to next: it may have been killed before it recorded the move. */
  tips: string[];
  /** Whether one of these moves is not recorded yet. */
  isPending: boolean;
}

/** The engine's own moves of the base branch: the commit that a human has approved, and after it the checked memory. Pure. */
export function listBaseMoves({ build, gates }: Pick<RunState, 'build' | 'gates'>): BaseMoves {
  const { checks, shipped, curated } = build;
  const ship = checks.get('ship');
  const isApproved =
    ship?.ok === true && ship.hash !== undefined && gates.get('ship')?.approved === ship.hash;
  const memory =
    shipped !== undefined && checks.get('curate')?.ok === true ? checks.get('curate') : undefined;
  const approved = shipped === undefined && isApproved ? ship : undefined;
  return {
    tips: [shipped?.commit, approved?.commit, memory?.commit].filter((commit) => commit !== undefined),
    isPending: approved !== undefined || (memory !== undefined && curated === undefined),
  };
}
