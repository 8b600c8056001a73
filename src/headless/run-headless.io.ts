import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { type AgentsCost, addAgentsCosts, costOfRun, NO_COST } from '../run/cost/amounts.ts';
import { decideNext } from '../run/dispatch/next.ts';
import { gapsOf } from '../run/dispatch/standing.ts';
import { configPath, readUserConfig } from '../run/ledger/config.io.ts';
import { buildClientSeenEvent, buildLimitsLiftedEvent, buildSandboxEvents } from '../run/ledger/events.ts';
import { makeApprovalRecord, tokenHashOf } from '../run/ledger/human-proof.io.ts';
import { findLiveWork } from '../run/ledger/live-work.io.ts';
import type { Manifest } from '../run/ledger/manifest.ts';
import { readRunState } from '../run/ledger/run-state.io.ts';
import { readManifest } from '../run/ledger/store.io.ts';
import { openConfinement } from '../run/sandbox/open-confinement.io.ts';
import { renderLive, SlotStrip } from '../run/status/live-text.ts';
import { listNeeds } from '../run/status/needs.ts';
import { describeStatus } from '../run/status/status.ts';
import type { HumanTerminal } from '../system/approval/confirm-with-human.ts';
import { readApprovalPolicy } from '../system/approval/policy.io.ts';
import { isMissing } from '../system/files/is-missing.ts';
import { describeLockHolder, tryLock } from '../system/files/lock.ts';
import { isInAgent, isInSession } from '../system/process/caller.ts';
import { loadExecaLauncher } from '../system/process/execa.io.ts';
import { startGuard } from '../system/process/guard.ts';
import { guardScript } from '../system/process/guard-script.ts';
import { readVersion } from '../system/process/version.ts';
import { accept, type Result } from '../system/result.ts';
import type { Confinement } from '../system/sandbox/confinement.ts';
import { type AgentRunner, createPlanCommandRunner } from './agent-runner.ts';
import type { RunCaller } from './approval.ts';
import { authorizeRun } from './authorize-run.ts';
import { CheckProcess } from './check-process.io.ts';
import { chooseAgentRunner, type RunnerOptions } from './choose-runner.io.ts';
import { confirmApprovals } from './confirm-approvals.io.ts';
import { openDisplay, type Screen } from './display.io.ts';
import { HeadlessRunner } from './headless-runner.io.ts';
import { endLeftoverAgents } from './leftovers.io.ts';
import { type LiveRun, openLiveRun } from './live-run.io.ts';
import { countProgress, describeRoles } from './progress.ts';
import type { Schedule } from './schedule.ts';
import type { LimitPolicy } from './service-limits.ts';
import { readTuning } from './tuning.ts';
import { runErrors, runTexts } from './wording.ts';

/** The options of the call. */
export interface Order extends RunnerOptions {
  dir: string;
  schedule: Schedule;
  onLimit: LimitPolicy | 'try';
  /** What other runs under the same `maxCostUsd` have spent. */
  spentElsewhere?: AgentsCost;
  /** Whether the plan is the engine's own, so that its commands need no approval. */
  isBuiltIn?: boolean;
  /** Whether the call says that no human is there. */
  isUnattended?: boolean;
}

export interface HeadlessContext extends Screen, HumanTerminal {
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  now(): Date;
  /** The program and first arguments that start this very `sao`. */
  self: readonly string[];
  stdinIsTerminal: boolean;
  onInterrupt(stop: () => void): () => void;
}

export interface HeadlessResult extends AgentsCost {
  run: string;
  dir: string;
  /** Every agent is done or given up. */
  complete: boolean;
  interrupted: boolean;
  halted: string | null;
  counts: { agents: number; done: number; gaps: number; open: number };
  gaps: { id: string; name: string; domain: string; reason: string; attempts: number }[];
  report: string | null;
}

/** Runs the agents of a run headless, as its only runner, until it is complete, interrupted or halted. */
export async function runHeadless(order: Order, around: HeadlessContext): Promise<Result<HeadlessResult>> {
  const manifest = readManifest(order.dir);
  if (!manifest.ok) return manifest;
  const { id, project } = manifest.value;
  if (isMissing(project)) return runErrors.projectMissing(id, project);
  const path = join(order.dir, 'driver.lock');
  const lock = tryLock(path);
  if (!lock) return runErrors.driven(id, describeLockHolder(path));
  try {
    return await driveLocked(order, manifest.value, around);
  } finally {
    lock.release();
  }
}

