import type { ApprovalProof } from '../../system/approval/record.ts';
import type {
  BlockerKind,
  CascadeStep,
  Evidence,
  Executor,
  IdeaPlan,
  Phase,
  QueueLimits,
  QueueRole,
  ReleaseReason,
  TaskSpec,
  Team,
  Token,
} from './types.ts';

/** The proof of a human's decision, as the event holds it: with a seal if it is not signed. */
export interface Sealed extends ApprovalProof {
  seal?: string;
}

/** Everything that happens in a queue. `by` names who did it: a role with its token, or a user. */
export type QueueEvent =
  | {
      type: 'queue-created';
      id: string;
      name: string;
      limits: QueueLimits;
      guides: string[];
      by: string;
      /** Salt and SHA-256 of the passphrase that each write needs. */
      passphrase?: string;
    }
  | { type: 'queue-set'; limits?: Partial<QueueLimits>; guides?: string[]; by: string }
  | { type: 'capacity-changed'; resource: string; from: number; to: number; by: string; reason?: string }
  | { type: 'team-set'; team: Team; by: string }
  | { type: 'executor-seen'; executor: Executor }
  | { type: 'idea-created'; idea: string; title: string; body: string; by: string; source?: string }
  | { type: 'idea-planned'; idea: string; plan: IdeaPlan; hash: string; by: string }
  | ({ type: 'idea-approved'; idea: string; hash: string; by: string } & Sealed)
  | ({ type: 'phase-approved'; idea: string; phase: string; hash: string; by: string } & Sealed)
  | { type: 'idea-executed'; idea: string; by: string }
  | ({ type: 'idea-dropped'; idea: string; reason: string; by: string } & Sealed)
  | { type: 'tasks-created'; idea: string; phases: Phase[]; tasks: TaskSpec[] }
  | { type: 'tasks-dispatched'; tasks: string[]; by: string }
  | {
      type: 'claimed';
      task: string;
      token: Token;
      executor: string;
      attempt: number;
      host: string;
      by: string;
    }
  | { type: 'completed'; task: string; token: Token; evidence: Evidence; isLate?: true }
  | ({ type: 'completed-by-hand'; task: string; reason: string; by: string } & Sealed)
  | {
      type: 'released';
      task: string;
      token: Token;
      reason: ReleaseReason;
      note: string;
      /** Where the attempt's work is kept: a branch, commit or ref. */
      workAt: string;
      isLate?: true;
    }
  | { type: 'expired'; task: string; token: Token; reason: 'lease-over' | 'process-ended' }
  | {
      type: 'blocked';
      task: string;
      token: Token;
      blocker: string;
      kind: BlockerKind;
      question: string;
      for: 'leader' | 'human';
      workAt: string;
      isLate?: true;
    }
  | ({ type: 'blocker-resolved'; blocker: string; answer: string; by: string } & Partial<Sealed>)
  | { type: 'escalated'; id: string; task: string; step: CascadeStep; reason: string; to: 'leader' | 'human' }
  | { type: 'task-cancelled'; task: string; reason: string; by: string }
  | {
      type: 'task-retried';
      task: string;
      reason: string;
      /** Dependencies that are dead or cancelled and no longer waited for. */
      without: string[];
      by: string;
    }
  | {
      type: 'task-set';
      task: string;
      priority?: number;
      team?: string;
      model?: string;
      by: string;
    }
  | { type: 'noted'; task: string; from: string; to: string; text: string }
  | {
      type: 'token-created';
      id: string;
      hash: string;
      role: QueueRole;
      team: string;
      repos: string[];
      until: number;
      by: string;
    }
  | { type: 'token-revoked'; id: string; by: string };

/** Events that are written together or not at all. `at`: ms since the epoch, by the engine's clock. */
export interface Batch {
  seq: number;
  at: number;
  events: QueueEvent[];
}
