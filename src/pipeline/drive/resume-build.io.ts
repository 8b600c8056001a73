import { dirname, join } from 'node:path';
import {
  type HeadlessContext,
  type HeadlessResult,
  type Order,
  runHeadless,
} from '../../headless/run-headless.io.ts';
import { runErrors, runTexts } from '../../headless/wording.ts';
import { type AgentsCost, addAgentsCosts, costOfRun } from '../../run/cost/amounts.ts';
import { readAuditCosts, sumAuditCosts } from '../../run/cost/audit-costs.io.ts';
import type { Action } from '../../run/dispatch/action.ts';
import { driverCall } from '../../run/dispatch/driver-call.ts';
import { decideUnderLock } from '../../run/dispatch/snapshot.io.ts';
import { isProgramRemembered } from '../../run/ledger/config.io.ts';
import { buildHaltedEvent, buildResumedEvent, buildSandboxEvents } from '../../run/ledger/events.ts';
import { markersOf } from '../../run/ledger/locate.io.ts';
import type { Manifest } from '../../run/ledger/manifest.ts';
import { readRunState } from '../../run/ledger/run-state.io.ts';
import { unbindRun } from '../../run/ledger/sessions.io.ts';
import { readManifest } from '../../run/ledger/store.io.ts';
import { finishRun } from '../../run/report/finish.io.ts';
import { describeLockHolder, tryLock } from '../../system/files/lock.ts';
import { isInSession } from '../../system/process/caller.ts';
import { accept, type Result, unwrap } from '../../system/result.ts';
import { type Engine, Interrupted, recordEvents } from '../machine/engine.io.ts';
import { describeStages, type StageLine } from '../machine/pipeline.ts';
import type { BuildStep } from '../machine/step.ts';
import { describeHaltedAudit, engineCommand } from '../machine/wording.ts';
import { writePipelinePage } from '../stages/write-report.io.ts';
import { advanceBuild, readNextStep } from './advance.io.ts';
import { prepareIntegration } from './begin.io.ts';
import { openEngine } from './open.io.ts';

/** Progress of a build, and how to resume it. */
export interface BuildProgress extends AgentsCost {
  run: string;
  dir: string;
  complete: boolean;
  interrupted: boolean;
  halted: string | null;
  step: Exclude<BuildStep, { kind: 'work' }>;
  stages: StageLine[];
  /** The part of `costUsd` that its audits have cost. */
  auditUsd: number;
  /** The command that continues the build with its runner; null if a session drives it. */
  goOn: string | null;
  /** Inside a session: the next action. */
  next?: Action;
}

/**
 * Resumes a build until a human is needed or it is done: it performs the engine's work, runs the agents, and repeats. Without a
 * driver it performs only the engine's work.
 */
export async function resumeBuild(order: Order, context: HeadlessContext): Promise<Result<BuildProgress>> {
  const manifest = readManifest(order.dir);
  if (!manifest.ok) return manifest;
  const { id } = manifest.value;
  const lockPath = join(order.dir, 'build.lock');
  const lock = tryLock(lockPath);
  if (!lock) return runErrors.driven(id, describeLockHolder(lockPath));
  const abortController = new AbortController();
  const stopListening = context.onInterrupt(() => abortController.abort());
  try {
    const engine = await openEngine(order, context, abortController.signal);
    const { halted, build, noSandbox } = readRunState(order.dir);
    const { sandbox } = engine.confinement;
    const reason = sandbox.kind === 'none' ? sandbox.reason : undefined;
    recordEvents(engine, ...buildSandboxEvents(noSandbox, sandbox.kind, reason));
    if (halted !== undefined && isInSession(context.env))
      return runErrors.halted(
        id,
        halted,
        driverCommandOf(manifest.value, order, context) ?? engineCommand(id),
      );
    if (halted !== undefined) recordEvents(engine, buildResumedEvent());
    return accept(await runUntilHumanNeeded(order, context, engine, build.base === undefined));
  } finally {
    stopListening();
    lock.release();
  }
}

