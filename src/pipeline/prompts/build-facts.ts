import type { Finding } from '../../findings/finding.ts';
import type { MergeTrouble } from '../../run/ledger/trouble.ts';
import type { ChangeLog } from '../release/change-log.ts';

/** Facts in every prompt of a build. */
interface CommonFacts {
  /** The run directory, and the user's own checkout. */
  place: { dir: string; project: string };
  /** Its role's brain file; null if there is none yet. */
  brain: string | null;
}

/** A module as a list of modules shows it. */
export interface ListedModule {
  name: string;
  description: string;
  paths: readonly string[];
}

interface ArchitectFacts extends CommonFacts {
  role: 'architect';
  /** The user's words. */
  description: string;
  /** What is there already; null for an empty project. */
  codebase: string | null;
}

interface TrainerFacts extends CommonFacts {
  role: 'trainer';
  projectName: string;
  /** Paths of the contracts, relative to its tree. */
  sources: readonly string[];
  trainingPath: string;
  startPairId: number;
  leastPairs: number;
  /** ISO 8601: when the sources were read. */
  now: string;
}

interface ScaffoldFacts extends CommonFacts {
  role: 'scaffold';
  modules: readonly ListedModule[];
  sharedPaths: readonly string[];
  testCommand: string;
  contractSummary: string;
}

interface BuilderFacts extends CommonFacts {
  role: 'builder';
  module: ListedModule;
  sharedPaths: readonly string[];
  branch: string;
  baseCommit: string;
  testCommand: string;
  /** Where the QC report on it will be, as an absolute path. */
  qcReportPath: string;
  /** Relative to its tree. */
  trainingPath: string;
  brainPath: string;
  contractSummary: string;
}

interface QcFacts extends CommonFacts {
  role: 'qc';
  module: ListedModule;
  branch: string;
  baseCommit: string;
  testCommand: string;
  contractSummary: string;
  /** What the cycle before had to fix. */
  fixFindings: readonly Finding[];
  /** Tool calls of the module's last builder that the client did not permit. */
  deniedTools: readonly string[];
}

interface AssemblerFacts extends CommonFacts {
  role: 'assembler';
  module: string;
  branch: string;
  integrationBranch: string;
  /** Head commit of the integration branch. */
  integrationCommit: string;
  trouble: MergeTrouble;
  order: readonly { module: string; branch: string; state: string }[];
  integrationTestCommand: string;
  /** Absolute paths. */
  qcDir: string;
  assemblyReportPath: string;
  contractSummary: string;
}

interface ShipperFacts extends CommonFacts {
  role: 'shipper';
  integrationBranch: string;
  base: string;
  baseCommit: string;
  modules: readonly ListedModule[];
  backlog: readonly Finding[];
  contractSummary: string;
}

interface CuratorFacts extends CommonFacts {
  role: 'curator';
  /** Relative to its tree: the brains that there are, and those that roles of a build may have and have not yet. */
  brainPaths: readonly string[];
  missingBrainPaths: readonly string[];
  trainingPaths: readonly string[];
  trainingPath: string;
  /** The reports of the run's agents, as absolute paths. */
  sessionPaths: readonly string[];
  startPairId: number;
  /** ISO 8601, as the time from which on pairs on the state count. */
  now: string;
  shipped: string;
  /** What the engine found to contradict each other, a line each. */
  contradictions: readonly string[];
}

/** What the template of a role is filled with. */
export type BuildFacts =
  | ArchitectFacts
  | TrainerFacts
  | ScaffoldFacts
  | BuilderFacts
  | QcFacts
  | AssemblerFacts
  | ShipperFacts
  | CuratorFacts;
export type PromptedRole = BuildFacts['role'];

/** Roles whose work the engine checks, and which then try again; `fix` is the scaffold role when it fixes audit findings. */
export type TryingRole = 'architect' | 'trainer' | 'scaffold' | 'fix' | 'builder' | 'shipper' | 'curator';

/** Why the work of a role is done once more; each role has its own text. */
export interface SecondTry {
  kind: 'second-try';
  role: TryingRole;
  /** Number of this try; the first one has 1. */
  cycle: number;
  /** Faults in the engine's words, or findings as bullets; a fault may have several lines. */
  faults: readonly string[];
  /** Files with the whole text behind the faults, as absolute paths. */
  reports: readonly string[];
}

/** A git hook of the project; `path` is absolute. */
interface NamedHook {
  name: string;
  path: string;
}

/** What is added to the prompt of an agent that does its work once more. */
export type BuildAddition =
  /** The agent may write its role's brain; the path is relative to its worktree. */
  | { kind: 'brain'; path: string }
  | SecondTry
  /** Findings of the audit that no module owns. */
  | { kind: 'fix'; findings: readonly Finding[] }
  | { kind: 'rejected'; note: string }
  /** Whether the project's git hooks run at its commits. */
  | { kind: 'hooks-run'; hooks: readonly NamedHook[] }
  | { kind: 'hooks-skip'; hooks: readonly NamedHook[] }
  /** The worktree has this number of ports of its own. */
  | { kind: 'ports'; count: number }
  /** How the project records its changes. */
  | { kind: 'change-log'; log: ChangeLog }
  /** Records of memory as fenced blocks, and a line that states what was left out. */
  | { kind: 'recalls'; blocks: string; leftOut: string }
  /** Asks for a session summary, from which records of memory are made. */
  | { kind: 'session-summary' }
  /** Records that the curator may move to the archive, a line each. */
  | { kind: 'archive-candidates'; lines: readonly string[] }
  | {
      kind: 'resolved';
      conflict: string;
      note: string;
      integrationBranch: string;
      integrationCommit: string;
      branch: string;
    }
  | {
      kind: 'merge-conflict';
      integrationBranch: string;
      integrationCommit: string;
      branch: string;
      paths: readonly string[];
      trouble: MergeTrouble;
      /** The report of the agent that explained it; null if there is none. */
      explanation: string | null;
    };
