import { isName, NAME_RULE } from '../../run/ledger/names.ts';
import { accept, jsonPath, type Problem, type Result, reject } from '../../system/result.ts';
import type { IdeaPlan, Phase, TaskSpec } from '../model/types.ts';
import { queueProblems } from '../wording.ts';
import { type GivenPlan, queuePlanSchema } from './plan.schema.ts';

/** The phase of plans that name none. */
const ONLY_PHASE: Phase = { id: 'main', name: '', mode: 'sequential', teams: [] };
/** Maximum number of faults that are named at once. */
const MAX_SHOWN_FAULTS = 20;

/** Parses the JSON of a plan, and gives each task its id in the queue: `{idea}.{id}`. */
export function readQueuePlan(json: string, idea: string): Result<IdeaPlan> {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    return reject({
      code: 'queue-plan-json',
      message: `the plan is not valid JSON: ${(error as Error).message.slice(0, 200)}`,
      target: 'plan',
      fix: 'correct the JSON; docs/queue.md shows a plan',
    });
  }
  const parsed = queuePlanSchema.safeParse(value);
  if (!parsed.success)
    return reject(
      ...parsed.error.issues.slice(0, MAX_SHOWN_FAULTS).map(({ path, message }) => ({
        code: 'queue-plan-wrong',
        message: `${jsonPath(path)}: ${message}`,
        target: jsonPath(path),
        fix: 'correct the field; docs/queue.md describes a plan. There is no field for a date or a duration',
      })),
    );
  const faults = findNameFaults(parsed.data);
  return faults.length > 0 ? reject(...faults) : accept(expandPlan(parsed.data, idea));
}

function findNameFaults({ phases, tasks }: GivenPlan): Problem[] {
  const given = [...phases.map(({ id }) => ['phase', id]), ...tasks.map(({ id }) => ['task', id])];
  return given
    .filter(([, id = '']) => !isName(id))
    .slice(0, MAX_SHOWN_FAULTS)
    .map(([what = '', id = '']) => queueProblems.badName(what, id, NAME_RULE));
}

function expandPlan({ repo, branch, base, phases, tasks }: GivenPlan, idea: string): IdeaPlan {
  const all: Phase[] =
    phases.length === 0
      ? [ONLY_PHASE]
      : phases.map(({ integration, ...phase }) => ({ ...phase, ...(integration && { integration }) }));
  const own = new Set(tasks.map(({ id }) => id));
  const idOf = (name: string) => (own.has(name) ? `${idea}.${name}` : name);
  const expand = (task: GivenPlan['tasks'][number]): TaskSpec => ({
    id: `${idea}.${task.id}`,
    idea,
    phase: task.phase ?? all[0]?.id ?? '',
    team: task.team,
    coder: task.coder,
    title: task.title.trim(),
    context: task.context,
    deliverables: task.deliverables,
    criteria: task.criteria,
    test: task.test,
    repo: task.repo ?? repo,
    branch: task.branch ?? branch,
    base: task.base ?? base,
    paths: task.paths,
    after: [...new Set(task.after.map(idOf))],
    needs: task.needs,
    uses: task.uses,
    env: task.env,
    priority: task.priority,
    size: task.size,
    model: task.model,
  });
  return { phases: all, tasks: tasks.map(expand) };
}
