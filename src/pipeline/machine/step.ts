import type { ContractFiles } from '../../contract/contract-files.ts';
import type { AgentsCost } from '../../run/cost/amounts.ts';
import type { Snapshot } from '../../run/dispatch/standing.ts';
import type { CheckedStage } from '../../run/ledger/build-events.ts';
import type { PlannedAgent } from '../../run/ledger/manifest.ts';
import type { HumanGate } from '../../run/ledger/stages.ts';
import type { Result } from '../../system/result.ts';
import type { Blueprint } from './blueprint.ts';
import type { BuildRole } from './build-agents.ts';

/** Input of the decision about the next step of a build. */
export interface BuildView {
  snapshot: Snapshot;
  /** The contract as it was when it was last found valid. */
  blueprint: Blueprint | undefined;
  /** The contract's files as they are now; missing in a view that was read for `sao next`, which needs only their hash. */
  contract?: Result<ContractFiles>;
  /** Hash of the contract's files as they are now. */
  contractHash: string | undefined;
  /** Head commit of the integration branch; read only after an audit or before shipping. */
  integrationTip?: string | undefined;
  /** Head commit of the base branch; read with the head of the integration branch. */
  baseTip?: string | undefined;
  /** The audit run of the hardening has written its report. */
  isAuditReported: boolean;
  /** What the audits have cost. */
  auditCost: AgentsCost;
  /** The run directory of the audit was removed. */
  isAuditRemoved?: boolean;
}

/** A request to add an agent to the plan. */
export interface AgentOrder {
  role: BuildRole;
  module?: string;
  /** The stage, if it is not the role's own. */
  stage?: 'harden';
}

/** Work of the engine itself. After a crash each item restarts and gives the same result. */
export type Work =
  | ({ do: 'extend' } & AgentOrder)
  | { do: 'check'; stage: CheckedStage; by: string }
  /** Makes the module's worktree. */
  | { do: 'begin'; module: string }
  /** Checks whether a builder is blocked, before QC reviews its work. */
  | { do: 'examine'; module: string; builder: string }
  | { do: 'judge'; module: string; builder: string; qc: string }
  | { do: 'merge'; module: string }
  | { do: 'begin-hardening' }
  | { do: 'end-hardening'; child: string }
  | { do: 'ship' }
  /** Merges the curator's brains and training pairs into the base branch. */
  | { do: 'bring-home' }
  | { do: 'report' };

/** The next step of a build. */
export type BuildStep =
  | { kind: 'work'; work: Work[] }
  | { kind: 'agents'; agents: PlannedAgent[] }
  | { kind: 'gate'; stage: HumanGate; hash: string }
  /** The run that audits the integration branch continues. */
  | { kind: 'child'; run: string }
  /** The build stops until a human has run `command`. */
  | { kind: 'stuck'; reason: string; command: string }
  | { kind: 'halted'; reason: string }
  | { kind: 'done' };

/** Result of the engine's check of a stage's work. */
export interface StageCheckResult {
  faults: string[];
  /** Differences that do not block the build. */
  remarks?: string[];
  /** The hash of what a human approves, if that is not the commit. */
  hash?: string | undefined;
  /** How many tests each test command ran. */
  counts?: Record<string, number>;
}
