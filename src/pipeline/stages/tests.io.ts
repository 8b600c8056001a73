import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { checkAssertions } from '../../contract/assertions.io.ts';
import { readLocks } from '../../contract/contract.ts';
import { locksOf } from '../../contract/locks.ts';
import { writeTest } from '../../contract/rights.ts';
import { readProse } from '../../findings/markdown-lines.ts';
import type { TestRecord } from '../../run/ledger/build-events.ts';
import { listCommitPaths, readBlob, readChangedTexts } from '../../source/commit-texts.io.ts';
import { isTestPath, readTestFile } from '../../source/test-cases.ts';
import type { TestCount } from '../../source/test-count.ts';
import { findTestLosses, type TestLoss } from '../../source/test-losses.ts';
import { isLossAllowed, requiredTests } from '../../source/test-statements.ts';
import { writeAtomic } from '../../system/files/atomic.ts';
import { readBoundedText } from '../../system/files/bounded.ts';
import { isCaseBlind } from '../../system/files/letter-case.io.ts';
import { askGit } from '../../system/git/call.io.ts';
import { findCommit } from '../../system/git/repository.io.ts';
import { unwrap } from '../../system/result.ts';
import { confineToTree } from '../../system/sandbox/confinement.ts';
import type { TestRun } from '../../workspace/tests/test-result.ts';
import type { BlueprintModule } from '../machine/blueprint.ts';
import { contractOf, type Engine } from '../machine/engine.io.ts';
import type { BuildView } from '../machine/step.ts';
import type { LockFault, TestEvidence } from '../qc/evidence.ts';
import { expectedTests } from '../qc/judge-module.ts';
import { describeTestLoss } from '../qc/judge-wording.ts';

/**
 * Runs tests in a worktree of a run (`{runDir}/builds/{module}`) and removes the files that they create, which would be taken for
 * work. Files left by an interrupted test run are first moved to `attempts/leftovers/`.
 */
export async function runWithoutLeftovers<T>(worktree: string, run: () => Promise<T>): Promise<T> {
  const recordPath = `${worktree}.before-tests.json`;
  const interruptedRecord = readUntrackedRecord(recordPath);
  if (interruptedRecord) moveLeftovers(worktree, await untrackedSince(worktree, interruptedRecord));
  const untrackedBefore = await untrackedPaths(worktree);
  writeAtomic(recordPath, JSON.stringify(untrackedBefore));
  try {
    return await run();
  } finally {
    for (const path of await untrackedSince(worktree, untrackedBefore))
      rmSync(join(worktree, path), { force: true });
    rmSync(recordPath, { force: true });
  }
}

/** Files that git neither knows nor ignores, relative to the top of the worktree. */
export async function untrackedPaths(worktree: string): Promise<string[]> {
  const output = await askGit(worktree, ['ls-files', '--others', '--exclude-standard', '-z']);
  return output.split('\0').filter((path) => path !== '');
}

async function untrackedSince(worktree: string, before: readonly string[]): Promise<string[]> {
  const pathsBefore = new Set(before);
  return (await untrackedPaths(worktree)).filter((path) => !pathsBefore.has(path));
}

/** Untracked paths before an interrupted test run. */
function readUntrackedRecord(path: string): string[] | undefined {
  return existsSync(path) ? (JSON.parse(readBoundedText(path)) as string[]) : undefined;
}

// Move instead of remove: a human may have added a file meanwhile.
function moveLeftovers(worktree: string, paths: readonly string[]): void {
  const leftoversDir = join(dirname(dirname(worktree)), 'attempts', 'leftovers', basename(worktree));
  for (const path of paths) {
    const target = join(leftoversDir, path);
    mkdirSync(dirname(target), { recursive: true });
    renameSync(join(worktree, path), target);
  }
}

/** The tests of a module, and the record that later cycles are compared with. */
export interface ExaminedTests {
  evidence: TestEvidence;
  record: TestRecord;
}

/**
 * Compares a module's tests at `commit` with its base, with the last cycle, and with the last cycle in which no test was lost. Counts
 * paths of the module and other paths that its branch changed itself; changes that it merged are not its own.
 */
