import type { Sealed } from '../model/queue-event.ts';
import {
  type BlockerKind,
  DEFAULT_QUEUE_LIMITS,
  type Evidence,
  type Executor,
  type IdeaPlan,
  type Phase,
  type QueueLimits,
  type QueueRole,
  type TaskSpec,
  type Team,
  type Token,
} from '../model/types.ts';

export type IdeaState = 'draft' | 'planned' | 'approved' | 'executing' | 'done' | 'dropped';

export interface Idea {
  id: string;
  title: string;
  body: string;
  author: string;
  /** The issue of a tracker that it was imported from. */
  source?: string;
  state: IdeaState;
  at: number;
  plan?: IdeaPlan;
  planHash?: string;
  approval?: { hash: string } & Sealed;
  /** Phases of the executed plan, in order. */
  phases: Phase[];
  /** Ids of phases whose integration a human has approved. */
  approvedPhases: string[];
  tasks: string[];
  /** Number of its tasks that are neither done nor cancelled. */
  open: number;
  /** The same for each phase. */
  openIn: Map<string, number>;
}

/** What is recorded of a task. `queued`: dispatched; whether it is waiting, ready or stuck is computed. */
export type TaskState = 'planned' | 'queued' | 'claimed' | 'blocked' | 'dead' | 'done' | 'cancelled';

export interface Attempt {
  number: number;
  token: Token;
  executor: string;
  /** The access token or user that claimed it: an executor settles only its own claims. */
  by: string;
  since: number;
  ended?: number;
  /** `completed`, `blocked`, `lease-over`, `process-ended`, or the reason of a release. */
  outcome?: string;
  note?: string;
  workAt?: string;
}

export interface Task {
  spec: TaskSpec;
  state: TaskState;
  /** Position among the queue's tasks, which decides which one is older. */
  index: number;
  /** Start of the wait, ms: when it was dispatched or came back. */
  queuedAt: number;
  attempts: Attempt[];
  /** Attempts that count towards the limit. */
  failures: number;
  doneAt?: number;
  evidence?: Evidence;
  isLate?: true;
  /** Why it was cancelled, completed by hand or retried. */
  reason?: string;
  notes: { from: string; to: string; text: string; at: number }[];
  /** Tasks that wait for this one. */
  dependants: string[];
}

export interface Blocker {
  id: string;
  task: string;
  kind: BlockerKind;
  question: string;
  for: 'leader' | 'human';
  at: number;
  answer?: string;
  answeredAt?: number;
  by?: string;
}

export interface Escalation {
  id: string;
  task: string;
  step: string;
  reason: string;
  to: 'leader' | 'human';
  at: number;
}

/** A human's decision in the events that does not count. */
export interface UnprovedDecision {
  /** The batch that holds it. */
  seq: number;
  /** `phase/IDEA/ID`, `task/ID` or `blocker/ID`. */
  stage: string;
  action: string;
  reason: string;
}

export interface AccessToken {
  id: string;
  hash: string;
  role: QueueRole;
  team: string;
  repos: string[];
  until: number;
  isRevoked?: true;
}

export interface CapacityChange {
  resource: string;
  from: number;
  to: number;
  by: string;
  reason?: string;
  at: number;
}

/** A queue: the replay of its batches. */
export interface QueueState {
  seq: number;
  /** Time of that batch, which tells it from another one that got its number after a crash. */
  at: number;
  id: string;
  name: string;
  limits: QueueLimits;
  guides: string[];
  passphrase?: string;
  /** Capacity of each named resource. */
  resources: Map<string, number>;
  capacityChanges: CapacityChange[];
  teams: Map<string, Team>;
  executors: Map<string, Executor & { seen: number }>;
  ideas: Map<string, Idea>;
  tasks: Map<string, Task>;
  /** Ids of tasks in the states `queued` and `claimed`, so that a claim reads no finished task. */
  queued: Set<string>;
  claimed: Set<string>;
  /** The task of each token that was given. */
  tokens: Map<Token, string>;
  /** The batch in which a team was given its last task; '' for tasks without a team. */
  servedAt: Map<string, number>;
  blockers: Map<string, Blocker>;
  escalations: Escalation[];
  access: Map<string, AccessToken>;
  /** Decisions that no human is proved to have made: they changed nothing. */
  unproved: UnprovedDecision[];
  /** Names of the decisions that count, each with its time. */
  decided: string[];
}

export function emptyQueue(): QueueState {
  return {
    seq: 0,
    at: 0,
    id: '',
    name: '',
    limits: DEFAULT_QUEUE_LIMITS,
    guides: [],
    resources: new Map(),
    capacityChanges: [],
    teams: new Map(),
    executors: new Map(),
    ideas: new Map(),
    tasks: new Map(),
    queued: new Set(),
    claimed: new Set(),
    tokens: new Map(),
    servedAt: new Map(),
    blockers: new Map(),
    escalations: [],
    access: new Map(),
    unproved: [],
    decided: [],
  };
}

export const isEnd = (state: TaskState): boolean => state === 'done' || state === 'cancelled';

/** The attempt that holds the task, or that was the last to hold it. */
export const lastAttempt = (task: Task): Attempt | undefined => task.attempts.at(-1);
