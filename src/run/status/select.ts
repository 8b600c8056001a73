import { accept, type Failure, type Result, reject } from '../../system/result.ts';
import type { Plan, PlannedAgent } from '../ledger/manifest.ts';
import { isName, NAME_RULE, quoteName } from '../ledger/names.ts';

/** The agents to verify; without both members all of them, coordinators too. */
export interface Selection {
  ids: readonly string[];
  wave?: number | undefined;
}

/** Maximum number of unknown ids that are named, because a model may invent many. */
const NAMED = 10;

/** The selected agents, in plan order. */
export function selectAgents(run: string, plan: Plan, { ids, wave }: Selection): Result<PlannedAgent[]> {
  if (wave !== undefined) return selectWave(plan, ids, wave);
  const wrong = refuseIds(ids, isName, NAME_RULE);
  if (wrong) return wrong;
  const wanted = new Set(ids);
  const agents = plan.agents.filter(({ id }) => wanted.size === 0 || wanted.has(id));
  for (const { id } of agents) wanted.delete(id);
  return wanted.size > 0 ? rejectUnknown(run, [...wanted]) : accept(agents);
}

function selectWave(plan: Plan, ids: readonly string[], wave: number): Result<PlannedAgent[]> {
  const last = Math.max(...plan.agents.map((agent) => agent.wave));
  const agents = plan.agents.filter((agent) => agent.wave === wave);
  if (ids.length === 0 && agents.length > 0) return accept(agents);
  return reject({
    code: ids.length > 0 ? 'usage' : 'wave-unknown',
    message:
      ids.length > 0 ? 'name ids or a wave, not both' : `there is no wave ${wave}: the run has ${last}`,
    target: '--wave',
    fix: ids.length > 0 ? 'leave out --wave' : `use --wave 1 to --wave ${last}`,
  });
}

/** Refuses an invalid id before it is looked up or becomes part of a path. */
export function refuseIds(
  ids: readonly string[],
  isId: (id: string) => boolean,
  rule: string,
): Failure | undefined {
  const wrong = ids.filter((id) => !isId(id));
  if (wrong.length === 0) return undefined;
  return reject(
    ...wrong.slice(0, NAMED).map((id) => ({
      code: 'id-wrong',
      message: `${quoteName(id)} is not an id`,
      target: quoteName(id),
      fix: `an id is ${rule}`,
    })),
  );
}

export function rejectUnknown(run: string, ids: readonly string[]): Failure {
  return reject(
    ...ids.slice(0, NAMED).map((id) => ({
      code: 'agent-unknown',
      message: `run ${run} has no agent "${id}"${ids.length > NAMED ? ` (and ${ids.length - 1} others)` : ''}`,
      target: id,
      fix: `run \`sao verify ${run} --json\`: it names every agent`,
    })),
  );
}
