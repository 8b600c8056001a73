import { plainText } from '../../findings/plain-text.ts';
import { openReadiness } from '../state/readiness.ts';
import type { QueueState, Task } from '../state/state.ts';

/** The lines on a task that a human sees: its state, place, attempts, open blocker and evidence. */
export function describeTask(state: QueueState, task: Task): string[] {
  const { spec, attempts, evidence, reason } = task;
  const readiness = openReadiness(state);
  const why = readiness.reasonOf(task);
  const blocker = [...state.blockers.values()].find(
    (each) => each.task === spec.id && each.answer === undefined,
  );
  return [
    `${spec.id}: ${plainText(spec.title)}`,
    `state: ${readiness.of(task)}${why === '' ? '' : ` (${why})`}`,
    `where: ${plainText(spec.repo)}, branch ${plainText(spec.branch)}; phase ${spec.phase}${spec.team === '' ? '' : `, team ${spec.team}`}; size ${spec.size}, priority ${spec.priority}`,
    ...attempts.map(
      ({ number, executor, outcome = 'running', note = '' }) =>
        `attempt ${number}: ${executor}, ${outcome}${note === '' ? '' : `: ${plainText(note, 200)}`}`,
    ),
    ...(blocker
      ? [`blocker ${blocker.id} (${blocker.kind}, for ${blocker.for}): ${plainText(blocker.question, 200)}`]
      : []),
    ...(evidence ? [`evidence: ${evidence.commit || plainText(evidence.text, 200)}`] : []),
    ...(reason === undefined ? [] : [`reason: ${plainText(reason, 200)}`]),
  ];
}
