import type { FindingCounts } from '../../findings/finding.ts';
import type { ApprovalProof } from '../../system/approval/record.ts';
import type { BranchDelivery } from './manifest.ts';
import type { ProjectChange, ProjectSeen } from './project-change.ts';
import type { AskedCall } from './question.ts';
import type { Stage } from './stages.ts';
import type { MergeTrouble } from './trouble.ts';
import type { QcVerdict } from './verdict.ts';

/** Stages in which the engine checks the work of one agent; for `harden`, the fixes of findings that belong to no module. */
export type CheckedStage = Exclude<Stage, 'build' | 'assemble'>;

/** The tests of a judged module, which later cycles are compared with. */
export interface TestRecord {
  /** The last commit at which no test was lost. */
  commit: string;
  /** Tests that ran and tests that were skipped, if the output of the test command states it. */
  run?: number;
  skipped?: number;
  /** Number of tests that the next cycle has to run. */
  expected?: number;
}

/** How many of an audit's agents, or of its checks, gave a result in a domain. */
export interface DomainCoverage {
  /** Name of the domain. */
  domain: string;
  by: 'agents' | 'checks';
  planned: number;
  given: number;
}

/** The events of a build besides those of its agents. Commits are object ids. */
export type BuildEvent =
  /** The branch that the work is merged into at the end, and its head commit when the build began. */
  /** `adopted`: the ledger was lost; these modules were merged before, as the commits say. */
  | { type: 'build-begun'; base: string; commit: string; adopted?: string[] }
  /** `hash`: of the plan with these agents. Without agents, the prompts of some were written again. */
  | { type: 'plan-extended'; stage: Stage; agents: string[]; hash?: string }
  | {
      type: 'stage-checked';
      stage: CheckedStage;
      /** The agent whose work was checked. */
      by: string;
      ok: boolean;
      /** Subject of a human's approval: the hash of the contract or, at the ship gate, the commit. */
      hash?: string;
      commit?: string;
      /** At the ship gate: the commit of the base branch that is merged in. */
      base?: string;
      faults: string[];
      /** Differences from the contract that do not block the build. */
      remarks?: string[];
      /** At the scaffold: how many tests each test command ran, by the command; without those whose output does not state it. */
      counts?: Record<string, number>;
    }
  /** A module has its worktree. */
  | { type: 'module-begun'; module: string; base: string }
  /** QC begins to review the commit of a builder. */
  | { type: 'module-examined'; module: string; builder: string; commit: string }
  /** A builder has reported that it cannot keep to the contract. */
  | { type: 'module-blocked'; module: string; by: string; conflict: string }
  /** A human was asked to resolve a conflict. Holds the hashes of the shown text and of the one-time token. */
  | { type: 'conflict-asked'; conflict: string; hash: string; token: string; call?: AskedCall }
  /** A human has decided about a conflict; its module goes on after `conflict-resolved`. */
  | ({
      type: 'conflict-approved';
      conflict: string;
      hash: string;
      decision: 'flex' | 'adapt';
      signer?: string;
    } & ApprovalProof)
  | { type: 'conflict-resolved'; module: string; conflict: string; note: string; commit: string }
  | {
      type: 'module-judged';
      module: string;
      builder: string;
      by: string;
      verdict: QcVerdict;
      commit: string;
      /** Reasons for the verdict. */
      reasons: string[];
      /** The findings that its builder has to fix. */
      findings: string[];
      backlog: string[];
      tests?: TestRecord;
    }
  /** `backlog`: findings of the merge's tests that block nothing. */
  | { type: 'module-merged'; module: string; source: string; commit: string; backlog?: string[] }
  | {
      type: 'merge-failed';
      module: string;
      source: string;
      /** Head of the integration branch before the merge. */
      onto: string;
      trouble: MergeTrouble;
    }
  /** A run of its own audits the integration branch. */
  | { type: 'harden-begun'; child: string; commit: string }
  | {
      type: 'hardened';
      child: string;
      commit: string;
      findings: FindingCounts;
      majors: { module: string | null; finding: string }[];
      backlog: string[];
      /** Findings in files that the build did not change. */
      earlier?: string[];
      coverage?: DomainCoverage[];
      /** What the audit's agents had cost, in USD: its run may be removed later. */
      costUsd?: number;
    }
  /**
   * The engine looked at the base branch and the user's checkout: `seen` if they differ from what it saw last, `change` if others changed
   * them.
   */
  | { type: 'project-seen'; seen?: ProjectSeen; change?: ProjectChange }
  /** `delivery`: it was pushed to this branch, and the base branch is unchanged. */
  | { type: 'shipped'; base: string; commit: string; delivery?: BranchDelivery }
  | { type: 'curated'; commit: string }
  /** The records of memory in an agent's prompt; `tokens` are estimated. `suppressed`: how many matching records were left out, by reason. */
  | {
      type: 'recalled';
      agent: string;
      ids: string[];
      tokens: number;
      ms: number;
      suppressed: Readonly<Record<string, number>>;
    }
  /** The engine writes these records after the curator `agent`, and moves others to the archive; `held`: summaries that become no record. */
  | { type: 'memory-written'; agent: string; ids: string[]; archived: string[]; held: number };

export const BUILD_EVENTS: Record<BuildEvent['type'], readonly string[]> = {
  'build-begun': ['base', 'commit'],
  'plan-extended': ['stage', 'agents'],
  'stage-checked': ['stage', 'by', 'ok', 'faults'],
  'module-begun': ['module', 'base'],
  'module-examined': ['module', 'builder', 'commit'],
  'module-blocked': ['module', 'by', 'conflict'],
  'conflict-asked': ['conflict', 'hash', 'token'],
  'conflict-approved': ['conflict', 'hash', 'decision'],
  'conflict-resolved': ['module', 'conflict', 'commit'],
  'module-judged': ['module', 'builder', 'by', 'verdict', 'commit', 'reasons', 'findings', 'backlog'],
  'module-merged': ['module', 'source', 'commit'],
  'merge-failed': ['module', 'source', 'onto', 'trouble'],
  'harden-begun': ['child', 'commit'],
  hardened: ['child', 'commit', 'findings', 'majors', 'backlog'],
  'project-seen': [],
  shipped: ['base', 'commit'],
  curated: ['commit'],
  recalled: ['agent', 'ids', 'tokens'],
  'memory-written': ['agent', 'ids'],
};
