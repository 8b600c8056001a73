import { decideUnderLock } from '../../run/dispatch/snapshot.io.ts';
import { isDispatcher, isOverdue, stateOf } from '../../run/dispatch/standing.ts';
import { admissionErrors } from '../../run/dispatch/wording.ts';
import type { AgentState } from '../../run/ledger/agent-state.ts';
import { end, type HookAnswer, type HookInput } from './protocol.ts';
import { callOfAgent, findCaller } from './who.io.ts';

/**
 * Ends an agent at its next tool call if its timeout has passed or its attempt was superseded. Nothing else stops an agent that
 * calls tools endlessly.
 */
export function endStaleAgent(
  input: HookInput,
  env: Readonly<Record<string, string | undefined>>,
  now: Date,
): HookAnswer {
  const caller = findCaller(input, env);
  const call = callOfAgent(input, env);
  const own = caller?.state.agents.get(caller.agent.id);
  if (!caller || !own || call === undefined || !own.toolUses.includes(call)) return undefined;
  const { agent, dir, plan, state } = caller;
  const isReplaced = own.toolUses.at(-1) !== call;
  if (
    !isReplaced &&
    own.running &&
    (isDispatcher(plan, state, agent) || !isOverdue(agent, own, now.getTime()))
  )
    return undefined;
  if (isReplaced) return end(admissionErrors.replaced(agent.id));
  // A decision under the lock records attempts that reached their timeout.
  const present = decideUnderLock(dir, now, (snapshot) => stateOf(snapshot, agent.id));
  if (present.running) return undefined;
  return end(own.running ? admissionErrors.overdue(agent.id) : describeEnd(agent.id, present));
}

/** Why an attempt that ended before this call has ended. */
function describeEnd(id: string, { last, givenBack, gap }: AgentState): string {
  if (last?.verdict === 'done') return admissionErrors.finished(id);
  return admissionErrors.ended(id, gap?.reason ?? givenBack?.reason ?? last?.fault ?? 'its file was judged');
}
