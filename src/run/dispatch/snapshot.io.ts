import { basename, join } from 'node:path';
import { isAlive } from '../../system/process/identity.ts';
import { ExpectedError, unwrap } from '../../system/result.ts';
import type { Manifest, Plan } from '../ledger/manifest.ts';
import type { LedgerEntry, RunEvent } from '../ledger/run-event.ts';
import type { RunState } from '../ledger/state.ts';
import {
  appendEvents,
  damaged,
  missingPlan,
  readManifest,
  readPlannedState,
  underRunLock,
} from '../ledger/store.io.ts';
import { checkOutput, isChanged, type OutputCheck } from '../outputs/check.ts';
import { insideOf, outboxOf, readOutput } from '../outputs/output.io.ts';
import { judgeOutput, type Verdict } from '../outputs/sentinel.ts';
import { collectOutput } from '../sandbox/outbox.io.ts';
import { endLostAttempts, haltEndlessAgents, type Snapshot } from './standing.ts';

/** Reads everything that a decision about a run needs. Throws an ExpectedError if a document is damaged. */
export function readSnapshot(dir: string, now: Date): Snapshot {
  return assemble(dir, unwrap(readManifest(dir)), now);
}

function assemble(dir: string, manifest: Manifest, now: Date, more: readonly LedgerEntry[] = []): Snapshot {
  const { plan, state, isPlanChanged } = readPlannedState(dir, more);
  requireOwnManifest(dir, manifest, state);
  if (plan === undefined && (state.planHash !== undefined || state.build.extended.size > 0))
    throw new ExpectedError(missingPlan(dir));
  // A workflow ends with its client.
  if (state.workflow?.owner && !isAlive(state.workflow.owner)) delete state.workflow;
  const outputs = openOutputs(dir, plan, state);
  const snapshot: Snapshot = {
    manifest,
    dir,
    state,
    verdicts: new CachedVerdicts(plan, outputs),
    inspect: outputs.inspect,
    ...findLostOwners(state),
    now: now.getTime(),
  };
  if (plan) snapshot.plan = plan;
  if (isPlanChanged) snapshot.planChanged = true;
  return snapshot;
}

/** Verdicts on output files, each read when it is first asked for, and again after an event of its agent. */
export class CachedVerdicts {
  private readonly known = new Map<string, Verdict>();
  private readonly ids: ReadonlySet<string>;
  private readonly outputs: Outputs;

  constructor(plan: Plan | undefined, outputs: Outputs) {
    this.ids = new Set(plan?.agents.map(({ id }) => id));
    this.outputs = outputs;
  }

  get(id: string): Verdict | undefined {
    const known = this.known.get(id);
    if (known !== undefined || !this.ids.has(id)) return known;
    const verdict = this.outputs.judge(id);
    this.known.set(id, verdict);
    return verdict;
  }

  forget(id: string): void {
    this.known.delete(id);
  }

  /** Judges an output again, and returns whether the verdict differs. */
  renew(id: string): boolean {
    const before = this.known.get(id);
    this.forget(id);
    return this.get(id) !== before;
  }
}

/** Throws an ExpectedError if the manifest contradicts the ledger's first event: both were written when the run was created. */
function requireOwnManifest(dir: string, { mode, project }: Manifest, { created }: RunState): void {
  const differs =
    created && (created.mode !== mode || (created.project !== undefined && created.project !== project));
  if (differs)
    throw new ExpectedError(
      damaged(join(dir, 'run.json'), 'its mode or project is not the one in the ledger'),
    );
}

export interface Outputs {
  /** The verdict on an agent's output file. */
  judge(id: string): Verdict;
  /** The verdict with words and findings; `hasEnded`: the agent has ended, although the ledger has no event of it yet. */
  inspect(id: string, hasEnded?: boolean): OutputCheck;
}

/** The output files of a plan's agents, each read on demand. */
export function openOutputs(dir: string, plan: Plan | undefined, state: RunState): Outputs {
  const isInside = insideOf(dir);
  const paths = new Map((plan?.agents ?? []).map(({ id, output }) => [id, join(dir, output)]));
  const read = (id: string, withHash: boolean) => {
    const path = paths.get(id);
    if (path === undefined || !isInside(path)) return undefined;
    return readOutput(path, withHash) ?? readOutput(join(outboxOf(dir, id), basename(path)), withHash);
  };
  const isRunning = (id: string) => state.agents.get(id)?.running !== undefined;
  const acceptedOf = (id: string) => state.agents.get(id)?.accepted;
  const isEarly = (id: string) => !isRunning(id) && state.agents.get(id)?.last?.isEarly === true;
  return {
    judge(id) {
      const accepted = acceptedOf(id);
      const file = read(id, accepted !== undefined);
      if (!file) return 'missing';
      if (isEarly(id)) return 'incomplete';
      return isChanged(file, accepted) ? 'changed' : judgeOutput(file, isRunning(id));
    },
    inspect(id, hasEnded = false) {
      const file = read(id, true);
      const check = checkOutput(file, !hasEnded && isRunning(id));
      if (file && !hasEnded && isEarly(id)) return { ...check, status: 'incomplete', isEarly: true };
      // An attempt that has just ended is judged to be accepted.
      return file && !hasEnded && isChanged(file, acceptedOf(id)) ? { ...check, status: 'changed' } : check;
    },
  };
}

/** Puts the outputs of sandboxed agents whose runner has ended in their places. */
function collectLost({ dir, plan, orphaned }: Snapshot): void {
  for (const agent of plan?.agents ?? []) if (orphaned.has(agent.id)) collectOutput(dir, agent);
}

// An agent that outlived its runner still works and may write its file: a second one at the same work would clash with it.
export function findLostOwners(state: RunState): { orphaned: Set<string>; outlived: Set<string> } {
  const [orphaned, outlived] = [new Set<string>(), new Set<string>()];
  for (const [id, { running }] of state.agents) {
    if (!running?.owner || isAlive(running.owner)) continue;
    const isLeft = running.child !== undefined && isAlive(running.child);
    (isLeft ? outlived : orphaned).add(id);
  }
  return { orphaned, outlived };
}

/** The snapshot that the next decision would use, including unrecorded ends of attempts. Writes nothing. */
export function previewSnapshot(dir: string, now: Date): Snapshot {
  const snapshot = readSnapshot(dir, now);
  const at = now.toISOString();
  const ended = endLostAttempts(snapshot).map((event) => ({ v: 1 as const, at, ...event }));
  if (ended.length === 0) return snapshot;
  return assemble(dir, snapshot.manifest, now, ended);
}

/**
 * Reads a snapshot under the run's lock, records attempts that ended without an event, and calls `decide` with it. `decide` may append
 * events, because no other process decides about this run meanwhile.
 */
export function decideUnderLock<T>(dir: string, now: Date, decide: (snapshot: Snapshot) => T): T {
  return underRunLock(dir, () => {
    let snapshot = readSnapshot(dir, now);
    const record = (events: readonly RunEvent[]) => {
      if (events.length === 0) return;
      appendEvents(dir, events, now);
      snapshot = assemble(dir, snapshot.manifest, now);
    };
    const ended = endLostAttempts(snapshot);
    if (ended.length > 0) collectLost(snapshot);
    record(ended);
    record(haltEndlessAgents(snapshot.plan, snapshot.state));
    return decide(snapshot);
  });
}