async function runUntilHumanNeeded(
  order: Order,
  context: HeadlessContext,
  engine: Engine,
  isNew: boolean,
): Promise<BuildProgress> {
  if (isNew && (await workUnlessInterrupted(engine, () => prepareIntegration(engine))) === 'interrupted')
    return describeProgress(order, engine, true);
  for (;;) {
    const step = await workUnlessInterrupted(engine, () => advanceBuild(engine));
    if (step === 'interrupted') return describeProgress(order, engine, true);
    const agentsResult = await runAgents(order, hearEarlierInterrupt(context, engine), engine, step);
    if (agentsResult === undefined || agentsResult.interrupted || agentsResult.halted !== null)
      return describeProgress(order, engine, agentsResult?.interrupted === true);
  }
}

/** Does the engine's own work. After an interrupt its failures count as interruption: git and other programs were ended in the middle. */
async function workUnlessInterrupted<T>(engine: Engine, work: () => Promise<T>): Promise<T | 'interrupted'> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Interrupted || engine.signal.aborted) return 'interrupted';
    throw error;
  }
}

/** The context for agents, whose runner begins to listen late: an interrupt before that is passed on. */
function hearEarlierInterrupt(context: HeadlessContext, { signal }: Engine): HeadlessContext {
  return {
    ...context,
    onInterrupt(stop) {
      if (signal.aborted) stop();
      return context.onInterrupt(stop);
    },
  };
}

/** Runs the agents of a step, or the audit's run; undefined if this call runs no agents. */
async function runAgents(
  order: Order,
  context: HeadlessContext,
  engine: Engine,
  step: BuildStep,
): Promise<HeadlessResult | undefined> {
  const { dir } = engine;
  if (step.kind === 'agents' && !order.engineOnly)
    return unwrap(
      await runHeadless({ ...order, spentElsewhere: sumAuditCosts(dir, readRunState(dir)) }, context),
    );
  if (step.kind !== 'child') return undefined;
  const auditDir = join(dirname(dir), step.run);
  const spentElsewhere = costBeside(dir, step.run);
  const auditOrder = { ...order, dir: auditDir, isBuiltIn: true, spentElsewhere };
  const auditResult = unwrap(await runHeadless(auditOrder, context));
  const { halted } = auditResult;
  if (halted !== null && !auditResult.complete)
    recordEvents(engine, buildHaltedEvent(describeHaltedAudit(step.run, halted)));
  // The session runs the audit's agents.
  if (!auditResult.complete) return order.engineOnly && !auditResult.interrupted ? undefined : auditResult;
  const now = context.now();
  decideUnderLock(auditDir, now, (snapshot) => finishRun(snapshot, now));
  unbindRun(markersOf(dir, context), auditDir);
  return auditResult;
}

/** What the build and its other audits have cost. */
function costBeside(dir: string, audit: string): AgentsCost {
  const state = readRunState(dir);
  const others = [...readAuditCosts(dir, state)].filter(([run]) => run !== audit);
  return addAgentsCosts([costOfRun(state), ...others.map(([, cost]) => cost)]);
}

/** The driver of this very call, or else the one that the run was made with. */
function driverCommandOf(
  { id, driver }: Manifest,
  order: Order,
  { env }: Pick<HeadlessContext, 'env'>,
  halted?: string,
): string | undefined {
  const isProgramKnown = isProgramRemembered(env) && (order.driver === undefined || order.driver === driver);
  const maxCost = halted !== undefined && runTexts.isOverCost(halted) ? HIGHER_BOUND : order.maxCostUsd;
  return driverCall(id, {
    driver: order.driver ?? driver,
    template: order.template,
    isProgramKnown,
    maxCost,
  });
}

/** Takes the place of the number in a command: with the same bound the run would halt again. */
const HIGHER_BOUND = '<a higher bound>';

function describeProgress(order: Order, engine: Engine, interrupted: boolean): BuildProgress {
  const { step, view } = readNextStep(engine);
  // The agents have spent and may have been halted since the page was written.
  writePipelinePage(view, step);
  const { state, manifest } = view.snapshot;
  return {
    run: manifest.id,
    dir: engine.dir,
    complete: step.kind === 'done',
    interrupted,
    halted: state.halted ?? null,
    step: step.kind === 'work' ? { kind: 'agents', agents: [] } : step,
    stages: describeStages(view, step),
    ...addAgentsCosts([costOfRun(state), view.auditCost]),
    auditUsd: view.auditCost.costUsd,
    goOn: driverCommandOf(manifest, order, engine, state.halted) ?? null,
  };
}
