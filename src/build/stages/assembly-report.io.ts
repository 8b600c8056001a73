import { join } from 'node:path';
import { writeAtomic } from '../../adapters/files/atomic.ts';
import { sayTrouble } from '../../assemble/trouble.ts';
import { type AssembledModule, writeAssembly } from '../../qc/reports.ts';
import type { ModuleState } from '../../run/build-state.ts';
import { foldLedger } from '../../run/state.ts';
import { readLedger } from '../../run/store.io.ts';
import { branchOf, INTEGRATION } from '../../worktree/names.ts';
import type { Engine } from '../engine.ts';
import type { BuildView } from '../step.ts';

/** `synthesis/assembly.md`, as far as the assembly has come. */
export function keepAssembly({ dir, site }: Engine, { blueprint }: BuildView): void {
  const { build } = foldLedger(readLedger(dir));
  const modules = (blueprint?.assemblyOrder ?? []).map((name) =>
    describeModule(name, branchOf(site.run, name), build.modules.get(name)),
  );
  const base = build.checks.get('scaffold')?.commit ?? '';
  const report = writeAssembly({
    run: site.run,
    integrationBranch: branchOf(site.run, INTEGRATION),
    base,
    head: build.lastMerge ?? base,
    testCommand: blueprint?.integrationTestCommand ?? '',
    modules,
  });
  writeAtomic(join(dir, 'synthesis', 'assembly.md'), report);
}

function describeModule(module: string, branch: string, state: ModuleState | undefined): AssembledModule {
  const { merged, failed } = state ?? {};
  if (failed) {
    const reason = sayTrouble(failed.trouble);
    const is = failed.trouble.kind === 'conflicts' ? 'conflict' : 'rolled-back';
    return { module, branch, state: is, reason, report: `qc/integration-fail-${module}.md` };
  }
  if (merged) return { module, branch, state: 'merged', commit: merged.commit, tests: 'passed' };
  return { module, branch, state: 'waiting' };
}