export async function examineTests(
  view: BuildView,
  module: BlueprintModule,
  {
    worktree,
    commit,
    changed,
    tests,
  }: { worktree: string; commit: string; changed: string[]; tests: TestRun },
): Promise<ExaminedTests> {
  const { name, paths } = module;
  const prose = readProse(contractOf(view).values());
  const { build } = view.snapshot.state;
  const { base, judged, tests: former } = build.modules.get(name) ?? {};
  const isModulePath = writeTest(paths, isCaseBlind(worktree));
  const isOwnPath = (path: string) => isModulePath(path) || changed.includes(path);
  const origins = new Set([base, former?.commit, judged?.commit].filter((origin) => origin !== undefined));
  const found = await findLosses(worktree, [...origins], commit, isOwnPath);
  const losses = found.filter((loss) => !isLossAllowed(loss, prose));
  const commitPaths = await listCommitPaths(worktree, commit);
  const missing = await findMissingTests(worktree, commit, {
    required: requiredTests(prose).filter(isModulePath),
    existing: new Set(commitPaths),
  });
  const { count } = tests;
  // Tests that the contract took away are not expected in later cycles.
  const before = expectedTests(build, module, view.blueprint?.modules ?? []);
  const expected = losses.length < found.length ? undefined : before;
  return {
    evidence: {
      losses,
      missing,
      ...(count === undefined ? {} : { count }),
      ...(expected === undefined ? {} : { expected }),
      hasTests: commitPaths.some(isTestPath),
    },
    record: recordTests(count, expected, losses.length > 0 ? (former?.commit ?? base ?? commit) : commit),
  };
}

function recordTests(count: TestCount | undefined, expected: number | undefined, commit: string): TestRecord {
  if (count === undefined && expected === undefined) return { commit };
  return { commit, ...count, expected: Math.max(count?.run ?? 0, expected ?? 0) };
}

/** Lost tests since each of the commits, each once. A commit that no longer exists is left out. */
async function findLosses(
  worktree: string,
  origins: readonly string[],
  commit: string,
  isOwnPath: (path: string) => boolean,
): Promise<TestLoss[]> {
  const losses = new Map<string, TestLoss>();
  const isWanted = (path: string) => isOwnPath(path) && isTestPath(path);
  for (const origin of origins) {
    if (origin === commit || (await findCommit(worktree, origin)) === undefined) continue;
    for (const loss of findTestLosses(await readChangedTexts(worktree, origin, commit, isWanted)))
      losses.set(`${loss.kind} ${loss.path} ${loss.titles.join('\n')}`, loss);
  }
  return [...losses.values()];
}

async function findMissingTests(
  worktree: string,
  commit: string,
  { required, existing }: { required: readonly string[]; existing: ReadonlySet<string> },
): Promise<string[]> {
  const missing: string[] = [];
  for (const path of required) {
    const file = existing.has(path) && readTestFile(path, await readBlob(worktree, commit, path));
    if (!file || file.units.length + file.assertions === 0) missing.push(path);
  }
  return missing;
}

/** Faults for tests that an agent of a stage lost in the integration worktree, which is staged; only in paths that it changed itself. */
export async function findStageTestFaults(
  view: BuildView,
  worktree: string,
  changed: readonly string[],
): Promise<string[]> {
  const { trusted } = view.snapshot.state.build;
  if (trusted === undefined || !changed.some(isTestPath)) return [];
  const staged = (await askGit(worktree, ['write-tree'])).trim();
  const prose = readProse(contractOf(view).values());
  const isWanted = (path: string) => changed.includes(path) && isTestPath(path);
  const losses = findTestLosses(await readChangedTexts(worktree, trusted, staged, isWanted));
  return losses.filter((loss) => !isLossAllowed(loss, prose)).map(describeTestLoss);
}

/** Checks the lock assertions in a worktree: those that affect `module`, or all. The locks are those of the view's contract. */
export async function checkLockAssertions(
  { dir, env, confinement, settings, signal }: Engine,
  view: BuildView,
  worktree: string,
  module?: string,
): Promise<LockFault[]> {
  const locks = unwrap(readLocks(contractOf(view)));
  const bindingLocks = module === undefined ? locks : locksOf(locks, module);
  const confine = confineToTree(confinement, worktree);
  const timeoutMs = settings.testTimeout * 1000;
  const commandOptions = { timeoutMs, env, confine, signal, logs: join(dir, 'qc') };
  return unwrap(await checkAssertions(worktree, bindingLocks, { commands: commandOptions }));
}
