import { countOf } from '../../findings/words.ts';
import { parseCommand } from '../../system/command-line.ts';
import { accept, type Diagnostic, type Result, reject, warn } from '../../system/result.ts';
import { agentTypeFor } from '../ledger/agent-types.ts';
import type { Limits, Plan, PlannedAgent } from '../ledger/manifest.ts';
import { DEFAULT_PROJECT_CONFIG, type ProjectConfig } from '../ledger/project-config.ts';
import { type CoordinatorNode, planCoordinators } from './coordinators.ts';
import { type ExpandedWorker, expandWorkers, fillItem, type GlobMatches, listTasks } from './expand.ts';
import { chooseModel } from './models.ts';
import type { PlanInput } from './plan.schema.ts';
import { COORDINATOR_TOOLS, grantTools } from './tools.ts';
import { findCycle, packWaves } from './waves.ts';

type Problem = Omit<Diagnostic, 'severity'>;

/** From a parsed plan to the accepted one: expanded, with models, waves and coordinators. Pure. */
export function assemblePlan(
  input: PlanInput,
  run: { task: string; limits: Limits; timeouts?: ProjectConfig['timeouts'] },
  matches: GlobMatches,
): Result<Plan> {
  const expanded = expandWorkers(input, matches);
  if (!expanded.ok) return expanded;
  const { after, unknown } = resolveAfter(expanded.value);
  const { timeouts = DEFAULT_PROJECT_CONFIG.timeouts } = run;
  const { agents, unplain } = buildWorkers(expanded.value, after, timeouts.worker);
  const cycle = findCycle(agents);
  const problems = [...unknown, ...unplain, ...(cycle ? [cycleProblem(cycle, expanded.value)] : [])];
  if (problems.length > 0) return reject(...problems);
  const waves = packWaves(agents, run.limits);
  const workers = withWaves(agents, waves);
  const domains = input.domains.map((domain) => ({
    id: domain.id,
    name: domain.name ?? domain.id,
    tasks: listTasks(domain),
  }));
  const tree = planCoordinators(
    domains.map((domain) => ({
      ...domain,
      workers: workers.filter((w) => w.domain === domain.id).map((w) => w.id),
    })),
  );
  const coordinators = buildCoordinators(tree, workers, waves.length, timeouts.coordinator);
  const clash = findClash([...workers, ...coordinators]);
  if (clash) return clash;
  const plan: Plan = {
    version: 1,
    task: input.task ?? run.task,
    domains,
    agents: [...workers, ...coordinators],
    waves,
  };
  return accept(plan, advise(input, plan));
}

interface Resolved {
  after: Map<string, string[]>;
  /** References to unknown ids, once for each place in the plan. */
  unknown: Problem[];
}

/** `after` may name a worker, all items of an `each`, or a whole domain. */
function resolveAfter(workers: readonly ExpandedWorker[]): Resolved {
  const named = new Map<string, string[]>();
  const name = (key: string, id: string) => {
    const ids = named.get(key);
    if (ids) ids.push(id);
    else named.set(key, [id]);
  };
  for (const worker of workers) {
    for (const key of new Set([worker.id, worker.group, worker.domain])) name(key, worker.id);
  }
  const after = new Map<string, string[]>();
  const unknown = new Map<string, Problem>();
  for (const worker of workers) {
    for (const [index, key] of (worker.input.after ?? []).entries()) {
      const ids = named.get(key);
      const target = `${worker.path}.after[${index}]`;
      if (!ids) unknown.set(target, unknownProblem(target, key));
      else after.set(worker.id, [...new Set([...(after.get(worker.id) ?? []), ...ids])]);
    }
  }
  return { after, unknown: [...unknown.values()] };
}

function unknownProblem(target: string, key: string): Problem {
  return {
    code: 'plan-unknown-after',
    message: `${target}: no worker or domain is called "${key}"`,
    target,
    fix: 'name the id of a worker, of an `each`, or of a domain of this plan',
  };
}

function cycleProblem(cycle: readonly string[], workers: readonly ExpandedWorker[]): Problem {
  const target = `${workers.find(({ id }) => id === cycle[0])?.path ?? '$'}.after`;
  return {
    code: 'plan-cycle',
    message: `these workers wait for each other: ${cycle.join(' → ')}`,
    target,
    fix: 'remove one `after` of the circle',
  };
}

function buildWorkers(
  workers: readonly ExpandedWorker[],
  after: Map<string, string[]>,
  timeout: number,
): { agents: PlannedAgent[]; unplain: Problem[] } {
  const unplain = new Map<string, Problem[]>();
  const agents = workers.map((worker) => {
    const target = `${worker.path}.run`;
    const command = worker.input.run === undefined ? accept(null) : parseCommand(worker.input.run, target);
    if (!command.ok) unplain.set(target, command.diagnostics);
    const planned = workerOf(worker, after.get(worker.id) ?? [], command.ok ? command.value : null);
    return { ...planned, timeout: worker.input.timeout ?? timeout };
  });
  return { agents, unplain: [...unplain.values()].flat() };
}

