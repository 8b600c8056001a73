import { plainText } from '../../findings/plain-text.ts';
import { openReadiness } from '../../queue/state/readiness.ts';
import { lastAttempt, type QueueState } from '../../queue/state/state.ts';
import { type LocalWork, localWork, type WrapUpFacts } from './local-work.ts';

/** How far back the summary looks for finished tasks, in ms. */
const DONE_MS = 24 * 3_600_000;
const MAX_SHOWN_TASKS = 20;

/** What a queue says about the end of work: claims and questions that are open, and what was done in the last 24 hours. `now`: by the engine's clock. */
export function readQueueFacts(state: QueueState, now: number): { facts: WrapUpFacts; items: LocalWork[] } {
  const { name } = state;
  const readiness = openReadiness(state);
  const tasks = [...state.tasks.values()];
  const line = ({ id, title }: { id: string; title: string }) => `${id}: ${plainText(title, 100)}`;
  const claimed = tasks.filter((task) => task.state === 'claimed');
  const open = [...state.blockers.values()].filter(({ answer }) => answer === undefined);
  return {
    items: [
      ...claimed.map((task) => localWork.claim(name, task.spec.id, lastAttempt(task)?.executor ?? '')),
      ...open.map(({ id, question }) => localWork.blocker(name, id, question)),
    ],
    facts: {
      done: tasks
        .filter(({ state: end, doneAt = 0 }) => end === 'done' && now - doneAt < DONE_MS)
        .map(
          ({ spec, evidence }) =>
            `${line(spec)}${evidence?.commit ? ` (${evidence.commit.slice(0, 12)})` : ''}`,
        )
        .slice(-MAX_SHOWN_TASKS),
      next: [...claimed, ...tasks.filter((task) => readiness.of(task) === 'ready')]
        .map(({ spec }) => line(spec))
        .slice(0, MAX_SHOWN_TASKS),
      blockers: open.map(({ id, task, question }) => `${id} (${task}): ${plainText(question, 200)}`),
    },
  };
}
