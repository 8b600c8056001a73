import { join } from 'node:path';
import { brainNameOf, builderBrain, strayPaths } from '../../contract/rights.ts';
import { readProse } from '../../findings/markdown-lines.ts';
import { recordFinding } from '../../findings/recorded-finding.ts';
import { examineBrain } from '../../memory/brains/brains.io.ts';
import { moveToAttempts } from '../../run/dispatch/begin-attempt.io.ts';
import type { TestRecord } from '../../run/ledger/build-events.ts';
import { buildHaltedEvent, buildReturnedEvent } from '../../run/ledger/events.ts';
import type { PlannedAgent } from '../../run/ledger/manifest.ts';
import { readOutputText } from '../../run/outputs/output.io.ts';
import { isCaseBlind } from '../../system/files/letter-case.io.ts';
import { unwrap } from '../../system/result.ts';
import { confineToTree } from '../../system/sandbox/confinement.ts';
import { type HookRun, runCommitHooks } from '../../workspace/tests/project-hooks.io.ts';
import type { TestRun } from '../../workspace/tests/test-result.ts';
import { runTestsRepeatedly } from '../../workspace/tests/test-run.io.ts';
import { branchOf, worktreePath } from '../../workspace/worktree/names.ts';
import {
  checkWorktree,
  listNewGitlinks,
  listUncommittedPaths,
  listUnpublishedGitlinks,
  readHeadCommit,
  revealHiddenChanges,
} from '../../workspace/worktree/tree-work.io.ts';
import type { BlueprintModule } from '../machine/blueprint.ts';
import {
  contractOf,
  type Engine,
  integrationWorktree,
  recordEvents,
  throwIfInterrupted,
} from '../machine/engine.io.ts';
import type { BuildView, Work } from '../machine/step.ts';
import { formatDiagnostic } from '../machine/wording.ts';
import type { DeniedAgent } from '../qc/evidence.ts';
import {
  buildModuleJudgedEvent,
  judgeChangedBranch,
  judgeModule,
  judgeWrongBranch,
  limitFindings,
  MAX_RECORDED_REASONS,
  type ModuleJudgement,
} from '../qc/judge-module.ts';
import { parseQcReport, type QcReport } from '../qc/qc-report.ts';
import { pathsChangedBetween, pathsChangedByBranch } from './own-paths.io.ts';
import { checkLockAssertions, examineTests, runWithoutLeftovers, untrackedPaths } from './tests.io.ts';

/** Judges a module by its QC report and by the engine's own checks in its worktree, and records the verdict. */
export async function judgeModuleWork(
  engine: Engine,
  view: BuildView,
  { module, builder, qc }: Extract<Work, { do: 'judge' }>,
): Promise<void> {
  const blueprintModule = view.blueprint?.modules.find(({ name }) => name === module);
  const qcAgent = view.snapshot.plan?.agents.find(({ id }) => id === qc);
  if (!blueprintModule || !qcAgent)
    throw new Error(`the plan has ${qc} for a module that the contract does not have`);
  const { last, accepted } = view.snapshot.state.agents.get(qc) ?? {};
  const text = readOutputText(join(engine.dir, qcAgent.output), accepted) ?? '';
  const report = parseQcReport(text, last?.line);
  if (!report.ok)
    return returnUnreadableReport(engine, view, qcAgent, report.diagnostics.map(formatDiagnostic));
  const denied = [builder, qc].flatMap((id) => {
    const tools = view.snapshot.state.agents.get(id)?.last?.denied;
    return tools === undefined ? [] : [{ id, tools }];
  });
  const inspected = await inspectModule(engine, view, blueprintModule, report.value, { qc, denied });
  const { judgement, commit, tests } = inspected;
  const { verdict, reasons, findings, backlog } = judgement;
  // Record the halt first: after a crash between both events the module is judged again and the build stays halted.
  if (verdict === 'fail-critical')
    recordEvents(engine, buildHaltedEvent(describeCriticalVerdict(module, reasons)));
  recordEvents(
    engine,
    buildModuleJudgedEvent({
      module,
      builder,
      by: qc,
      verdict,
      commit,
      reasons: reasons.slice(0, MAX_RECORDED_REASONS),
      findings: limitFindings(findings).map(recordFinding),
      backlog: backlog.slice(0, MAX_RECORDED_REASONS).map(recordFinding),
      ...(tests === undefined ? {} : { tests }),
    }),
  );
}

const describeCriticalVerdict = (module: string, reasons: readonly string[]) =>
  `QC of ${module} found what is critical: ${reasons.join('; ')}`;

/** Sets an unreadable QC report aside and returns it, so that the agent can use its next attempt. */
function returnUnreadableReport(
  engine: Engine,
  view: BuildView,
  agent: PlannedAgent,
  faults: string[],
): void {
  const attempt = view.snapshot.state.agents.get(agent.id)?.attempts ?? 1;
  const kept = moveToAttempts(engine.dir, agent, attempt);
  const findings = { critical: 0, major: 0, minor: 0 };
  const place = kept === null ? '' : ` (kept as ${join(engine.dir, kept)})`;
  const fault = `its report${place} cannot be read: ${faults.join('; ')}`;
  const check = { status: 'incomplete' as const, words: 0, findings };
  recordEvents(engine, buildReturnedEvent({ agent: agent.id, attempt, answer: '', check, fault }));
}