function workerOf(
  worker: ExpandedWorker,
  after: string[],
  command: string[] | null,
): Omit<PlannedAgent, 'timeout'> {
  const { input, item } = worker;
  const task = fillItem(input.task, item);
  const scope = input.scope === undefined ? null : fillItem(input.scope, item);
  const chosen = chooseModel(task, input.tools);
  return {
    id: worker.id,
    role: 'worker',
    kind: command ? 'command' : 'agent',
    domain: worker.domain,
    name: input.name ? fillItem(input.name, item) : shorten(task),
    task,
    scope,
    model: command ? null : (input.model ?? chosen.model),
    modelReason: command ? 'a command needs no model' : input.model ? 'the plan says so' : chosen.reason,
    tools: input.tools ?? null,
    ...workerTypeOf(worker, task, scope),
    after,
    wave: 0,
    output: `workers/${worker.id}.md`,
    inputs: [],
    // The item is inserted after the split, so that a file name is one argument with any characters.
    command: command ? command.map((word) => fillItem(word, item)) : null,
    returns: 'line',
  };
}

/** The definition with the tools that the plan names and the one that writes the worker's file, else with those that its task needs. */
function workerTypeOf({ input }: ExpandedWorker, task: string, scope: string | null): TypeChoice {
  if (input.run !== undefined) return {};
  const { tools, reason } = input.tools
    ? { tools: [...input.tools, 'Write'], reason: 'the plan names its tools' }
    : grantTools(task, scope);
  return typeChoiceOf(tools, reason);
}

type TypeChoice = Pick<PlannedAgent, 'agentType' | 'agentTypeReason'>;

function typeChoiceOf(tools: readonly string[], agentTypeReason: string): TypeChoice {
  const agentType = agentTypeFor(tools);
  return { ...(agentType === undefined ? {} : { agentType }), agentTypeReason };
}

function withWaves(workers: readonly PlannedAgent[], waves: readonly string[][]): PlannedAgent[] {
  const waveOf = new Map(waves.flatMap((ids, index) => ids.map((id) => [id, index + 1] as const)));
  return workers.map((worker) => ({ ...worker, wave: waveOf.get(worker.id) ?? 1 }));
}

/** A coordinator whose inputs all come from commands needs no model: the engine digests them itself. */
function buildCoordinators(
  tree: readonly CoordinatorNode[],
  workers: readonly PlannedAgent[],
  waves: number,
  timeout: number,
): PlannedAgent[] {
  const kinds = new Map(workers.map(({ id, kind }) => [id, kind]));
  const read = new Set(tree.flatMap(({ inputs }) => inputs));
  // Every node comes after its inputs.
  return tree.map((node) => {
    const isDigest = node.inputs.every((id) => kinds.get(id) === 'command');
    kinds.set(node.id, isDigest ? 'command' : 'agent');
    return { ...coordinatorOf(node, { isDigest, isRead: read.has(node.id) }, waves), timeout };
  });
}

function coordinatorOf(
  node: CoordinatorNode,
  { isDigest, isRead }: { isDigest: boolean; isRead: boolean },
  waves: number,
): Omit<PlannedAgent, 'timeout'> {
  return {
    id: node.id,
    role: 'coordinator',
    kind: isDigest ? 'command' : 'agent',
    domain: node.domain,
    name: node.name,
    task: `Bring together what was found: ${node.name}`,
    scope: null,
    model: isDigest ? null : 'sonnet',
    modelReason: isDigest
      ? 'the engine’s own digest: all its inputs are commands'
      : 'coordinators are always sonnet',
    tools: null,
    ...(isDigest ? {} : typeChoiceOf(COORDINATOR_TOOLS, 'reads the named files')),
    after: [],
    wave: waves + node.level,
    output: `synthesis/${node.id.replace(/^coord-/, '')}.md`,
    inputs: node.inputs,
    command: null,
    returns: isRead ? 'line' : 'summary',
  };
}

function findClash(agents: readonly PlannedAgent[]) {
  const seen = new Set<string>();
  const clash = agents.find(({ id }) => seen.size === seen.add(id).size);
  if (!clash) return undefined;
  return reject({
    code: 'plan-duplicate-id',
    message: `"${clash.id}" would name both a worker and a coordinator`,
    target: clash.id,
    fix: 'choose worker and domain ids that do not start with "coord-", and no domain called "all" beside more than 5 others',
  });
}

function advise(input: PlanInput, plan: Plan): Diagnostic[] {
  const advice: Diagnostic[] = [];
  const { length } = input.domains;
  if (length < 3 || length > 5)
    advice.push(
      warn('plan-domains', `${countOf(length, 'domain')}: 3 to 5 are advised`, {
        target: '$.domains',
      }),
    );
  advice.push(...adviseOnSizes(input, plan));
  return advice;
}

/** One warning for all domains: a conversation pays for each. An `each` may make more workers, since no model writes them down. */
function adviseOnSizes({ domains }: PlanInput, plan: Plan): Diagnostic[] {
  const sizes = domains.map(({ id, workers }, index) => ({
    id,
    target: `$.domains[${index}].workers`,
    workers: plan.agents.filter(({ role, domain }) => role === 'worker' && domain === id).length,
    hasEach: workers.some(({ each }) => each !== undefined),
  }));
  const [first, ...others] = sizes.filter(({ workers, hasEach }) => workers < 3 || (workers > 8 && !hasEach));
  if (!first) return [];
  const more = others.length > 0 ? ` (and ${countOf(others.length, 'other domain')})` : '';
  const found = `domain ${first.id} has ${countOf(first.workers, 'worker')}${more}`;
  return [warn('plan-workers', `${found}: 3 to 8 are advised`, { target: first.target })];
}

function shorten(task: string): string {
  const line = task.replace(/\s+/g, ' ').trim();
  return line.length <= 60 ? line : `${line.slice(0, 59).replace(/\s+\S*$/, '')}…`;
}
