import { accept, type Diagnostic, type Result, reject } from '../../system/result.ts';
import { isRefused } from '../ledger/build-state.ts';
import type { Plan, PlannedAgent } from '../ledger/manifest.ts';
import { isName } from '../ledger/names.ts';
import type { RunEvent } from '../ledger/run-event.ts';
import { hasNothingToRead, type Snapshot, standingOf, stateOf, verdictOf } from './standing.ts';
import { admissionErrors, regrantErrors } from './wording.ts';

/** What `sao retry` grants an agent: another attempt, or its place back after a human abandoned it. */
export interface Grant {
  id: string;
  /**
   * `retry`: one more attempt; `further`: in a build, a further agent whose prompt contains the fault; `open`: it had an attempt left;
   * `restored`: its file is valid; `redo`: it read a file of one of the others.
   */
  outcome: 'retry' | 'further' | 'open' | 'restored' | 'redo';
  /** Whether its present file is moved to attempts/ first. */
  setAside: boolean;
}

/**
 * Decides which agents get one more attempt, and which coordinators above them are repeated. Fails for all if one agent cannot get
 * an attempt. Pure.
 */
export function decideRegrant(snapshot: Snapshot, ids: readonly string[], force: boolean): Result<Grant[]> {
  const { plan, manifest } = snapshot;
  if (!plan) return refuseRegrant(manifest.id, admissionErrors.noPlan(manifest.id), manifest.id);
  const wanted = [...new Set(ids)];
  const faults = wanted.flatMap((id) => faultOfRegrant(snapshot, plan, id, { force, wanted }) ?? []);
  if (faults.length > 0) return reject(...faults);
  const grants = wanted.map((id) => grantOf(snapshot, plan, id, force));
  const changed = grants.filter(({ outcome }) => outcome !== 'open').map(({ id }) => id);
  const above = readersOf(plan, changed).filter(({ id }) => !wanted.includes(id));
  const busy = above.filter((agent) => standingOf(snapshot, agent) === 'running');
  if (busy[0]) return refuseRegrant(manifest.id, regrantErrors.reading(busy[0].id), busy[0].id);
  const redone = above.filter((agent) => isRepeated(snapshot, agent));
  return accept([...grants, ...redone.map(({ id }): Grant => ({ id, outcome: 'redo', setAside: true }))]);
}

/** Whether a coordinator is repeated after one of its inputs: it has a file, or the engine has made it a gap. */
function isRepeated(snapshot: Snapshot, agent: PlannedAgent): boolean {
  const standing = standingOf(snapshot, agent);
  return standing === 'done' || (standing === 'gap' && stateOf(snapshot, agent.id).gap?.by === 'engine');
}

type Problem = Omit<Diagnostic, 'severity'>;

function faultOfRegrant(
  snapshot: Snapshot,
  plan: Plan,
  id: string,
  { force, wanted }: { force: boolean; wanted: readonly string[] },
): Problem | undefined {
  const run = snapshot.manifest.id;
  const agent = findAgent(plan, id);
  if (!agent)
    return problem(
      run,
      'agent-unknown',
      isName(id) ? admissionErrors.unknown(run, id) : regrantErrors.noId(id),
      id,
    );
  if (hasNothingToRead(snapshot, agent) && !agent.inputs.some((input) => wanted.includes(input))) {
    const fix = `sao retry ${run} ${agent.inputs.join(' ')}`;
    return problem(run, 'agent-without-inputs', regrantErrors.nothingToRead(id), id, fix);
  }
  switch (standingOf(snapshot, agent)) {
    case 'running':
      return problem(run, 'agent-running', admissionErrors.running(run, id), id);
    case 'ready':
      return problem(run, 'agent-not-started', regrantErrors.notStarted(run, id), id);
    case 'done':
      return force
        ? undefined
        : problem(run, 'agent-done', regrantErrors.done(id), id, `sao retry ${run} ${id} --force`);
    default:
      return undefined;
  }
}

function grantOf(snapshot: Snapshot, plan: Plan, id: string, force: boolean): Grant {
  const agent = findAgent(plan, id);
  const hasFile = verdictOf(snapshot, id) === 'done';
  if (hasFile && force && isRefused(snapshot.state.build, id))
    return { id, outcome: 'further', setAside: false };
  if (hasFile && !force) return { id, outcome: 'restored', setAside: false };
  if (agent && standingOf(snapshot, agent) === 'retry') return { id, outcome: 'open', setAside: false };
  return { id, outcome: 'retry', setAside: hasFile || verdictOf(snapshot, id) === 'changed' };
}

/** The coordinators that read one of these agents' files, directly or through another coordinator. */
function readersOf(plan: Plan, ids: readonly string[]): PlannedAgent[] {
  const readers = plan.agents.filter(({ inputs }) => inputs.some((input) => ids.includes(input)));
  if (readers.length === 0) return [];
  const above = readersOf(
    plan,
    readers.map(({ id }) => id),
  );
  return [...new Set([...readers, ...above])];
}

/** The events that record the grants. */
export function grantEvents(grants: readonly Grant[]): RunEvent[] {
  return grants
    .filter(({ outcome }) => outcome !== 'open')
    .map(({ id, outcome }) => ({
      type: 'retried',
      agent: id,
      reason: outcome === 'redo' ? 'an agent that it read is retried' : 'asked for',
    }));
}

function findAgent(plan: Plan, id: string): PlannedAgent | undefined {
  return plan.agents.find((agent) => agent.id === id);
}

function problem(
  run: string,
  code: string,
  message: string,
  target: string,
  fix = `sao status ${run}`,
): Problem {
  return { code, message, target, fix };
}

function refuseRegrant(run: string, message: string, target: string): Result<never> {
  return reject(problem(run, 'agent-not-granted', message, target));
}
