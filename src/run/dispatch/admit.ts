import type { PlannedAgent } from '../ledger/manifest.ts';
import { hasRoom } from '../plan/waves.ts';
import { isDue } from './next-tiered.ts';
import {
  holdOf,
  isDispatcher,
  isSettled,
  itemOf,
  runningLoad,
  type Snapshot,
  standingOf,
  stateOf,
  verdictOf,
} from './standing.ts';
import { admissionErrors } from './wording.ts';

export type Admission = { ok: true; agent: PlannedAgent; attempt: number } | { ok: false; reason: string };

/** Decides whether an agent may start now, and as which attempt; if not, the reason says what to do instead. Pure. */
export function admit(snapshot: Snapshot, id: string): Admission {
  const run = snapshot.manifest.id;
  const no = (reason: string): Admission => ({ ok: false, reason });
  if (!snapshot.plan) return no(admissionErrors.noPlan(run));
  const agent = snapshot.plan.agents.find((candidate) => candidate.id === id);
  if (!agent) return no(admissionErrors.unknown(run, id));
  if (agent.kind === 'command') return no(admissionErrors.command(run, id));
  if (snapshot.state.halted !== undefined) return no(admissionErrors.halted(run, snapshot.state.halted));
  if (!snapshot.state.confirmed) return no(admissionErrors.unconfirmed(run, snapshot.state.dispatchedAny));
  if (snapshot.planChanged) return no(admissionErrors.planChanged(run));
  return admitStanding(snapshot, agent);
}

function admitStanding(snapshot: Snapshot, agent: PlannedAgent): Admission {
  const run = snapshot.manifest.id;
  const standing = standingOf(snapshot, agent);
  if (standing === 'gap' && verdictOf(snapshot, agent.id) === 'changed')
    return { ok: false, reason: admissionErrors.changed(run, agent.id) };
  if (standing === 'done' || standing === 'running' || standing === 'gap')
    return { ok: false, reason: admissionErrors[standing](run, agent.id) };
  const { state, manifest } = snapshot;
  // If the parent does not start each wave itself, one open agent must not block all others. A build plans agents only when they can
  // start.
  const isByNeed = state.carrier === 'tiered' || state.carrier === 'workflow' || manifest.mode === 'build';
  const early = isByNeed ? undue(snapshot, agent) : tooEarly(snapshot, agent);
  if (early !== undefined) return { ok: false, reason: early };
  const hold = holdOf(snapshot, agent);
  // A blip is over soon, and the client itself retries: a refusal would cost the parent a turn.
  if (hold?.kind === 'usage')
    return { ok: false, reason: admissionErrors.refused(run, agent.id, hold, snapshot.now) };
  const { limits } = manifest;
  if (!hasRoom(runningLoad(snapshot, limits), itemOf(snapshot, agent), limits))
    return { ok: false, reason: admissionErrors.full(run, agent.id) };
  return { ok: true, agent, attempt: stateOf(snapshot, agent.id).attempts + 1 };
}

function tooEarly(snapshot: Snapshot, agent: PlannedAgent): string | undefined {
  const earlier = earliestOpen(snapshot);
  return earlier < agent.wave ? admissionErrors.early(snapshot.manifest.id, agent.id, earlier) : undefined;
}

function undue(snapshot: Snapshot, agent: PlannedAgent): string | undefined {
  const { plan, state, manifest } = snapshot;
  if (!plan || isDispatcher(plan, state, agent) || isDue(snapshot, plan, agent)) return undefined;
  return admissionErrors.undue(manifest.id, agent.id);
}

function earliestOpen(snapshot: Snapshot): number {
  const open = (snapshot.plan?.agents ?? []).filter((agent) => !isSettled(standingOf(snapshot, agent)));
  return Math.min(...open.map(({ wave }) => wave));
}
