import type { Diagnostic } from '../../system/result.ts';
import type { TestEnd } from '../../workspace/tests/test-result.ts';
import type { QcReport } from './qc-report.ts';

/** A lock whose assertion is broken or could not be tested. */
export interface LockFault {
  /** The lock's name in `locks.json`. */
  lock: string;
  level: 'unlocked' | 'locked' | 'critical';
  assertion: string;
  /** What was found instead. */
  detail?: string;
  /** Whether the check failed, so that the result is unknown. */
  untested?: boolean;
  path?: string;
  line?: number;
}

/** All that is known of a module once its QC agent has reported and the engine has looked for itself. */
export interface ModuleEvidence {
  report: QcReport;
  tests: TestEnd;
  /** Paths that its branch changes without a right to. */
  strays: readonly string[];
  lockFaults: readonly LockFault[];
  /** The last commit of its branch; null if the branch adds none. */
  commit: string | null;
  /** How the project's pre-commit hook ended on uncommitted work; undefined if it was not run. */
  hook?: TestEnd & { tail: string; outputPath: string };
  /** What is wrong with its builder's brain file, relative to its tree. */
  brain: { path: string; faults: readonly Diagnostic[] };
}
