import { accept, type Result, reject } from '../../system/result.ts';
import type { Sealed } from '../model/queue-event.ts';
import { hashPlan } from '../plan/hash-plan.ts';
import type { Blocker, QueueState } from '../state/state.ts';
import { queueProblems } from '../wording.ts';
import { refuseRole, refuseTask } from './rights.ts';
import { readText } from './texts.ts';
import type { QueueDecision, QueueView } from './view.ts';

/** Finds a blocker without an answer. */
export function findOpenBlocker(state: QueueState, id: string): Result<Blocker> {
  const blocker = state.blockers.get(id);
  if (!blocker) return reject(queueProblems.unknown('blocker', id, 'sao blocker list'));
  if (blocker.answer !== undefined)
    return reject(
      queueProblems.wrongState(
        'blocker',
        id,
        'answered',
        'one without an answer',
        `sao task show ${blocker.task}`,
      ),
    );
  return accept(blocker);
}

/** The hash that a human's answer is bound to: the question and the answer. */
export const hashAnswer = ({ id, question }: Blocker, answer: string): string =>
  hashPlan({ id, question, answer });

/** Answers a blocker, which makes its task ready. `proof`: needed if the question is for a human. */
export function decideResolve(
  { state, caller }: QueueView,
  id: string,
  answer: string,
  proof: Sealed | undefined,
): Result<QueueDecision<{ blocker: string; task: string }>> {
  const forbidden = refuseRole(caller, 'blocker resolve', 'leader');
  if (forbidden) return reject(forbidden);
  const text = readText(answer, 'answer');
  if (!text.ok) return text;
  if (text.value === '') return reject(queueProblems.textEmpty('answer'));
  const blocker = findOpenBlocker(state, id);
  if (!blocker.ok) return blocker;
  const task = state.tasks.get(blocker.value.task);
  const wrong = task && refuseTask(caller, task);
  if (wrong) return reject(wrong);
  if (blocker.value.for === 'human' && proof === undefined)
    return reject(
      queueProblems.humanNeeded('an answer for a human', `sao blocker resolve ${id} --answer TEXT`),
    );
  const event = { type: 'blocker-resolved', blocker: id, answer: text.value, by: caller.by } as const;
  return accept({
    events: [{ ...event, ...proof }],
    answer: () => ({ blocker: id, task: blocker.value.task }),
  });
}
