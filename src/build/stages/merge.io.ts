import { join } from 'node:path';
import { writeAtomic } from '../../adapters/files/atomic.ts';
import { type Integration, openIntegration } from '../../assemble/integration.io.ts';
import { type MergeOutcome, mergeModule, type Verdict } from '../../assemble/merge.io.ts';
import { checkAssertions } from '../../contract/assertions.io.ts';
import { writeAssembly, writeIntegrationFailure } from '../../qc/reports.ts';
import { describeTests, passed } from '../../qc/test-log.ts';
import { runTests } from '../../qc/test-run.io.ts';
import { unwrap } from '../../result.ts';
import type { ModuleState } from '../../run/build-state.ts';
import { branchOf, INTEGRATION } from '../../worktree/names.ts';
import { type Engine, refuseStopped } from '../engine.ts';
import { record } from '../record.io.ts';
import type { BuildView } from '../step.ts';

/** Stage 4: one module into the integration branch. A merge that conflicts or breaks the tests leaves the branch as it was. */
export async function assemble(engine: Engine, view: BuildView, module: string): Promise<void> {
  const source = view.snapshot.state.build.modules.get(module)?.judged?.commit ?? '';
  const integration = await openAssembly(engine);
  const log = join(engine.dir, 'qc', `integration-${module}.log`);
  const verify = (place: string) => testTogether(engine, view, place, log);
  const outcome = unwrap(await mergeModule(integration, { module, source, verify }));
  if (outcome.state === 'merged' || outcome.state === 'already')
    record(engine, { type: 'module-merged', module, source, commit: outcome.commit });
  else tellFailure(engine, { module, source, log }, outcome);
  keepReport(engine, view, module, outcome);
}

export async function openAssembly({ site }: Engine): Promise<Integration> {
  return unwrap(await openIntegration(site, `refs/heads/${branchOf(site.run, INTEGRATION)}`));
}

/** The tests of the whole, and what the locks assert of it. */
export async function testTogether(
  engine: Engine,
  { blueprint }: BuildView,
  place: string,
  outputPath: string,
): Promise<Verdict> {
  const { env, signal, settings } = engine;
  const timeoutMs = settings.testTimeout * 1000;
  const command = blueprint?.integrationTestCommand ?? '';
  const tests = refuseStopped(unwrap(await runTests(command, place, { timeoutMs, env, outputPath, signal })));
  if (!passed(tests))
    return { ok: false, reason: `integration tests: ${describeTests(tests)}\n${tests.tail}` };
  const broken = (await checkAssertions(place)).filter(({ level }) => level !== 'unlocked');
  if (broken.length === 0) return { ok: true };
  const names = broken.map(({ lock, assertion }) => `${lock}: ${assertion}`);
  return { ok: false, reason: `locks do not hold: ${names.join('; ')}` };
}

type Failure = Extract<MergeOutcome, { state: 'conflict' | 'rolled-back' }>;

function tellFailure(
  engine: Engine,
  { module, source, log }: { module: string; source: string; log: string },
  outcome: Failure,
): void {
  const { before: onto } = outcome;
  const kind = outcome.state === 'conflict' ? 'conflict' : 'tests';
  const details =
    outcome.state === 'conflict'
      ? outcome.conflicts.map(({ path, kind: how, message }) => `${path} (${how}): ${message}`)
      : outcome.reason.split('\n');
  const report = writeIntegrationFailure({ module, source, onto, kind, details, log });
  writeAtomic(join(engine.dir, 'qc', `integration-fail-${module}.md`), report);
  record(engine, { type: 'merge-failed', module, source, onto, kind, details: details.slice(0, MOST) });
}

/** Lines that the ledger keeps of a failure; the report has all of them. */
const MOST = 60;

function keepReport(engine: Engine, view: BuildView, module: string, outcome: MergeOutcome): void {
  const { modules } = view.snapshot.state.build;
  const order = view.blueprint?.assemblyOrder ?? [];
  const rows = order.map((name) => rowOf(name, modules.get(name), name === module ? outcome : undefined));
  writeAtomic(join(engine.dir, 'synthesis', 'assembly.md'), writeAssembly({ run: engine.site.run, rows }));
}

function rowOf(module: string, state: ModuleState | undefined, outcome: MergeOutcome | undefined) {
  const { merged, failed } = state ?? {};
  if (outcome)
    return { module, state: outcome.state, commit: 'commit' in outcome ? outcome.commit : undefined };
  if (merged) return { module, state: 'merged' as const, commit: merged.commit };
  return { module, state: failed ? ('failed' as const) : ('waiting' as const) };
}
