import type { Diagnostic } from '../../system/result.ts';
import type { TestEnd } from '../../workspace/tests/test-log.ts';
import type { QcReport } from './qc-report.ts';

/** A lock whose assertion the code does not keep, or of which that could not be found out. */
export interface LockFault {
  /** The lock's name in `locks.json`. */
  lock: string;
  level: 'unlocked' | 'locked' | 'critical';
  assertion: string;
  /** What was found instead. */
  detail?: string;
  /** Its check itself failed: whether it holds is not known. */
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
  /** The commit that its branch adds; null where there is none. */
  commit: string | null;
  /** What is wrong with its builder's brain file, relative to its tree. */
  brain: { path: string; faults: readonly Diagnostic[] };
}
