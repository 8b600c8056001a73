import { join } from 'node:path';
import { strayPaths } from '../../contract/rights.ts';
import { describeTestLoss } from '../../pipeline/qc/judge-wording.ts';
import type { TaskSpec } from '../../queue/model/types.ts';
import { readChangedTexts } from '../../source/commit-texts.io.ts';
import { isTestPath } from '../../source/test-cases.ts';
import { findTestLosses } from '../../source/test-losses.ts';
import { isCaseBlind } from '../../system/files/letter-case.io.ts';
import { isAncestor } from '../../system/git/repository.io.ts';
import { unwrap } from '../../system/result.ts';
import { confineToTree } from '../../system/sandbox/confinement.ts';
import { describeTests, testsPassed } from '../../workspace/tests/test-result.ts';
import { runTests } from '../../workspace/tests/test-run.io.ts';
import {
  listBranchChanges,
  listUncommittedPaths,
  readHeadCommit,
  revealHiddenChanges,
} from '../../workspace/worktree/tree-work.io.ts';
import type { OpenAttempt } from './open-attempt.io.ts';
import { globsOfPaths } from './task-globs.ts';
import { workTexts } from './wording.ts';

const TEST_TIMEOUT_MS = 1_800_000;

/** What the engine found in an attempt's worktree. */
export interface Proof {
  commit: string;
  /** Why the work does not count; empty if it does. */
  faults: string[];
  /** What was checked, for the evidence. */
  text: string;
  /** Undefined: the task has no test. */
  testExit?: number;
}

export interface TaskTestOptions {
  env: Readonly<Record<string, string | undefined>>;
  signal: AbortSignal;
}

/**
 * Checks the work of an attempt: a new commit on top of its base, nothing uncommitted, only allowed paths, no lost test, and the task's test, which runs
 * only if the rest holds.
 */
export async function proveAttempt(
  attempt: OpenAttempt,
  spec: TaskSpec,
  options: TaskTestOptions,
): Promise<Proof> {
  const { base, tree } = attempt;
  const { place } = tree;
  const commit = await readHeadCommit(place);
  const changed = unwrap(await listBranchChanges(place, base, commit));
  const faults = [
    ...(commit === base || changed.length === 0 ? [workTexts.noCommit] : []),
    ...((await isAncestor(place, base, commit)) ? [] : [workTexts.notDescending]),
    ...(await findUncommitted(place)),
    ...findStray(place, spec, changed),
    ...(await findLostTests(place, base, commit)),
  ];
  const text = `${changed.length} files changed`;
  if (faults.length > 0 || spec.test === '') return { commit, faults, text };
  const { exit, fault } = await runTaskTest(attempt, spec, options);
  return {
    commit,
    faults: fault === undefined ? [] : [fault],
    text: `${text}; \`${spec.test}\` succeeded`,
    testExit: exit,
  };
}

async function findUncommitted(place: string): Promise<string[]> {
  const paths = [...new Set([...(await revealHiddenChanges(place)), ...(await listUncommittedPaths(place))])];
  return paths.length === 0 ? [] : [workTexts.notClean(paths)];
}

function findStray(place: string, { paths }: TaskSpec, changed: string[]): string[] {
  if (paths.length === 0) return [];
  const stray = strayPaths(globsOfPaths(paths), changed, isCaseBlind(place));
  return stray.length === 0 ? [] : [workTexts.strayPaths(stray)];
}

async function findLostTests(place: string, base: string, commit: string): Promise<string[]> {
  const losses = findTestLosses(await readChangedTexts(place, base, commit, isTestPath));
  return losses.map(describeTestLoss);
}

/** Runs a task's test in its worktree, in the sandbox. `fault`: undefined if it passed. */
export async function runTaskTest(
  { dir, tree, confinement }: OpenAttempt,
  { test }: TaskSpec,
  { env, signal }: TaskTestOptions,
): Promise<{ exit: number; fault?: string }> {
  const run = unwrap(
    await runTests(test, tree.place, {
      ...{ timeoutMs: TEST_TIMEOUT_MS, env, signal, confine: confineToTree(confinement, tree.place) },
      outputPath: join(dir, 'qc', 'task-test.log'),
    }),
  );
  const exit = run.code ?? 1;
  if (testsPassed(run)) return { exit: 0 };
  return { exit: exit || 1, fault: workTexts.testFailed(test, describeTests(run), run.tail) };
}
