/** Maximum length of a task's title, in characters. */
export const MAX_TASK_TITLE = 200;
/** Maximum length of a text that goes into a handoff, in characters. */
export const MAX_TEXT = 20_000;

export const ROLES = ['reader', 'executor', 'leader', 'owner'] as const;
/** What a token allows; each role may also do what the roles before it may. */
export type QueueRole = (typeof ROLES)[number];

export const BLOCKER_KINDS = ['needs-decision', 'needs-access', 'needs-task', 'rate-limit', 'other'] as const;
export type BlockerKind = (typeof BLOCKER_KINDS)[number];

/** Reasons to release a task. The last three are no fault of the attempt, so they do not count as one. */
export const RELEASE_REASONS = ['failed', 'not-proved', 'rate-limit', 'unreachable', 'handed-back'] as const;
export type ReleaseReason = (typeof RELEASE_REASONS)[number];
const UNCOUNTED: readonly string[] = ['rate-limit', 'unreachable', 'handed-back'];

/** Whether an attempt that ended for this reason counts towards the limit of attempts. */
export const isCounted = (reason: string): boolean => !UNCOUNTED.includes(reason);

/** Where help is looked for, in this order, before a human is asked. */
export type CascadeStep = 'self' | 'other-tool' | 'mcp' | 'queue' | 'human';

export interface QueueLimits {
  leaseSeconds: number;
  /** Attempts that may fail before a task is dead. */
  attempts: number;
  /** Tasks of one repository, and of one team, that may run at the same time. */
  perRepo: number;
  perTeam: number;
}

export const DEFAULT_QUEUE_LIMITS: QueueLimits = { leaseSeconds: 120, attempts: 3, perRepo: 4, perTeam: 4 };

export interface Team {
  id: string;
  focus: string;
  leader: string;
  coders: string[];
  cluster: number;
}

export interface TaskIntegration {
  criteria: string[];
  rollback: string;
  approval: 'none' | 'human';
}

export interface Phase {
  id: string;
  name: string;
  /** `sequential`: waits for all earlier phases, and all later ones wait for it. */
  mode: 'sequential' | 'parallel';
  teams: string[];
  integration?: TaskIntegration;
}

/** A task as its author writes it. Sizes, never dates: time left is computed from measured attempts. */
export interface TaskSpec {
  /** Unique in the queue, `{idea}.{name}`. */
  id: string;
  idea: string;
  phase: string;
  team: string;
  /** The coder of the team that the task is meant for, such as `c1.2`; empty: any. */
  coder: string;
  title: string;
  /** The problem that the task solves. */
  context: string;
  deliverables: string[];
  criteria: string[];
  /** A command that proves the task; empty if criteria do. */
  test: string;
  repo: string;
  branch: string;
  /** Commit or branch to start from; empty: the repository's default branch. */
  base: string;
  paths: string[];
  after: string[];
  needs: string[];
  /** Names of resources of the queue that are held with the claim. */
  uses: string[];
  /** Names of environment variables that an executor must have. Never values. */
  env: string[];
  /** 0 to 9; 9 is claimed first. */
  priority: number;
  size: 'S' | 'M' | 'L';
  model: string;
}

export interface IdeaPlan {
  phases: Phase[];
  tasks: TaskSpec[];
}

export interface Executor {
  id: string;
  host: string;
  slots: number;
  can: string[];
  team: string;
  version: string;
}

/** The process that holds a claim, so that its death is noticed before the lease ends. */
export interface ClaimProcess {
  pid: number;
  started: string;
  boot: string;
  space?: string;
}

/** `seq.nonce`: a sequence number alone can be given twice after a crash that loses the last events. */
export type Token = string;

/** The only form of a token: it becomes the name of a file. */
const TOKEN = /^\d{1,15}\.[0-9a-f]{1,40}$/;

export const isToken = (text: string): boolean => TOKEN.test(text);

/** A record beside the events that says until when a claim is valid. Times in ms since the epoch, by the engine's clock. */
export interface Lease {
  token: Token;
  task: string;
  executor: string;
  since: number;
  until: number;
  process?: ClaimProcess;
}

/** What proves that a task is done. */
export interface Evidence {
  /** The commit that was pushed; empty if the task has none. */
  commit: string;
  text: string;
  /** The exit code of the task's test, as the caller reported it with --test-exit. */
  testExit?: number;
}
