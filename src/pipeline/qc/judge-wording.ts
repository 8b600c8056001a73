import type { Finding, Severity } from '../../findings/finding.ts';
import { countOf } from '../../findings/words.ts';
import { type QcVerdict, sayVerdict } from '../../run/ledger/verdict.ts';
import type { Diagnostic } from '../../system/result.ts';
import type { ConformanceRow } from './conformance-table.ts';
import type { LockFault } from './evidence.ts';

/** What the engine itself finds of a module, in the form of every finding. */
export const moduleFindings = {
  tests: (end: string, isFalsePass: boolean): Finding => ({
    severity: isFalsePass ? 'critical' : 'major',
    title: isFalsePass ? 'QC says PASS over failing tests' : 'The tests fail',
    detail: `the engine ran the test command itself: ${end}`,
  }),
  stray: (path: string): Finding => ({
    severity: 'critical',
    title: `A file outside of the module is changed: ${path}`,
    path,
    detail: 'take the change back: a builder changes the paths of its own module only',
  }),
  lock: ({ lock, assertion, untested, detail, path, line }: LockFault, severity: Severity): Finding => ({
    severity,
    title: `The lock ${lock} ${untested ? 'could not be tested' : 'does not hold'}: ${assertion}`,
    ...(path === undefined ? {} : { path }),
    ...(line === undefined ? {} : { line }),
    ...(detail === undefined ? {} : { detail }),
  }),
  noCommit: (): Finding => ({
    severity: 'major',
    title: 'Nothing is committed',
    detail: 'the branch of the module holds no commit of its own; what is not committed is not built',
  }),
  /** A fault that would cause harm when the brain file is read or merged. */
  brainFault: (path: string, { message, fix }: Diagnostic): Finding => ({
    severity: 'major',
    title: `The brain file cannot stay as it is: ${message}`,
    path,
    ...(fix === undefined ? {} : { detail: fix }),
  }),
  brainForm: (path: string, faults: readonly Diagnostic[]): Finding => ({
    severity: 'minor',
    title: 'The brain file is not as a brain file should be',
    path,
    detail: faults.map(({ message }) => message).join('; '),
  }),
  broken: ({ item, contract, code, holds }: ConformanceRow, severity: Severity): Finding => ({
    severity,
    title: `The contract does not hold${holds === 'partly' ? ' in part' : ''}: ${item}`,
    detail: `asked for by ${contract || 'the contract'}; looked at: ${code || 'nothing named'}`,
  }),
};

/** Why a module did not pass, a sentence each. */
export const failureReason = {
  tests: (end: string, reported: QcVerdict) =>
    reported === 'pass' ? `QC says PASS, but the tests fail: ${end}` : `the tests fail: ${end}`,
  strays: (count: number) =>
    `${countOf(count, 'file')} outside of the module ${count === 1 ? 'is' : 'are'} changed`,
  locks: (count: number) =>
    `${countOf(count, 'lock')} ${count === 1 ? 'does' : 'do'} not hold or could not be tested`,
  noCommit: () => 'nothing is committed on its branch',
  brain: () => 'the brain file of its builder holds a secret or cannot be read',
  milder: (said: QcVerdict, listed: QcVerdict) =>
    `QC says ${sayVerdict(said)}, but its own findings make it ${sayVerdict(listed)}`,
  broken: (count: number) =>
    `${countOf(count, 'item')} of the contract ${count === 1 ? 'does' : 'do'} not hold`,
  reported: (verdict: QcVerdict) => `QC says ${sayVerdict(verdict)}`,
};
