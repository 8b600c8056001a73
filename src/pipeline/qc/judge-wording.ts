import type { Finding, Severity } from '../../findings/finding.ts';
import { plainText } from '../../findings/plain-text.ts';
import { quotePath } from '../../findings/quote-path.ts';
import { countOf } from '../../findings/words.ts';
import { formatVerdict, type QcVerdict } from '../../run/ledger/verdict.ts';
import type { TestLoss } from '../../source/test-losses.ts';
import { quoteCommand } from '../../system/command-line.ts';
import type { Diagnostic } from '../../system/result.ts';
import type { ChangedGitlink } from '../../workspace/worktree/gitlinks.ts';
import type { ConformanceRow } from './conformance-table.ts';
import type { DeniedAgent, LockFault } from './evidence.ts';

const LOSS_TITLES: Record<TestLoss['kind'], string> = {
  deleted: 'A test file was deleted',
  emptied: 'Tests were emptied',
  fewer: 'Tests were removed',
  skipped: 'Tests were newly skipped',
};

const MAX_SHOWN_TITLES = 5;

function listTitles(titles: readonly string[]): string {
  if (titles.length === 0) return '';
  const more = titles.length > MAX_SHOWN_TITLES ? ` and ${titles.length - MAX_SHOWN_TITLES} more` : '';
  return `${titles
    .slice(0, MAX_SHOWN_TITLES)
    .map((title) => `"${plainText(title, 80)}"`)
    .join(', ')}${more}: `;
}

/** Describes lost tests for the agent that has to restore them. */
export function describeTestLoss(loss: TestLoss): string {
  const { title, detail } = moduleFindings.testLoss(loss);
  return `${title}: ${detail}`;
}

/** Describes a nested repository for the agent that has to remove it. */
export function describeNestedRepository(path: string): string {
  const { title, detail } = moduleFindings.nested(path);
  return `${title}: ${detail}`;
}

/** What the engine runs a commit hook on. */
const HOOK_INPUT: Readonly<Record<string, string>> = {
  'commit-msg': 'the message of the last commit that was tried',
};

/** Findings that the engine adds to those of QC. */
export const moduleFindings = {
  tests: (end: string, isFalsePass: boolean): Finding => ({
    severity: 'major',
    title: isFalsePass ? 'QC reports PASS although tests fail' : 'The tests fail',
    detail: `the engine ran the test command: ${end}`,
  }),
  testLoss: (loss: TestLoss): Finding => ({
    severity: 'major',
    title: `${LOSS_TITLES[loss.kind]}: ${quotePath(loss.path)}`,
    path: loss.path,
    ...(loss.line === undefined ? {} : { line: loss.line }),
    detail: `${listTitles(loss.titles)}restore ${loss.titles.length === 1 ? 'the test' : 'the tests'} and fix the code; only an approved change of the contract that names the file allows this`,
  }),
  testMissing: (path: string): Finding => ({
    severity: 'major',
    title: `A test file that the contract asks for is missing or has no test: ${quotePath(path)}`,
    path,
    detail: 'write the tests that the contract asks for',
  }),
  noTestRan: (skipped: number): Finding => ({
    severity: 'major',
    title: 'The test command passes, but no test ran',
    detail: `${skipped > 0 ? `${countOf(skipped, 'test')} skipped; ` : ''}write tests that the test command of the module runs`,
  }),
  fewerTests: (run: number, expected: number): Finding => ({
    severity: 'major',
    title: `Fewer tests ran than before: ${run}, before ${expected}`,
    detail:
      'the same command ran more on the scaffold or in an earlier cycle: restore the tests that no longer run, or let the test command run them again',
  }),
  uncounted: (expected: number): Finding => ({
    severity: 'major',
    title: `The test command passes, but its output does not say that a test ran; before: ${expected}`,
    detail: 'let the test program run to its end and print its summary; nothing may end its process early',
  }),
  nested: (path: string): Finding => ({
    severity: 'major',
    title: `A repository inside the repository is committed: ${quotePath(path)}`,
    path,
    detail: `git delivers it as an empty folder: remove ${quotePath(`${path}/.git`)}, run \`git rm --cached ${quoteCommand([path])}\`, and add its files`,
  }),
  denied: ({ id, tools }: DeniedAgent): Finding => ({
    severity: 'minor',
    title: `The client denied tools to ${id}: ${plainText(tools.join(', '), 200)}`,
    detail: 'what its report says about them is not proved; the engine ran the tests itself',
  }),
  unpublished: ({ path, from, to }: ChangedGitlink): Finding => ({
    severity: 'major',
    title: `A submodule is set to a commit that no remote is known to have: ${quotePath(path)}`,
    path,
    detail: `commit ${to.slice(0, 12)} is in no remote branch that the project's copy of the submodule knows, so it exists in this worktree only and is not delivered: ${
      from === undefined ? 'remove the submodule' : `set it back to ${from.slice(0, 12)}`
    }, or to a commit of its remote; a change of the submodule itself is made and published in its own repository by a human`,
  }),
  hidden: (path: string): Finding => ({
    severity: 'major',
    title: `Git was told to overlook changes of a file: ${quotePath(path)}`,
    path,
    detail: 'the mark (skip-worktree or assume-unchanged) was removed: commit the change, or take it back',
  }),
  /** `seen`: the ends of both runs, and the paths of their outputs. */
  flaky: (seen: string): Finding => ({
    severity: 'minor',
    title: 'The tests are flaky',
    detail: seen,
  }),
  used: (detail: string): Finding => ({
    severity: 'minor',
    title: 'Dependencies of the tests are not those of a setup command',
    detail,
  }),
  stray: (path: string): Finding => ({
    severity: 'major',
    title: `A file outside of the module is changed: ${quotePath(path)}`,
    path,
    detail: 'revert the change: a builder may change only the paths of its module',
  }),
  lock: (
    { lock, assertion, untested, flaky, detail, path, line }: LockFault,
    severity: Severity,
  ): Finding => ({
    severity,
    title: flaky
      ? `The check of the lock ${lock} is flaky: ${assertion}`
      : `The lock ${lock} ${untested ? 'could not be tested' : 'is broken'}: ${assertion}`,
    ...(path === undefined ? {} : { path }),
    ...(line === undefined ? {} : { line }),
    ...(detail === undefined ? {} : { detail }),
  }),
  unlisted: (count: number): Finding => ({
    severity: 'major',
    title: `${countOf(count, 'more finding')} ${count === 1 ? 'is' : 'are'} not listed here`,
    detail: 'read the whole QC report and fix all of them',
  }),
  noCommit: (): Finding => ({
    severity: 'major',
    title: 'Nothing is committed',
    detail:
      'the branch of the module has no commit of its own; uncommitted work does not count. If git refuses to sign commits (commit.gpgsign) because agents have no key, a human has to turn signing off for this repository',
  }),
  /** The likely cause of uncommitted work. */
  hook: (name: string, { end, output, log }: { end: string; output: string; log: string }): Finding => ({
    severity: 'major',
    title: `The ${name} hook of the project fails, so that a commit is refused`,
    detail: `the engine ran it on ${HOOK_INPUT[name] ?? 'the uncommitted work'}: ${end}; whole output: ${log}; the end of it: ${output}`,
  }),
  /** A fault that makes the brain file unsafe to read or merge, such as a secret. */
  brainFault: (path: string, { message, fix }: Diagnostic): Finding => ({
    severity: 'major',
    title: `The brain file has to be fixed: ${message}`,
    path,
    ...(fix === undefined ? {} : { detail: fix }),
  }),
  brainForm: (path: string, faults: readonly Diagnostic[]): Finding => ({
    severity: 'minor',
    title: 'The brain file does not have the required form',
    path,
    detail: faults.map(({ message }) => message).join('; '),
  }),
  broken: ({ item, contract, code, holds }: ConformanceRow, severity: Severity): Finding => ({
    severity,
    title: `The contract is ${holds === 'partly' ? 'only partly' : 'not'} fulfilled: ${item}`,
    detail: `required by ${contract || 'the contract'}; code examined: ${code || 'none named'}`,
  }),
};

