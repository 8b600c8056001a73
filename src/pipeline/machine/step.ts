import type { Snapshot } from '../../run/dispatch/standing.ts';
import type { CheckedStage } from '../../run/ledger/build-events.ts';
import type { PlannedAgent } from '../../run/ledger/manifest.ts';
import type { HumanGate } from '../../run/ledger/stages.ts';
import type { Blueprint } from './blueprint.ts';
import type { BuildRole } from './build-agents.ts';

/** All that the next step of a build is decided from. */
export interface BuildView {
  snapshot: Snapshot;
  /** The contract as it was when it was last found valid. */
  blueprint: Blueprint | undefined;
  /** Hash of the contract's files as they are now. */
  contractHash: string | undefined;
  /** Where the integration branch stands; told only while something of it was audited or waits to be shipped. */
  integrationTip?: string | undefined;
  /** The audit run of the hardening has written its report. */
  isAuditReported: boolean;
  /** It is no more: somebody has removed it. */
  isAuditRemoved?: boolean;
}

/** An agent that the plan is to be extended by. */
export interface AgentOrder {
  role: BuildRole;
  module?: string;
  /** Where it is another than the role's own. */
  stage?: 'harden';
}

/** What the engine does itself. Each is done again from its start after a crash, and comes to the same end. */
export type Work =
  | ({ do: 'extend' } & AgentOrder)
  | { do: 'check'; stage: CheckedStage; by: string }
  /** Makes the module's worktree. */
  | { do: 'begin'; module: string }
  /** Looks whether a builder is blocked, before QC looks at its work. */
  | { do: 'examine'; module: string; builder: string }
  | { do: 'judge'; module: string; builder: string; qc: string }
  | { do: 'merge'; module: string }
  | { do: 'begin-hardening' }
  | { do: 'end-hardening'; child: string }
  | { do: 'ship' }
  /** Brings what the curator kept to the base branch. */
  | { do: 'bring-home' }
  | { do: 'report' };

/** What is next in a build. */
export type BuildStep =
  | { kind: 'work'; work: Work[] }
  | { kind: 'agents'; agents: PlannedAgent[] }
  | { kind: 'gate'; stage: HumanGate; hash: string }
  /** The run that audits the integration branch is to be carried on. */
  | { kind: 'child'; run: string }
  /** Nothing goes on until a person has done what `command` says. */
  | { kind: 'stuck'; reason: string; command: string }
  | { kind: 'halted'; reason: string }
  | { kind: 'done' };
