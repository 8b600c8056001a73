import { plainText } from '../../findings/plain-text.ts';
import { openReadiness } from '../state/readiness.ts';
import type { Idea, QueueState } from '../state/state.ts';

/** The comment for the issue that an idea came from: its state, and each task with its commit and test. Markdown; nothing is sent. */
export function renderComment(state: QueueState, { state: now, tasks: ids }: Idea): string {
  const readiness = openReadiness(state);
  const tasks = ids.flatMap((id) => state.tasks.get(id) ?? []);
  const done = tasks.filter((task) => task.state === 'done').length;
  const lines = tasks.map((task) => {
    const { spec, evidence } = task;
    const commit = evidence?.commit ? ` — commit ${evidence.commit}` : '';
    const test =
      evidence?.testExit === 0 ? `, test passed: \`${plainText(spec.test, 200).replaceAll('`', "'")}\`` : '';
    const shown = readiness.of(task);
    return `- [${shown === 'done' ? 'x' : ' '}] ${plainText(spec.title, 200)}${shown === 'done' ? '' : ` (${shown})`}${commit}${test}`;
  });
  const head =
    tasks.length === 0 ? `State: ${now}.` : `State: ${now}, ${done} of ${tasks.length} tasks done.`;
  return [head, ...(lines.length === 0 ? [] : ['', ...lines])].join('\n');
}