async function inspectModule(
  engine: Engine,
  view: BuildView,
  module: BlueprintModule,
  report: QcReport,
  { qc, denied }: { qc: string; denied: readonly DeniedAgent[] },
): Promise<{ judgement: ModuleJudgement; commit: string; tests?: TestRecord }> {
  const worktree = worktreePath(engine.site, module.name);
  const state = view.snapshot.state.build.modules.get(module.name);
  const worktreeCheck = await checkWorktree(worktree, branchOf(engine.site.run, module.name));
  if (!worktreeCheck.ok)
    return {
      judgement: judgeWrongBranch(worktreeCheck.diagnostics.map(formatDiagnostic)),
      commit: await readHeadCommit(worktree),
    };
  const { head: commit } = worktreeCheck.value;
  const changedPaths = await changedSinceExamined(worktree, state?.examined?.commit, commit);
  if (changedPaths.length > 0) return { judgement: judgeChangedBranch(changedPaths), commit };
  const hidden = await revealHiddenChanges(worktree);
  const uncommitted = await findUncommitted(worktree, module);
  const tests = await testModule(engine, module, worktree, qc);
  const changed = await pathsChangedByBranch(
    worktree,
    commit,
    await foreignCommits(engine, view, module.name),
  );
  const examined = await examineTests(view, module, { worktree, commit, changed, tests });
  const lockFaults = await checkLockAssertions(engine, view, worktree, module.name);
  const isCommitted = commit !== state?.base && uncommitted.length === 0;
  const hook = isCommitted ? undefined : await runHooksOn(engine, worktree, qc);
  const evidence = {
    report,
    ...(hook === undefined ? {} : { hook }),
    tests,
    testEvidence: examined.evidence,
    strays: strayPaths(module.writes, [...changed, ...uncommitted], isCaseBlind(worktree)),
    nested: await listNewGitlinks(worktree, state?.base, commit, readProse(contractOf(view).values())),
    unpublished: await listUnpublishedGitlinks(engine.site.repo, worktree, {
      base: state?.base ?? commit,
      commit,
    }),
    hidden,
    denied,
    lockFaults,
    commit: isCommitted ? commit : null,
    brain: {
      path: builderBrain(module.name),
      faults: examineBrain(worktree, brainNameOf('builder', module.name)),
    },
  };
  return { judgement: judgeModule(evidence), commit, tests: examined.record };
}

/** Paths committed after QC began its review, without `.orchestration/`, where the engine writes notes. */
async function changedSinceExamined(
  worktree: string,
  examined: string | undefined,
  commit: string,
): Promise<string[]> {
  if (examined === undefined || examined === commit) return [];
  return (await pathsChangedBetween(worktree, examined, commit)).filter(
    (path) => !path.startsWith('.orchestration/'),
  );
}

/** Uncommitted paths, without new files outside of the module: tests leave such files, and no merge includes them. */
async function findUncommitted(worktree: string, { writes }: BlueprintModule): Promise<string[]> {
  const testArtifacts = new Set(strayPaths(writes, await untrackedPaths(worktree), isCaseBlind(worktree)));
  return (await listUncommittedPaths(worktree)).filter((path) => !testArtifacts.has(path));
}

async function testModule(
  { dir, env, confinement, settings, signal }: Engine,
  module: BlueprintModule,
  worktree: string,
  qc: string,
): Promise<TestRun> {
  const outputPath = join(dir, 'qc', `${qc.replace(/^qc-/, '')}-tests.log`);
  const timeoutMs = settings.testTimeout * 1000;
  const confine = confineToTree(confinement, worktree);
  const runTestCommand = () =>
    runTestsRepeatedly(module.testCommand, worktree, { timeoutMs, env, confine, outputPath, signal });
  return throwIfInterrupted(unwrap(await runWithoutLeftovers(worktree, runTestCommand)));
}

/** Runs the project's commit hooks on uncommitted work: a failing one is the likely cause. Undefined if they are skipped or there is none. */
async function runHooksOn(
  { dir, env, confinement, settings, signal }: Engine,
  worktree: string,
  qc: string,
): Promise<HookRun | undefined> {
  if (settings.projectHooks === 'skip') return undefined;
  const outputPath = join(dir, 'qc', `${qc.replace(/^qc-/, '')}-hook.log`);
  const timeoutMs = settings.testTimeout * 1000;
  const confine = confineToTree(confinement, worktree);
  const run = () => runCommitHooks(worktree, { timeoutMs, env, confine, outputPath, signal });
  const ended = await runWithoutLeftovers(worktree, run);
  return ended && { ...throwIfInterrupted(ended), name: ended.name };
}

/** Commits that are not this module's work: its base, the integration branch, and other modules that passed QC. */
async function foreignCommits(engine: Engine, view: BuildView, module: string): Promise<string[]> {
  const { modules } = view.snapshot.state.build;
  const passedCommits = [...modules].flatMap(([name, { judged }]) =>
    name !== module && judged?.verdict === 'pass' ? [judged.commit] : [],
  );
  const base = modules.get(module)?.base;
  const integration = await readHeadCommit(integrationWorktree(engine.dir));
  return [...(base === undefined ? [] : [base]), integration, ...passedCommits];
}
