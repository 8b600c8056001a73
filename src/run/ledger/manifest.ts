export const MODELS = ['haiku', 'sonnet', 'opus', 'fable'] as const;
export type Model = (typeof MODELS)[number];

/** The runners of agents. */
export const DRIVERS = ['workflow', 'tiered', 'agent', 'claude', 'command'] as const;
export type Driver = (typeof DRIVERS)[number];

/** Limits of agents at the same time: agents of one model, command workers, and all agents of a wave. */
export interface Limits {
  models: Record<Model, number>;
  commands: number;
  total: number;
}

export const DEFAULT_LIMITS: Limits = {
  models: { haiku: 12, sonnet: 8, opus: 4, fable: 4 },
  commands: 8,
  total: 20,
};

/** What a run is about: an audit, a build, or one attempt at a task of a queue. */
export type RunMode = 'audit' | 'build' | 'task';

/** `run.json`: written once, when the run is created. */
export interface Manifest {
  version: 1;
  id: string;
  mode: RunMode;
  task: string;
  /** Absolute path of the project that the run is about. */
  project: string;
  /** ISO 8601, UTC. */
  created: string;
  /** The runner that the user chose; null if the engine chooses. */
  driver: Driver | null;
  limits: Limits;
  /** How a build ends; absent: it is merged into the base branch. */
  delivery?: BranchDelivery;
  /** Absolute path of the folder with the worktrees of a build. Default: `builds` in the run directory. */
  trees?: string;
  /** Set while the ledger of a lost build is made anew from its branches: until then it lacks events. */
  adopting?: true;
}

/** A build that ends in a pushed branch instead of a merge. */
export interface BranchDelivery {
  remote: string;
  /** Without `refs/heads/`. */
  branch: string;
}

export type Role =
  | 'worker'
  | 'coordinator'
  | 'architect'
  | 'trainer'
  | 'scaffold'
  | 'builder'
  | 'qc'
  | 'assembler'
  | 'shipper'
  | 'curator';

/** The plugin's agent definitions, the files of `agents/`. */
export type AgentType = 'worker' | 'searcher' | 'builder' | 'coordinator';

/** One agent in `plan.json`. */
export interface PlannedAgent {
  id: string;
  role: Role;
  /** `agent` is run by a model, `command` by the engine. */
  kind: 'agent' | 'command';
  domain: string;
  name: string;
  task: string;
  scope: string | null;
  /** null for a command worker. */
  model: Model | null;
  /** Hash of its filled prompt. Absent in builds, and in plans of older versions. */
  promptHash?: string;
  modelReason: string;
  /** Tools that the plan names: a headless agent uses them without a question. null if the plan names none. */
  tools: string[] | null;
  /**
   * The plugin's smallest agent definition with the tools that the agent needs. Absent if no definition has them, and in plans of older
   * versions: in a session the agent then has the client's general type.
   */
  agentType?: AgentType;
  /** Reason for the type. Absent for an agent that no model runs, and in plans of older versions. */
  agentTypeReason?: string;
  /** Timeout of one attempt, in seconds. */
  timeout: number;
  after: string[];
  /** 1-based; coordinators have the wave after the last worker's, one a level. */
  wave: number;
  /** Relative to the run directory. */
  output: string;
  /** Ids of the agents whose files a coordinator reads. Empty for workers. */
  inputs: string[];
  /** The program and its arguments of a command worker; null for the others. */
  command: string[] | null;
  /** `summary` for coordinators whose answer goes to the parent, `line` for everyone else. */
  returns: 'line' | 'summary';
  /** The module that a builder, a QC agent or an assembler works for. */
  module?: string;
  /** Absolute path of the worktree in which it works. Default: the project. */
  tree?: string;
  /** Globs, relative to `tree`, of the files that it may write besides its output. Default: no restriction by the run. */
  writes?: string[];
}

/** The number of waves of a plan, with those of its coordinators after the workers'. */
export function countWaves({ agents }: Pick<Plan, 'agents'>): number {
  return Math.max(0, ...agents.map(({ wave }) => wave));
}

export interface PlannedDomain {
  id: string;
  name: string;
  /** The distinct tasks of its workers as the plan writes them, before `each` is expanded. */
  tasks?: string[];
}

/** `plan.json`: the accepted plan, expanded, with waves. */
export interface Plan {
  version: 1;
  task: string;
  domains: PlannedDomain[];
  agents: PlannedAgent[];
  /** Ids of the workers of each wave, in plan order. */
  waves: string[][];
}

export function workersOf(plan: Plan): PlannedAgent[] {
  return plan.agents.filter((agent) => agent.role === 'worker');
}

export function coordinatorsOf(plan: Plan): PlannedAgent[] {
  return plan.agents.filter((agent) => agent.role === 'coordinator');
}