async function driveLocked(
  order: Order,
  manifest: Manifest,
  around: HeadlessContext,
): Promise<Result<HeadlessResult>> {
  const tuning = readTuning(around.env);
  const before = readRunState(order.dir);
  await endLeftoverAgents(manifest.id, before, tuning.graceMs);
  const live = openLiveRun(order.dir, around.now);
  // What was halted just now, for attempts that an earlier call left, is not resumed by the same call.
  if (before.halted === undefined && live.snapshot.state.halted !== undefined)
    return accept(describe(live, false));
  const isSession = isInSession(around.env);
  const config = readUserConfig(around.env);
  if (!config.ok) return config;
  const { program, allowCommands } = config.value;
  const readCaller = () => describeCaller(order, live, allowCommands, around);
  const authorize = () => {
    const caller = readCaller();
    return live.decide((snapshot) => authorizeRun(snapshot, live.plan, caller, order.isBuiltIn === true));
  };
  const permission = await confirmApprovals(authorize, live, around);
  if (!permission.ok) return permission;
  const modelRunner = chooseAgentRunner({ ...order, program }, live, readCaller(), around);
  if (!modelRunner.ok) return modelRunner;
  if (modelRunner.value && order.template === undefined && program !== undefined && !isSession)
    noteProgram(order.driver ?? manifest.driver, program, around);
  const place = { dir: order.dir, run: manifest.id, project: manifest.project };
  const confinement = await openConfinement(place, { env: around.env, cwd: around.cwd });
  if (!confinement.ok) return confinement;
  const { sandbox } = confinement.value;
  const reason = sandbox.kind === 'none' ? sandbox.reason : undefined;
  live.record([
    ...permission.value,
    ...buildSandboxEvents(live.snapshot.state.noSandbox, sandbox.kind, reason),
    ...(order.onLimit === 'try' ? [buildLimitsLiftedEvent()] : []),
  ]);
  return accept(await runAgents(order, live, modelRunner.value, confinement.value, isSession, around));
}

/** Who calls now, and what works on the run beside the call. */
function describeCaller(
  { dir, isUnattended }: Order,
  { snapshot: { state }, manifest: { id: run, project } }: LiveRun,
  allowed: readonly string[],
  { env, stdinIsTerminal, now }: HeadlessContext,
): RunCaller {
  const isSession = isInSession(env);
  return {
    ...{ isSession, isAgent: isInAgent(env), isTerminal: stdinIsTerminal, allowed },
    isUnattended: isUnattended === true,
    tokenHash: tokenHashOf(env, state.questions, 'approve'),
    policy: readApprovalPolicy(),
    liveWork: isSession ? undefined : findLiveWork({ dir, project, env }, state),
    record: (claim, level) => makeApprovalRecord({ run, ...claim }, { project, level, now: now() }, env),
  };
}

/** Says which remembered program is started for the agents. */
function noteProgram(driver: Manifest['driver'], program: string, { env, note }: HeadlessContext): void {
  if (driver === 'command') note(runTexts.program(program, configPath(env)));
}

async function runAgents(
  order: Order,
  live: LiveRun,
  modelRunner: AgentRunner | undefined,
  confinement: Confinement,
  isSession: boolean,
  around: HeadlessContext,
): Promise<HeadlessResult> {
  const guard = startGuard({ script: guardScript() });
  const checks = new CheckProcess(around.self, guard);
  const { spentElsewhere = NO_COST } = order;
  const options = {
    ...readTuning(around.env),
    schedule: order.schedule,
    modelRunner,
    confinement,
    launcher: modelRunner && (await loadExecaLauncher()),
    commandRunner: createPlanCommandRunner(around.self),
    checks,
    commands: 2 * availableParallelism(),
    maxCostUsd: order.maxCostUsd,
    spentElsewhereUsd: spentElsewhere.costUsd,
    onLimit: order.onLimit === 'halt' ? ('halt' as const) : ('wait' as const),
    // A plain copy: each access to `process.env` asks the system, and every agent's environment is made from this.
    env: { ...around.env },
  };
  const strip = new SlotStrip();
  const display = openDisplay(around, isSession, (width) => {
    const { snapshot } = live;
    const status = describeStatus(snapshot, { needs: listNeeds(snapshot, decideNext(snapshot, 'agent')) });
    const stage = snapshot.manifest.mode === 'build' ? { stage: describeRoles(snapshot) } : {};
    return renderLive(status, strip, { width, ...stage, cost: addAgentsCosts([status, spentElsewhere]) });
  });
  const engine = new HeadlessRunner(live, options, guard, display.show);
  const stopListening = around.onInterrupt(() => {
    if (engine.running > 0) around.note(runTexts.stopping(engine.running));
    engine.interrupt();
  });
  const noted = noteClientVersion(live, modelRunner?.client, around);
  try {
    await engine.run();
  } finally {
    stopListening();
    display.close();
    await checks.close();
    await guard.close();
    await noted;
  }
  return describe(live, engine.isInterrupted);
}

/** Records the version of the client that carries the agents, while they work. A client that does not answer has none. */
async function noteClientVersion(
  live: LiveRun,
  client: string | undefined,
  { cwd, env }: HeadlessContext,
): Promise<void> {
  if (client === undefined) return;
  const answer = await readVersion(client, ['--version'], { cwd, env: { ...env } });
  if (!('version' in answer) || live.snapshot.state.clientVersions.has(answer.version)) return;
  live.record([buildClientSeenEvent(answer.version, 'runner')]);
}

function describe(live: LiveRun, interrupted: boolean): HeadlessResult {
  const { dir, manifest, plan, snapshot } = live;
  live.recheck(plan.agents.map(({ id }) => id));
  const { done, gaps, open } = countProgress(snapshot, plan);
  const report = join(dir, 'report.md');
  return {
    run: manifest.id,
    dir,
    complete: open === 0,
    interrupted,
    halted: snapshot.state.halted ?? null,
    counts: { agents: plan.agents.length, done, gaps, open },
    gaps: gapsOf(snapshot),
    ...costOfRun(snapshot.state),
    report: existsSync(report) ? report : null,
  };
}
