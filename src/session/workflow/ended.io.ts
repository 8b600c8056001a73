import { readFileSync } from 'node:fs';
import { parseReference } from '../../run/dispatch/reference.ts';
import { endAttempt, isOutOfTime, type Snapshot, standingOf, stateOf } from '../../run/dispatch/standing.ts';
import { buildDispatchedEvent, buildReleasedEvent } from '../../run/ledger/attempt-events.ts';
import type { RunEvent } from '../../run/ledger/events.ts';
import type { RunState } from '../../run/ledger/state.ts';
import { appendEvents } from '../../run/ledger/store.io.ts';
import { listUnansweredSubagents } from '../../system/client/subagents.ts';

/**
 * Records the end of a run's workflow, and of its agents, if it has ended. Returns whether it has. No hook reports this end, so the
 * notification is looked up in the conversation's transcript. Call it under the run's lock.
 */
export function recordWorkflowEnd(snapshot: Snapshot, now: Date): boolean {
  const { state, plan, dir } = snapshot;
  if (!state.workflow || !hasNotification(state)) return false;
  const { session } = state.workflow;
  const events: RunEvent[] = [{ type: 'workflow-ended', session }];
  for (const agent of plan?.agents ?? []) {
    const { running } = stateOf(snapshot, agent.id);
    if (running?.driver !== 'workflow' || standingOf(snapshot, agent) !== 'running') continue;
    events.push(buildReleasedEvent(agent.id, running.attempt, 'its workflow has ended'));
  }
  events.push(...findSilent(snapshot, session, now));
  appendEvents(dir, events, now);
  return true;
}

/**
 * The attempts of agents that started but made no tool call, so no hook recorded them: their model did not answer. Each counts as a
 * used attempt; otherwise the agent would be started again without end.
 */
function findSilent(snapshot: Snapshot, session: string, now: Date): RunEvent[] {
  const { state, plan, manifest } = snapshot;
  const begun = new Map<string, number>();
  return listUnansweredSubagents(state.sessions.get(session)?.transcript ?? '').flatMap((one): RunEvent[] => {
    const label = parseReference(one.label);
    const agent = label?.run === manifest.id ? plan?.agents.find(({ id }) => id === label.id) : undefined;
    if (!agent || !['ready', 'retry'].includes(standingOf(snapshot, agent))) return [];
    const { attempts, allowed, toolUses } = stateOf(snapshot, agent.id);
    const attempt = (begun.get(agent.id) ?? attempts) + 1;
    if (toolUses.includes(one.id) || attempt > allowed || !isOutOfTime(agent, one.startedAt, now.getTime()))
      return [];
    begun.set(agent.id, attempt);
    const { id, wave } = agent;
    return [
      buildDispatchedEvent({ agent: id, attempt, wave, driver: 'workflow', session, toolUse: one.id }),
      endAttempt(snapshot, agent, attempt),
    ];
  });
}

function hasNotification({ workflow, sessions }: RunState): boolean {
  const transcript = workflow && sessions.get(workflow.session)?.transcript;
  if (transcript === undefined || workflow?.toolUse === undefined) return false;
  try {
    return readFileSync(transcript, 'utf8').includes(`<tool-use-id>${workflow.toolUse}</tool-use-id>`);
  } catch {
    return false;
  }
}