const MAX_SHOWN_PATHS = 5;

function formatPaths(paths: readonly string[]): string {
  const shown = paths.slice(0, MAX_SHOWN_PATHS).map((path) => plainText(quotePath(path), 120));
  const hidden = paths.length - shown.length;
  return `${shown.join(', ')}${hidden > 0 ? ` and ${hidden} more` : ''}`;
}

/** Reasons why a module did not pass, one clause each. */
export const failureReason = {
  tests: (end: string, reported: QcVerdict) =>
    reported === 'pass' ? `QC reports PASS, but the tests fail: ${end}` : `the tests fail: ${end}`,
  testEvidence: (count: number) =>
    `tests are gone, skipped, missing or did not run: ${countOf(count, 'finding')}`,
  strays: (paths: readonly string[]) =>
    `${countOf(paths.length, 'file')} outside of the module ${paths.length === 1 ? 'was' : 'were'} changed: ${formatPaths(paths)}`,
  locks: (count: number) =>
    `${countOf(count, 'lock')} ${count === 1 ? 'is' : 'are'} broken or could not be tested`,
  nested: (count: number) =>
    `${countOf(count, 'folder')} with a repository of ${count === 1 ? 'its' : 'their'} own ${count === 1 ? 'was' : 'were'} committed`,
  unpublished: (count: number) =>
    `${countOf(count, 'submodule')} ${count === 1 ? 'is' : 'are'} set to a commit that no remote is known to have`,
  hidden: (count: number) => `changes of ${countOf(count, 'file')} were hidden from git`,
  noCommit: () => 'nothing is committed on its branch',
  hook: (name: string, end: string) => `the ${name} hook of the project fails: ${end}`,
  brain: () => 'the brain file of its builder contains a secret or cannot be read',
  milder: (said: QcVerdict, listed: QcVerdict) =>
    `QC reports ${formatVerdict(said)}, but its own findings require ${formatVerdict(listed)}`,
  broken: (count: number) =>
    `${countOf(count, 'item')} of the contract ${count === 1 ? 'is' : 'are'} not fulfilled`,
  reported: (verdict: QcVerdict) => `QC reports ${formatVerdict(verdict)}`,
};
