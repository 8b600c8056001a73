import { join } from 'node:path';
import { writeTest } from '../../contract/rights.ts';
import { unwrap } from '../../system/result.ts';
import { confineToTree } from '../../system/sandbox/confinement.ts';
import { describeFlakyTests, type TestRun, testsPassed } from '../../workspace/tests/test-result.ts';
import { runTests, runTestsRepeatedly } from '../../workspace/tests/test-run.io.ts';
import { type Engine, integrationWorktree, throwIfInterrupted } from '../machine/engine.io.ts';
import type { BuildView, StageCheckResult } from '../machine/step.ts';
import { examineScaffold } from '../qc/conformance.io.ts';
import { describeAside, describeUsed } from '../qc/ignored-wording.ts';
import { runOnTrackedState } from './tracked-state.io.ts';

/** Checks stage 2: the scaffold matches the contract and contains no module's implementation. */
export async function checkScaffolding(engine: Engine, view: BuildView): Promise<StageCheckResult> {
  const { dir, env, confinement, settings, signal } = engine;
  const { build } = view.snapshot.state;
  const { modules = [], sharedPaths = [], testCommand = '' } = view.blueprint ?? {};
  const worktree = integrationWorktree(dir);
  const confine = confineToTree(confinement, worktree);
  const options = { timeoutMs: settings.testTimeout * 1000, env, confine, signal };
  const outputPath = join(dir, 'qc', 'scaffold-tests.log');
  const runTestCommand = () => runTestsRepeatedly(testCommand, worktree, { ...options, outputPath });
  const { result, ignored } = await runOnTrackedState(engine, runTestCommand);
  const tests = throwIfInterrupted(unwrap(result));
  const base = build.checks.get('bootstrap')?.commit ?? build.base?.commit ?? 'HEAD';
  const order = { root: worktree, base, modules, sharedPaths, tests, compile: writeTest };
  const { differences } = unwrap(await examineScaffold(order));
  const counts = await countTestsOfCommands(engine, view, tests);
  return {
    counts,
    faults: [
      ...differences.filter(({ blocks }) => blocks).map(({ message }) => message),
      ...(testsPassed(tests) ? [] : describeAside(ignored)),
    ],
    remarks: [
      ...differences.filter(({ blocks }) => !blocks).map(({ message }) => message),
      ...[describeFlakyTests(tests)].filter((each) => each !== undefined),
      ...describeUsed(ignored),
    ],
  };
}

/**
 * How many tests each test command of the contract runs on the scaffold, for the comparison with what modules leave of them. `tests`: the
 * project's own command, which ran already. A command that fails or states no number is left out.
 */
async function countTestsOfCommands(
  engine: Engine,
  { blueprint }: BuildView,
  tests: TestRun,
): Promise<Record<string, number>> {
  const { dir, env, confinement, settings, signal } = engine;
  const { testCommand = '', integrationTestCommand = '', modules = [] } = blueprint ?? {};
  const worktree = integrationWorktree(dir);
  const confine = confineToTree(confinement, worktree);
  const options = { timeoutMs: settings.testTimeout * 1000, env, confine, signal };
  const counts: Record<string, number> = {};
  const keep = (command: string, run: TestRun) => {
    if (run.count !== undefined && testsPassed(run)) counts[command] = run.count.run;
  };
  keep(testCommand, tests);
  const others = new Set([...modules.map((module) => module.testCommand), integrationTestCommand]);
  others.delete(testCommand);
  for (const [index, command] of [...others].entries()) {
    const outputPath = join(dir, 'qc', `scaffold-tests-${index + 1}.log`);
    const run = () => runTests(command, worktree, { ...options, outputPath });
    const { result } = await runOnTrackedState(engine, run);
    keep(command, throwIfInterrupted(unwrap(result)));
  }
  return counts;
}
