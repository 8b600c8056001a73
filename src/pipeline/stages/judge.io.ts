import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brainOf } from '../../contract/names.ts';
import { builderBrain } from '../../contract/rights.ts';
import { strayPaths } from '../../contract/stray.ts';
import { writeBullet } from '../../findings/write-bullet.ts';
import { examineBrain } from '../../memory/brains/brains.io.ts';
import { setAside } from '../../run/dispatch/begin.io.ts';
import type { PlannedAgent } from '../../run/ledger/manifest.ts';
import { type Diagnostic, unwrap } from '../../system/result.ts';
import type { TestRun } from '../../workspace/tests/test-log.ts';
import { runTests } from '../../workspace/tests/test-run.io.ts';
import { checkWorktree } from '../../workspace/worktree/check.io.ts';
import { branchOf } from '../../workspace/worktree/names.ts';
import { placeOf } from '../../workspace/worktree/site.io.ts';
import { headOf, uncommittedPaths } from '../../workspace/worktree/tree-work.io.ts';
import type { BlueprintModule } from '../machine/blueprint.ts';
import { type Engine, refuseStopped } from '../machine/engine.ts';
import { renderFault } from '../machine/fault-text.ts';
import { record } from '../machine/record.io.ts';
import type { BuildView, Work } from '../machine/step.ts';
import { integrationOf } from '../machine/view.io.ts';
import { judgeModule, type ModuleJudgement } from '../qc/judge-module.ts';
import { parseQcReport, type QcReport } from '../qc/qc-report.ts';
import { newPaths, withoutLeftovers } from './leftovers.io.ts';
import { testLocks } from './locks.io.ts';
import { changedBetween, ownPaths } from './own-paths.io.ts';

/** Findings that a builder is given; more would not be read. */
const MOST = 40;

/** Judges a module: its QC agent's report, and what the engine sees for itself in its worktree. */
export async function judge(
  engine: Engine,
  view: BuildView,
  { module, builder, qc }: Extract<Work, { do: 'judge' }>,
): Promise<void> {
  const known = view.blueprint?.modules.find(({ name }) => name === module);
  const agent = view.snapshot.plan?.agents.find(({ id }) => id === qc);
  if (!known || !agent) throw new Error(`the plan has ${qc} for a module that the contract does not have`);
  const answer = view.snapshot.state.agents.get(qc)?.last?.line;
  const report = parseQcReport(readFileSync(join(engine.dir, agent.output), 'utf8'), answer);
  if (!report.ok) return sendBack(engine, view, agent, report.diagnostics.map(renderFault));
  const { judgement, commit } = await look(engine, view, known, report.value, qc);
  const { verdict, reasons, findings, backlog } = judgement;
  // First: killed between the two, the module is judged again, and nothing goes on unseen.
  if (verdict === 'fail-critical') record(engine, { type: 'halted', reason: sayCritical(module, reasons) });
  record(engine, {
    type: 'module-judged',
    module,
    builder,
    by: qc,
    verdict,
    commit,
    reasons: reasons.slice(0, MOST),
    findings: findings.slice(0, MOST).map(writeBullet),
    backlog: backlog.slice(0, MOST).map(writeBullet),
  });
}

const sayCritical = (module: string, reasons: readonly string[]) =>
  `QC of ${module} found what is critical: ${reasons.join('; ')}`;

/** A report that cannot be read is no verdict: it is set aside, and its agent has what is left of its attempts. */
function sendBack(engine: Engine, view: BuildView, agent: PlannedAgent, faults: string[]): void {
  const attempt = view.snapshot.state.agents.get(agent.id)?.attempts ?? 1;
  setAside(engine.dir, agent, attempt);
  const findings = { critical: 0, major: 0, minor: 0 };
  const fault = `its report cannot be read: ${faults.join('; ')}`;
  record(engine, {
    ...{ type: 'returned', agent: agent.id, attempt, chars: 0, line: '', words: 0 },
    ...{ verdict: 'incomplete', findings, fault },
  });
}

