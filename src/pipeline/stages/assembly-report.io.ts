import { join } from 'node:path';
import type { ModuleState } from '../../run/ledger/module-state.ts';
import { readRunState } from '../../run/ledger/run-state.io.ts';
import { describeMergeTrouble, type MergeTrouble } from '../../run/ledger/trouble.ts';
import { writeAtomic } from '../../system/files/atomic.ts';
import { branchOf, INTEGRATION } from '../../workspace/worktree/names.ts';
import { type Engine, recordEvents } from '../machine/engine.io.ts';
import type { BuildView } from '../machine/step.ts';
import { type AssembledModule, renderAssembly, renderIntegrationFailure } from '../qc/reports.ts';

/** A merge that failed or was undone. */
export interface FailedMerge {
  module: string;
  source: string;
  /** Head of the integration branch before the merge, and again after it. */
  before: string;
  trouble: MergeTrouble;
  /** The whole output of the tests. */
  logPath?: string;
}

/** Writes the report of a failed merge and records the event that returns the module to its builder. */
export function recordMergeFailure(engine: Pick<Engine, 'dir' | 'site' | 'now'>, failed: FailedMerge): void {
  const { module, source, before, trouble } = failed;
  const { run } = engine.site;
  const report = renderIntegrationFailure({
    ...failed,
    run,
    branch: branchOf(run, module),
    integrationBranch: branchOf(run, INTEGRATION),
    next: 'it goes back to its builder, and through QC again',
  });
  writeAtomic(join(engine.dir, 'qc', `integration-fail-${module}.md`), report);
  recordEvents(engine, {
    type: 'merge-failed',
    module,
    source,
    onto: before,
    trouble: limitConflicts(trouble),
  });
}

/** Maximum number of conflicts in the ledger and in the next prompt; the report lists all. */
const MAX_RECORDED_CONFLICTS = 100;

function limitConflicts(trouble: MergeTrouble): MergeTrouble {
  if (trouble.kind === 'tests') return trouble;
  return { ...trouble, conflicts: trouble.conflicts.slice(0, MAX_RECORDED_CONFLICTS) };
}

/** Writes `synthesis/assembly.md` with the current state of all merges. */
export function writeAssemblyReport({ dir, site }: Engine, { blueprint }: BuildView): void {
  const { build } = readRunState(dir);
  const modules = (blueprint?.assemblyOrder ?? []).map((name) =>
    describeAssembledModule(name, branchOf(site.run, name), build.modules.get(name)),
  );
  const base = build.checks.get('scaffold')?.commit ?? '';
  const report = renderAssembly({
    run: site.run,
    integrationBranch: branchOf(site.run, INTEGRATION),
    base,
    head: build.lastMerge ?? base,
    testCommand: blueprint?.integrationTestCommand ?? '',
    modules,
  });
  writeAtomic(join(dir, 'synthesis', 'assembly.md'), report);
}

function describeAssembledModule(
  module: string,
  branch: string,
  state: ModuleState | undefined,
): AssembledModule {
  const { merged, failed } = state ?? {};
  if (failed) {
    const reason = describeMergeTrouble(failed.trouble);
    const failureState = failed.trouble.kind === 'conflicts' ? 'conflict' : 'rolled-back';
    return { module, branch, state: failureState, reason, report: `qc/integration-fail-${module}.md` };
  }
  if (merged) return { module, branch, state: 'merged', commit: merged.commit, tests: 'passed' };
  return { module, branch, state: 'waiting' };
}
