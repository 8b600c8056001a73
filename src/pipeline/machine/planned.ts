import { writesOf } from '../../contract/rights.ts';
import type { Model, Plan, PlannedAgent } from '../../run/ledger/manifest.ts';
import type { Blueprint } from './blueprint.ts';
import { agentId, agentsOf, type BuildRole, latestOf, stageOf } from './build-agents.ts';
import type { AgentOrder } from './step.ts';

/** What a role is, apart from whom it works for. */
interface Post {
  name: string;
  model: Model;
  modelReason: string;
  /** Seconds that one attempt may take. */
  timeout: number;
  tools: readonly string[];
}

const READING = ['Read', 'Grep', 'Glob', 'Write'];
const WRITING = [...READING, 'Edit'];
const CODING = [...WRITING, 'Bash'];

const HOUR = 3600;

const POSTS: Record<BuildRole, Post> = {
  architect: {
    name: 'Architect',
    model: 'opus',
    modelReason: 'decides the architecture',
    timeout: HOUR,
    tools: WRITING,
  },
  trainer: {
    name: 'Training pairs',
    model: 'sonnet',
    modelReason: 'writes from the contract',
    timeout: HOUR,
    tools: WRITING,
  },
  scaffold: {
    name: 'Scaffold',
    model: 'opus',
    modelReason: 'lays the ground for all modules',
    timeout: HOUR,
    tools: CODING,
  },
  builder: {
    name: 'Build',
    model: 'opus',
    modelReason: 'modules.json says so',
    timeout: 2 * HOUR,
    tools: CODING,
  },
  qc: {
    name: 'QC',
    model: 'sonnet',
    modelReason: 'reads code against its contract',
    timeout: HOUR,
    tools: [...READING, 'Bash'],
  },
  assembler: {
    name: 'Conflict',
    model: 'sonnet',
    modelReason: 'explains, decides nothing',
    timeout: HOUR / 2,
    tools: [...READING, 'Bash'],
  },
  shipper: { name: 'Ship', model: 'sonnet', modelReason: 'writes for readers', timeout: HOUR, tools: CODING },
  curator: {
    name: 'Curate',
    model: 'sonnet',
    modelReason: 'keeps what was learnt',
    timeout: HOUR,
    tools: WRITING,
  },
};

/** Who mends what the audit finds and no module owns. */
const MENDER: Post = {
  name: 'Mend',
  model: 'opus',
  modelReason: 'mends what the audit found',
  timeout: HOUR,
  tools: CODING,
};

/** Where agents of a build work, as absolute paths. */
export interface BuildPlaces {
  integration: string;
  treeOf(module: string): string;
}

/** The next agent of a role, as the plan will hold it. Pure. */
export function planAgent(
  order: AgentOrder,
  plan: Plan | undefined,
  blueprint: Blueprint | undefined,
  places: BuildPlaces,
): PlannedAgent {
  const { role, module, stage = stageOf(role) } = order;
  const post = stage === 'harden' ? MENDER : POSTS[role];
  const cycle = agentsOf(plan, role, module).length + 1;
  const id = agentId(role, module, cycle);
  const known = blueprint?.modules.find(({ name }) => name === module);
  const agent: PlannedAgent = {
    id,
    role,
    kind: 'agent',
    domain: stage,
    name: module === undefined ? post.name : `${post.name} ${module}`,
    task: known?.description ?? post.name,
    scope: null,
    model: role === 'builder' && known ? known.model : post.model,
    modelReason: post.modelReason,
    tools: [...post.tools],
    timeout: post.timeout,
    after: heardBy(order, plan),
    wave: 1 + Math.max(0, ...(plan?.agents ?? []).map(({ wave }) => wave)),
    output: outputOf(role, id, module, cycle),
    inputs: [],
    command: null,
    returns: 'line',
    tree: treeOf(order, places),
    writes: role === 'builder' ? [...(known?.writes ?? [])] : writesOf(role),
  };
  if (module !== undefined) agent.module = module;
  return agent;
}

/** Extends a plan; agents that are made together run in the same wave. Pure. */
export function extendPlan(
  orders: readonly AgentOrder[],
  plan: Plan | undefined,
  given: { task: string; blueprint: Blueprint | undefined; places: BuildPlaces },
): { plan: Plan; added: PlannedAgent[] } {
  const added = orders.map((order) => planAgent(order, plan, given.blueprint, given.places));
  const agents = [...(plan?.agents ?? []), ...added];
  const ids = [...new Set(agents.map(({ domain }) => domain))];
  const waves = [...(plan?.waves ?? []), added.map(({ id }) => id)];
  return {
    plan: { version: 1, task: given.task, domains: ids.map((id) => ({ id, name: id })), agents, waves },
    added,
  };
}

/** The agent whose work this one looks at or goes on from. */
function heardBy({ role, module }: AgentOrder, plan: Plan | undefined): string[] {
  if (role !== 'qc' && role !== 'assembler') return [];
  const builder = latestOf(plan, 'builder', module);
  return builder ? [builder.id] : [];
}

function treeOf({ role, module }: AgentOrder, places: BuildPlaces): string {
  const isOwn = module !== undefined && (role === 'builder' || role === 'qc');
  return isOwn ? places.treeOf(module) : places.integration;
}

function outputOf(role: BuildRole, id: string, module: string | undefined, cycle: number): string {
  const more = cycle === 1 ? '' : `.${cycle}`;
  if (role === 'qc') return `qc/${module}-build-qc${more}.md`;
  if (role === 'assembler') return `conflicts/${module}${more}.md`;
  return role === 'builder' ? `builds/${id}.md` : `workers/${id}.md`;
}
