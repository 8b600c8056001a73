import { plainText } from '../../findings/plain-text.ts';
import type { TaskSpec } from '../model/types.ts';
import { needsApproval, openReadiness } from '../state/readiness.ts';
import type { Idea, QueueState } from '../state/state.ts';

/** The lines on an idea: its phases, its tasks and every test command that they run. `fault`: why its approval does not count. */
export function describeIdea(state: QueueState, idea: Idea, fault?: string): string[] {
  const readiness = openReadiness(state);
  const { plan, planHash } = idea;
  const head = `idea ${idea.id}: ${plainText(idea.title)} (${fault === undefined ? idea.state : `${idea.state}, but the approval does not count`}${planHash ? `, plan ${planHash}` : ''})`;
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
  return [head, ...phases, ...tasks, ...describeTests(specs)];
}

function describeTests(specs: readonly TaskSpec[]): string[] {
  const tests = [...new Set(specs.map(({ test }) => test).filter((test) => test !== ''))];
  return tests.map((test) => `test command: ${plainText(test)}`);
}

/** The lines on an idea that a human sees before an approval: also each text of a task that its agent reads, and where it may work. */
export function describePlannedIdea(state: QueueState, idea: Idea): string[] {
  return [...describeIdea(state, idea), ...(idea.plan?.tasks ?? []).flatMap(describeSpec)];
}

function describeSpec(spec: TaskSpec): string[] {
  const texts: readonly [label: string, texts: readonly string[]][] = [
    ['context', [spec.context]],
    ['deliverable', spec.deliverables],
    ['criterion', spec.criteria],
    ['test command', [spec.test]],
    ['paths', [spec.paths.join(', ')]],
    ['starts from', [spec.base]],
    ['after', [spec.after.join(', ')]],
    ['environment', [spec.env.join(', ')]],
    ['model', [spec.model]],
  ];
  const lines = texts.flatMap(([label, values]) =>
    values.filter((value) => value !== '').map((value) => `  ${label}: ${plainText(value)}`),
  );
  return lines.length === 0 ? [] : [`task ${spec.id}:`, ...lines];
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
export const describeIdeaApproval = (
  { approval }: NonNullable<Idea['approval']>,
  fault: string | undefined,
): string =>
  fault === undefined ? `by ${plainText(approval.by)}, level ${approval.level}` : `does not count: ${fault}`;
