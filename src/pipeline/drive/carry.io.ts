import { dirname, join } from 'node:path';
import { type Carried, carryOut, type Order, type Surroundings } from '../../headless/carry-out.io.ts';
import { runFault } from '../../headless/wording.ts';
import type { Action } from '../../run/dispatch/action.ts';
import { driverCall } from '../../run/dispatch/driver-call.ts';
import { decideUnderLock } from '../../run/dispatch/snapshot.io.ts';
import type { Manifest } from '../../run/ledger/manifest.ts';
import { isInSession } from '../../run/ledger/person.io.ts';
import { unbindRun } from '../../run/ledger/sessions.io.ts';
import { foldLedger } from '../../run/ledger/state.ts';
import { readLedger, readManifest } from '../../run/ledger/store.io.ts';
import { finishRun } from '../../run/report/finish.io.ts';
import { tryLock } from '../../system/files/lock.ts';
import { readClaim } from '../../system/files/lock-file.ts';
import { accept, type Result, unwrap } from '../../system/result.ts';
import { type Engine, Interrupted } from '../machine/engine.ts';
import { describeStages, type StageLine } from '../machine/pipeline.ts';
import { record } from '../machine/record.io.ts';
import type { BuildStep } from '../machine/step.ts';
import { engineCall } from '../machine/wording.ts';
import { advance, look } from './advance.io.ts';
import { ensureBegun } from './begin.io.ts';
import { openEngine } from './open.io.ts';

/** How far a build has come, and what lets it go on. */
export interface CarriedBuild {
  run: string;
  dir: string;
  complete: boolean;
  interrupted: boolean;
  halted: string | null;
  step: Exclude<BuildStep, { kind: 'work' }>;
  stages: StageLine[];
  costUsd: number;
  /** The whole call that carries it on by its driver; null where a session drives it. */
  goOn: string | null;
  /** Inside a session: what it does next. */
  next?: Action;
}

/**
 * Carries a build on from wherever it stands until a person is needed, or it is done: the engine's own work, then the agents that
 * are due, and again. Without a driver only the engine's own work is done.
 */
export async function carryBuild(order: Order, around: Surroundings): Promise<Result<CarriedBuild>> {
  const manifest = readManifest(order.dir);
  if (!manifest.ok) return manifest;
  const { id } = manifest.value;
  const path = join(order.dir, 'build.lock');
  const lock = tryLock(path);
  if (!lock) return runFault.driven(id, readClaim(path)?.owner);
  const stop = new AbortController();
  const stopListening = around.onInterrupt(() => stop.abort());
  try {
    const engine = await openEngine(order, around, stop.signal);
    const halted = foldLedger(readLedger(order.dir)).halted;
    if (halted !== undefined && isInSession(around.env))
      return runFault.halted(id, halted, goOnOf(manifest.value, order) ?? engineCall(id));
    if (halted !== undefined) record(engine, { type: 'resumed' });
    await ensureBegun(engine);
    return accept(await carry(order, around, engine));
  } finally {
    stopListening();
    lock.release();
  }
}

async function carry(order: Order, around: Surroundings, engine: Engine): Promise<CarriedBuild> {
  for (;;) {
    const step = await advanceUnlessStopped(engine);
    if (step === 'interrupted') return describe(order, engine, true);
    const leg = await carryAgents(order, around, engine, step);
    if (leg === undefined || leg.interrupted || leg.halted !== null)
      return describe(order, engine, leg?.interrupted === true);
  }
}

async function advanceUnlessStopped(
  engine: Engine,
): Promise<Awaited<ReturnType<typeof advance>> | 'interrupted'> {
  try {
    return await advance(engine);
  } catch (error) {
    if (error instanceof Interrupted) return 'interrupted';
    throw error;
  }
}

/** Carries out the agents of a step, or the audit's whole run; undefined where nothing of it is for us. */
async function carryAgents(
  order: Order,
  around: Surroundings,
  { dir }: Engine,
  step: BuildStep,
): Promise<Carried | undefined> {
  if (step.kind === 'agents' && !order.engineOnly) return unwrap(await carryOut(order, around));
  if (step.kind !== 'child') return undefined;
  const child = join(dirname(dir), step.run);
  const carried = unwrap(await carryOut({ ...order, dir: child, isBuiltIn: true }, around));
  // Its agents are the session's.
  if (!carried.complete) return order.engineOnly && !carried.interrupted ? undefined : carried;
  const now = around.now();
  decideUnderLock(child, now, (snapshot) => finishRun(snapshot, now));
  unbindRun(dirname(dir), child);
  return carried;
}

/** The driver of this very call, or else the one that the run was made with. */
function goOnOf({ id, driver }: Manifest, order: Order): string | undefined {
  return driverCall(id, { driver: order.driver ?? driver, template: order.template });
}

function describe(order: Order, engine: Engine, interrupted: boolean): CarriedBuild {
  const { step, view } = look(engine);
  const { state, manifest } = view.snapshot;
  return {
    run: manifest.id,
    dir: engine.dir,
    complete: step.kind === 'done',
    interrupted,
    halted: state.halted ?? null,
    step: step.kind === 'work' ? { kind: 'agents', agents: [] } : step,
    stages: describeStages(view, step),
    costUsd: state.costUsd,
    goOn: goOnOf(manifest, order) ?? null,
  };
}
