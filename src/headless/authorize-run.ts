import { isSettled, type Snapshot, standingOf } from '../run/dispatch/standing.ts';
import { rejectChangedPlan } from '../run/dispatch/wording.ts';
import {
  buildCommandsApprovedEvent,
  buildPlanConfirmedEvent,
  buildResumedEvent,
} from '../run/ledger/events.ts';
import type { Plan } from '../run/ledger/manifest.ts';
import type { PlanApprover, RunEvent } from '../run/ledger/run-event.ts';
import { commandsHash, commandsOf } from '../run/plan/approve.ts';
import { quoteCommand } from '../system/command-line.ts';
import { accept, type Result } from '../system/result.ts';
import { decideApproval, type RunCaller } from './approval.ts';
import { runErrors } from './wording.ts';

/**
 * Whether a run may be carried out, and what the ledger then says first. A human at a shell confirms the plan, lifts a
 * halt and lets its commands run by starting it; a model does not, and an agent of a run starts no other. Pure.
 */
export function authorizeRun(
  snapshot: Snapshot,
  plan: Plan,
  asker: RunCaller,
  isBuiltIn: boolean,
): Result<RunEvent[]> {
  const { state, manifest } = snapshot;
  const events: RunEvent[] = [];
  if (snapshot.planChanged) return rejectChangedPlan(manifest.id, manifest.mode);
  if (asker.isAgent && !isBuiltIn) return runErrors.byAgent(manifest.id);
  const isTrusted = isBuiltIn || !asker.isSession;
  if (!state.confirmed && !state.dispatchedAny) {
    if (!isTrusted) return runErrors.unconfirmed(manifest.id);
    events.push(buildPlanConfirmedEvent(approverOf(asker, isBuiltIn)));
  }
  if (state.halted !== undefined) {
    if (!isTrusted) return runErrors.halted(manifest.id, state.halted);
    events.push(buildResumedEvent());
  }
  if (!hasOpenCommands(snapshot, plan)) return accept(events);
  const approval = isBuiltIn ? { ok: true, by: 'engine' as const } : decideApproval(plan, state, asker);
  if (!approval.ok) return runErrors.notApproved(manifest.id, commandLines(plan));
  if (approval.by) events.push(buildCommandsApprovedEvent(commandsHash(plan), approval.by));
  return accept(events);
}

function approverOf({ isTerminal }: RunCaller, isBuiltIn: boolean): PlanApprover {
  if (isBuiltIn) return 'engine';
  return isTerminal ? 'shell' : 'unattended';
}

function hasOpenCommands(snapshot: Snapshot, plan: Plan): boolean {
  return plan.agents.some((agent) => agent.command && !isSettled(standingOf(snapshot, agent)));
}

function commandLines(plan: Plan): string[] {
  return commandsOf(plan).map(({ command }) => quoteCommand(command));
}