async function look(
  engine: Engine,
  view: BuildView,
  module: BlueprintModule,
  report: QcReport,
  qc: string,
): Promise<{ judgement: ModuleJudgement; commit: string }> {
  const place = placeOf(engine.site, module.name);
  const state = view.snapshot.state.build.modules.get(module.name);
  const tree = await checkWorktree(place, branchOf(engine.site.run, module.name));
  if (!tree.ok) return { judgement: judgeStrayed(tree.diagnostics), commit: await headOf(place) };
  const { head: commit } = tree.value;
  const later = await changedSince(place, state?.examined?.commit, commit);
  if (later.length > 0) return { judgement: judgeMoved(later), commit };
  const left = await findLeft(place, module);
  const tests = await testModule(engine, module, place, qc);
  const changed = await ownPaths(place, commit, await knownCommits(engine, view, module.name));
  const lockFaults = await testLocks(engine, place, module.name);
  const isCommitted = commit !== state?.base && left.length === 0;
  const evidence = {
    report,
    tests,
    strays: strayPaths(module.writes, [...changed, ...left]),
    lockFaults,
    commit: isCommitted ? commit : null,
    brain: { path: builderBrain(module.name), faults: examineBrain(place, brainOf('builder', module.name)) },
  };
  return { judgement: judgeModule(evidence), commit };
}

/** A builder that has left its branch has built nothing that could be merged; it is told where to go on. */
function judgeStrayed(diagnostics: readonly Diagnostic[]): ModuleJudgement {
  const reasons = diagnostics.map(renderFault);
  const findings = reasons.map((title) => ({ severity: 'major' as const, title }));
  return { verdict: 'fail-major', findings, backlog: [], reasons };
}

/** What was committed after QC began to look; notes in the memory apart, which the engine itself may have put there. */
async function changedSince(place: string, examined: string | undefined, commit: string): Promise<string[]> {
  if (examined === undefined || examined === commit) return [];
  return (await changedBetween(place, examined, commit)).filter(
    (path) => !path.startsWith('.orchestration/'),
  );
}

function judgeMoved(paths: readonly string[]): ModuleJudgement {
  const shown = paths.slice(0, MOST).join(', ');
  const title = `The branch has moved while QC was looking at it: ${shown}`;
  const detail = 'see that what stands there is right, and commit before you report';
  return {
    verdict: 'fail-major',
    findings: [{ severity: 'major', title, detail }],
    backlog: [],
    reasons: [`${title}: nobody has looked at that`],
  };
}

/** What is not committed; new files outside of the module are what a run of its tests has left: no merge brings them anywhere. */
async function findLeft(place: string, { writes }: BlueprintModule): Promise<string[]> {
  const strange = new Set(strayPaths(writes, await newPaths(place)));
  return (await uncommittedPaths(place)).filter((path) => !strange.has(path));
}

async function testModule(
  { dir, env, settings, signal }: Engine,
  module: BlueprintModule,
  place: string,
  qc: string,
): Promise<TestRun> {
  const outputPath = join(dir, 'qc', `${qc.replace(/^qc-/, '')}-tests.log`);
  const timeoutMs = settings.testTimeout * 1000;
  const run = () => runTests(module.testCommand, place, { timeoutMs, env, outputPath, signal });
  return refuseStopped(unwrap(await withoutLeftovers(place, run)));
}

/** Histories that are not this module's own work: where it started, what is integrated, and what of others has passed QC. */
async function knownCommits(engine: Engine, view: BuildView, module: string): Promise<string[]> {
  const { modules } = view.snapshot.state.build;
  const others = [...modules].flatMap(([name, { judged }]) =>
    name !== module && judged?.verdict === 'pass' ? [judged.commit] : [],
  );
  const base = modules.get(module)?.base;
  const integration = await headOf(integrationOf(engine.dir));
  return [...(base === undefined ? [] : [base]), integration, ...others];
}
