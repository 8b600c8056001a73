import { writesOf } from '../../contract/rights.ts';
import { agentTypeFor } from '../../run/ledger/agent-types.ts';
import type { Model, Plan, PlannedAgent } from '../../run/ledger/manifest.ts';
import type { BuildSettings } from '../../run/ledger/settings.ts';
import type { Blueprint } from './blueprint.ts';
import {
  agentsWithRole,
  type BuildRole,
  buildAgentId,
  latestAgentWithRole,
  stageOfRole,
} from './build-agents.ts';
import type { AgentOrder } from './step.ts';

/** Settings of a role that do not depend on the module. */
interface RoleSettings {
  name: string;
  model: Model;
  modelReason: string;
  tools: readonly string[];
}

const READ_TOOLS = ['Read', 'Grep', 'Glob', 'Write'];
const WRITE_TOOLS = [...READ_TOOLS, 'Edit'];
const CODE_TOOLS = [...WRITE_TOOLS, 'Bash'];

const ROLE_SETTINGS: Record<BuildRole, RoleSettings> = {
  architect: {
    name: 'Architect',
    model: 'opus',
    modelReason: 'decides the architecture',
    tools: WRITE_TOOLS,
  },
  trainer: {
    name: 'Training pairs',
    model: 'sonnet',
    modelReason: 'writes from the contract',
    tools: WRITE_TOOLS,
  },
  scaffold: {
    name: 'Scaffold',
    model: 'opus',
    modelReason: 'creates the base of all modules',
    tools: CODE_TOOLS,
  },
  builder: {
    name: 'Build',
    model: 'opus',
    modelReason: 'modules.json says so',
    tools: CODE_TOOLS,
  },
  qc: {
    name: 'QC',
    model: 'sonnet',
    modelReason: 'reads code against its contract',
    tools: [...READ_TOOLS, 'Bash'],
  },
  assembler: {
    name: 'Conflict',
    model: 'sonnet',
    modelReason: 'explains, decides nothing',
    tools: [...READ_TOOLS, 'Bash'],
  },
  shipper: {
    name: 'Ship',
    model: 'sonnet',
    modelReason: 'writes for readers',
    tools: CODE_TOOLS,
  },
  curator: {
    name: 'Curate',
    model: 'sonnet',
    modelReason: 'keeps what was learnt',
    tools: WRITE_TOOLS,
  },
};

/** Settings of the agent that fixes audit findings that no module owns. */
const HARDENING_SETTINGS: RoleSettings = {
  name: 'Fix',
  model: 'opus',
  modelReason: 'fixes audit findings',
  tools: CODE_TOOLS,
};

/** Where agents of a build work, as absolute paths. */
export interface WorktreePaths {
  integration: string;
  treeOf(module: string): string;
}

/** Builds the plan entry of the next agent of a role. Pure. */
export function planAgent(
  order: AgentOrder,
  plan: Plan | undefined,
  blueprint: Blueprint | undefined,
  worktreePaths: WorktreePaths,
  timeouts: BuildSettings['timeouts'],
): PlannedAgent {
  const { role, module, stage = stageOfRole(role) } = order;
  const roleSettings = stage === 'harden' ? HARDENING_SETTINGS : ROLE_SETTINGS[role];
  const cycle = agentsWithRole(plan, role, module).length + 1;
  const id = buildAgentId(role, module, cycle);
  const blueprintModule = blueprint?.modules.find(({ name }) => name === module);
  const agent: PlannedAgent = {
    id,
    role,
    kind: 'agent',
    domain: stage,
    name: module === undefined ? roleSettings.name : `${roleSettings.name} ${module}`,
    task: blueprintModule?.description ?? roleSettings.name,
    scope: null,
    model: role === 'builder' && blueprintModule ? blueprintModule.model : roleSettings.model,
    modelReason: roleSettings.modelReason,
    tools: [...roleSettings.tools],
    timeout: timeouts[stage === 'harden' ? 'fix' : role],
    after: precedingAgents(order, plan),
    wave: 1 + Math.max(0, ...(plan?.agents ?? []).map(({ wave }) => wave)),
    output: outputPathOf(role, id, module, cycle),
    inputs: [],
    command: null,
    returns: 'line',
    tree: worktreeOf(order, worktreePaths),
    writes: role === 'builder' ? [...(blueprintModule?.writes ?? [])] : writesOf(role),
  };
  const agentType = agentTypeFor(roleSettings.tools);
  if (agentType !== undefined) agent.agentType = agentType;
  if (module !== undefined) agent.module = module;
  return agent;
}

/** Extends a plan; agents that are made together run in the same wave. Pure. */
export function extendPlan(
  orders: readonly AgentOrder[],
  plan: Plan | undefined,
  context: {
    task: string;
    blueprint: Blueprint | undefined;
    worktreePaths: WorktreePaths;
    timeouts: BuildSettings['timeouts'];
  },
): { plan: Plan; added: PlannedAgent[] } {
  const added = orders.map((order) =>
    planAgent(order, plan, context.blueprint, context.worktreePaths, context.timeouts),
  );
  const agents = [...(plan?.agents ?? []), ...added];
  const domainIds = [...new Set(agents.map(({ domain }) => domain))];
  const waves = [...(plan?.waves ?? []), added.map(({ id }) => id)];
  return {
    plan: {
      version: 1,
      task: context.task,
      domains: domainIds.map((id) => ({ id, name: id })),
      agents,
      waves,
    },
    added,
  };
}

/** Agents whose work this agent reviews or explains. */
function precedingAgents({ role, module }: AgentOrder, plan: Plan | undefined): string[] {
  if (role !== 'qc' && role !== 'assembler') return [];
  const builder = latestAgentWithRole(plan, 'builder', module);
  return builder ? [builder.id] : [];
}

function worktreeOf({ role, module }: AgentOrder, worktreePaths: WorktreePaths): string {
  const hasOwnWorktree = module !== undefined && (role === 'builder' || role === 'qc');
  return hasOwnWorktree ? worktreePaths.treeOf(module) : worktreePaths.integration;
}

function outputPathOf(role: BuildRole, id: string, module: string | undefined, cycle: number): string {
  const cycleSuffix = cycle === 1 ? '' : `.${cycle}`;
  if (role === 'qc') return `qc/${module}-build-qc${cycleSuffix}.md`;
  if (role === 'assembler') return `conflicts/${module}${cycleSuffix}.md`;
  return role === 'builder' ? `builds/${id}.md` : `workers/${id}.md`;
}
