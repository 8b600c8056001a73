import { isSettled, type Snapshot, standingOf } from '../run/dispatch/standing.ts';
import { rejectChangedPlan } from '../run/dispatch/wording.ts';
import { approvalErrors } from '../run/ledger/approval-wording.ts';
import {
  buildCommandsApprovedEvent,
  buildPlanConfirmedEvent,
  buildResumedEvent,
} from '../run/ledger/events.ts';
import type { Plan } from '../run/ledger/manifest.ts';
import type { RunEvent } from '../run/ledger/run-event.ts';
import { commandsHash, commandsOf } from '../run/plan/approve.ts';
import { type ApprovalBasis, meetsPolicy } from '../system/approval/record.ts';
import { quoteCommand } from '../system/command-line.ts';
import { accept, type Problem, type Result, reject } from '../system/result.ts';
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
  if (snapshot.planChanged) return rejectChangedPlan(manifest.id, manifest.mode);
  if (asker.isAgent && !isBuiltIn) return runErrors.byAgent(manifest.id);
  const isTrusted = isBuiltIn || !asker.isSession;
  if (!isTrusted && !state.confirmed) return runErrors.unconfirmed(manifest.id, state.dispatchedAny);
  if (!isTrusted && state.halted !== undefined) return runErrors.halted(manifest.id, state.halted);
  const confirmation = confirmPlan(snapshot, asker, isBuiltIn);
  if (!confirmation.ok) return confirmation;
  const approval = approveCommands(snapshot, plan, asker, isBuiltIn);
  if (!approval.ok) return approval;
  const resumed = state.halted === undefined ? [] : [buildResumedEvent()];
  return accept([...confirmation.value, ...resumed, ...approval.value]);
}

function confirmPlan(
  { state, manifest }: Snapshot,
  asker: RunCaller,
  isBuiltIn: boolean,
): Result<RunEvent[]> {
  if (state.confirmed) return accept([]);
  const level = isBuiltIn ? 'engine' : asker.isTerminal && !asker.isUnattended ? 'terminal' : 'unattended';
  const doubt = findDoubt('plan', level, manifest.id, asker);
  if (doubt) return reject(doubt);
  const claim = { stage: 'plan', action: 'approve', hash: state.planHash ?? '' };
  return accept([buildPlanConfirmedEvent({ approval: asker.record(claim, level) })]);
}

function approveCommands(
  snapshot: Snapshot,
  plan: Plan,
  asker: RunCaller,
  isBuiltIn: boolean,
): Result<RunEvent[]> {
  const { state, manifest } = snapshot;
  if (!hasOpenCommands(snapshot, plan)) return accept([]);
  const { ok, level } = isBuiltIn
    ? { ok: true, level: 'engine' as const }
    : decideApproval(plan, state, asker);
  if (!ok) return runErrors.notApproved(manifest.id, commandLines(plan));
  if (level === undefined) return accept([]);
  const doubt = findDoubt('commands', level, manifest.id, asker);
  if (doubt) return reject(doubt);
  const claim = { stage: 'commands', action: 'approve', hash: commandsHash(plan) };
  return accept([buildCommandsApprovedEvent({ approval: asker.record(claim, level) })]);
}

/** Why an approval by this call does not count: an agent may imitate the user's shell, or the user demands more. */
function findDoubt(
  stage: 'plan' | 'commands',
  level: ApprovalBasis,
  run: string,
  { liveWork, policy }: RunCaller,
): Problem | undefined {
  if (level !== 'terminal' && level !== 'unattended' && level !== 'asked') return undefined;
  const [command, signCommand] = [`sao run ${run}`, `sao approvals sign ${stage} ${run}`];
  if (liveWork && level !== 'asked') return approvalErrors.notAlone(liveWork, command, signCommand);
  return policy === undefined || meetsPolicy({ stage, action: 'approve', level }, policy)
    ? undefined
    : approvalErrors.belowPolicy(level, policy, command, signCommand);
}

function hasOpenCommands(snapshot: Snapshot, plan: Plan): boolean {
  return plan.agents.some((agent) => agent.command && !isSettled(standingOf(snapshot, agent)));
}

function commandLines(plan: Plan): string[] {
  return commandsOf(plan).map(({ command }) => quoteCommand(command));
}
