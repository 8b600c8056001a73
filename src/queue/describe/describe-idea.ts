import { plainText } from '../../findings/plain-text.ts';
import { needsApproval, openReadiness } from '../state/readiness.ts';
import type { Idea, QueueState } from '../state/state.ts';

/** The lines on an idea that a human sees before an approval: its phases, its tasks and every test command that they run. */
export function describeIdea(state: QueueState, idea: Idea): string[] {
  const readiness = openReadiness(state);
  const { plan, planHash } = idea;
  const head = `idea ${idea.id}: ${plainText(idea.title)} (${idea.state}${planHash ? `, plan ${planHash}` : ''})`;
  const phases = (idea.phases.length > 0 ? idea.phases : (plan?.phases ?? [])).map(
    ({ id, mode, teams, integration }) =>
      `phase ${id}: ${mode}${teams.length > 0 ? `, teams ${teams.join(', ')}` : ''}${integration?.approval === 'human' ? ', its result needs an approval' : ''}`,
  );
  const specs = plan?.tasks ?? [];
  const tasks = specs.map((spec) => {
    const task = state.tasks.get(spec.id);
    const shown = task ? `${readiness.of(task)}  ` : '';
    const place = `${plainText(spec.repo, 60)} ${plainText(spec.branch, 60)}`;
    return `${spec.id}  ${shown}${spec.phase}  ${spec.team || '-'}  ${spec.size}  ${plainText(spec.title, 100)}  (${place})`;
  });
  const tests = [...new Set(specs.map(({ test }) => test).filter((test) => test !== ''))];
  return [head, ...phases, ...tasks, ...tests.map((test) => `test command: ${plainText(test)}`)];
}

/** The lines on a phase whose integration a human approves: its tasks with their commits, its criteria and the way back. */
export function describePhase(state: QueueState, idea: Idea, id: string): string[] {
  const phase = idea.phases.find((each) => each.id === id);
  const tasks = idea.tasks.flatMap((each) => {
    const task = state.tasks.get(each);
    if (task?.spec.phase !== id) return [];
    return [
      `${each}  ${task.state}  ${task.evidence?.commit || 'no commit'}  ${plainText(task.spec.title, 100)}`,
    ];
  });
  const { criteria = [], rollback = '' } = phase?.integration ?? {};
  return [
    `phase ${id} of idea ${idea.id}: ${phase && needsApproval(idea, phase) ? 'waits for an approval' : 'approved'}`,
    ...tasks,
    ...criteria.map((text) => `criterion: ${plainText(text)}`),
    ...(rollback === '' ? [] : [`rollback: ${plainText(rollback)}`]),
  ];
}

/** Says who approved at which level, or why that does not count. */
export const describeIdeaApproval = (level: string, by: string, fault: string | undefined): string =>
  fault === undefined ? `by ${by}, level ${level}` : `does not count: ${fault}`;
