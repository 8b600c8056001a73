import type { QueueEvent } from '../model/queue-event.ts';
import { isCounted } from '../model/types.ts';
import type { QueueState, Task } from '../state/state.ts';

/** The escalation of a task that dies with this end of its attempt; none if it does not die. */
export function escalateDead(state: QueueState, task: Task, reason: string, note = ''): QueueEvent[] {
  const failures = task.failures + (isCounted(reason) ? 1 : 0);
  if (failures < state.limits.attempts) return [];
  const earlier = task.attempts
    .slice(0, -1)
    .filter(({ outcome = '' }) => outcome !== 'blocked' && isCounted(outcome))
    .map(({ outcome = '', note: said = '' }) => describe(outcome, said));
  const reasons = [...earlier, describe(reason, note)].slice(-state.limits.attempts);
  return [
    {
      type: 'escalated',
      id: `e${state.escalations.length + 1}.${task.spec.id}`,
      task: task.spec.id,
      step: 'queue',
      reason: reasons.map((text, index) => `${index + 1}. ${text}`).join('\n'),
      to: 'leader',
    },
  ];
}

const describe = (outcome: string, note: string): string => (note === '' ? outcome : `${outcome}: ${note}`);
