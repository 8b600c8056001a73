import { readFileSync } from 'node:fs';
import { type Snapshot, standingOf, stateOf } from '../dispatch/standing.ts';
import type { RunEvent } from '../run/events.ts';
import type { RunState } from '../run/state.ts';
import { appendEvents } from '../run/store.io.ts';

/**
 * Records that the workflow of a run has ended, and that its agents have with it; answers whether it did. No hook tells of it: the
 * notification in the conversation is the only sign. Call it under the run's lock.
 */
export function recordWorkflowEnd(snapshot: Snapshot, now: Date): boolean {
  const { state, plan, dir } = snapshot;
  if (!state.workflow || !hasNotification(state)) return false;
  const events: RunEvent[] = [{ type: 'workflow-ended', session: state.workflow.session }];
  for (const agent of plan?.agents ?? []) {
    const { running } = stateOf(snapshot, agent.id);
    if (running?.driver !== 'workflow' || standingOf(snapshot, agent) !== 'running') continue;
    events.push({
      type: 'released',
      agent: agent.id,
      attempt: running.attempt,
      reason: 'its workflow has ended',
    });
  }
  appendEvents(dir, events, now);
  return true;
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
