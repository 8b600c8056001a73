import type { TestCount } from '../../source/test-count.ts';
import type { TestLoss } from '../../source/test-losses.ts';
import type { Diagnostic } from '../../system/result.ts';
import type { CommitHookName } from '../../workspace/tests/project-hooks.io.ts';
import type { RepeatedTestEnd, TestEnd } from '../../workspace/tests/test-result.ts';
import type { ChangedGitlink } from '../../workspace/worktree/gitlinks.ts';
import type { QcReport } from './qc-report.ts';

/** A lock whose assertion is broken or could not be tested, or whose check is flaky. */
export interface LockFault {
  /** The lock's name in `locks.json`. */
  lock: string;
  level: 'unlocked' | 'locked' | 'critical';
  assertion: string;
  /** What was found instead. */
  detail?: string;
  /** Whether the check failed, so that the result is unknown. */
  untested?: boolean;
  /** Whether the check failed and then passed: the assertion holds. */
  flaky?: boolean;
  path?: string;
  line?: number;
}

/** What became of a module's tests, by the source and by the output of the test command. */
export interface TestEvidence {
  /** Against the module's base and the last cycles, without what the contract allows. */
  losses: readonly TestLoss[];
  /** Test files that the contract asks for, and that do not exist or have no test. */
  missing: readonly string[];
  /** From the output of the test command, if it states it. */
  count?: TestCount;
  /** The number of tests that the same command ran on the scaffold or in an earlier cycle, if it was known. */
  expected?: number;
  /** Whether the worktree has a test file at all. */
  hasTests: boolean;
}

/** An agent with tool calls that the client did not permit. */
export interface DeniedAgent {
  id: string;
  tools: readonly string[];
}

/** All that is known of a module once its QC agent has reported and the engine has looked for itself. */
export interface ModuleEvidence {
  report: QcReport;
  tests: RepeatedTestEnd;
  testEvidence: TestEvidence;
  /** Paths that its branch changes without a right to. */
  strays: readonly string[];
  lockFaults: readonly LockFault[];
  /** Repositories inside its tree that the build does not know: nothing of them is delivered. */
  nested: readonly string[];
  /** Submodules that its branch moves to a commit that no remote is known to have. */
  unpublished: readonly ChangedGitlink[];
  /** Agents of the module whose tool calls the client did not permit. */
  denied: readonly DeniedAgent[];
  /** Changed files that git was told to overlook. */
  hidden: readonly string[];
  /** The last commit of its branch; null if the branch adds none. */
  commit: string | null;
  /** How the last of the project's commit hooks that ran on uncommitted work ended; undefined if none was run. */
  hook?: TestEnd & { name: CommitHookName; tail: string; outputPath: string };
  /** What is wrong with its builder's brain file, relative to its tree. */
  brain: { path: string; faults: readonly Diagnostic[] };
}
