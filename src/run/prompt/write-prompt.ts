import { join } from 'node:path';
import { plainText } from '../../findings/plain-text.ts';
import { TYPE_TOOLS } from '../ledger/agent-types.ts';
import type { Plan, PlannedAgent, Role } from '../ledger/manifest.ts';
import { fillTemplate, type Template } from './template.ts';

/** The template that an agent's prompt is filled from. */
export function templateOf(agent: PlannedAgent): 'worker' | 'coordinator' | 'sub-coordinator' {
  if (agent.role === 'worker') return 'worker';
  return agent.returns === 'summary' ? 'coordinator' : 'sub-coordinator';
}

/** The tools that a worker's prompt names: those of the plan, else those of its type. */
function toolsText({ tools, agentType = 'searcher' }: PlannedAgent): string {
  return (tools ?? TYPE_TOOLS[agentType]).join(', ');
}

/** The agents of a plan by their ids. */
export function indexById({ agents }: Plan): Map<string, PlannedAgent> {
  return new Map(agents.map((agent) => [agent.id, agent]));
}

/** The prompt of an agent, without the parts that are known only at dispatch. */
export function writePrompt(
  agent: PlannedAgent,
  plan: Pick<Plan, 'task'>,
  agentsById: ReadonlyMap<string, PlannedAgent>,
  place: { dir: string; project: string },
  template: Template,
): string {
  const output = join(place.dir, agent.output);
  if (agent.role === 'coordinator') {
    return fillTemplate(template, {
      domain_name: plainText(agent.name),
      run_task: plan.task,
      explicit_file_list: agent.inputs
        .flatMap((id) => agentsById.get(id) ?? [])
        .map((input) => `- ${join(place.dir, input.output)} (${input.id}: ${plainText(input.name)})`)
        .join('\n'),
      synthesis_file_path: output,
    });
  }
  return fillTemplate(template, {
    task_name: plainText(agent.name),
    specific_task_description: agent.task,
    scope_constraint: agent.scope ?? 'the whole project',
    allowed_tools: toolsText(agent),
    output_file_path: output,
    project_root: place.project,
  });
}

/** The prompt of a coordinator that dispatches its domain's workers itself. */
export function writeDispatcherPrompt(
  agent: PlannedAgent,
  plan: Plan,
  place: { dir: string; run: string },
  template: Template,
): string {
  return fillTemplate(template, {
    domain_name: plainText(agent.name),
    run_task: plan.task,
    run_id: place.run,
    domain_id: agent.domain,
    synthesis_file_path: join(place.dir, agent.output),
  });
}

/** The roles of a build. Each has its own text for a further attempt; all others share one. */
const ROLES_WITH_RETRY: readonly Role[] = [
  'architect',
  'trainer',
  'scaffold',
  'builder',
  'qc',
  'assembler',
  'shipper',
  'curator',
];

/** The template for a further attempt of a role, below `templates/`. */
export function retryTemplateOf(role: Role): string {
  return ROLES_WITH_RETRY.includes(role) ? `retry/${role}` : 'additions/retry';
}

/** Faults are written by the engine, but may quote the output of a program. */
const MAX_FAULT_CHARS = 6000;

/** Facts that are known only at dispatch: the gaps below a coordinator, and the fault of the previous attempt. */
export interface LateFacts {
  role: Role;
  attempt: number;
  /** The fault of the previous attempt. */
  fault?: string;
  gaps: readonly { id: string; name: string; reason: string }[];
}

/** Adds the parts to a filled prompt that are known only at dispatch. */
export function completePrompt(prompt: string, late: LateFacts, load: (name: string) => Template): string {
  let whole = prompt;
  if (late.gaps.length > 0) {
    const list = late.gaps.map(
      ({ id, name, reason }) => `- ${id} (${plainText(name, 80)}): ${plainText(reason, 200)}`,
    );
    whole += fillTemplate(load('additions/gaps'), { gap_list: list.join('\n') });
  }
  if (late.attempt > 1) {
    const fault = plainText(late.fault ?? 'it ended without a valid file', MAX_FAULT_CHARS);
    whole += fillTemplate(load(retryTemplateOf(late.role)), { attempt: String(late.attempt), fault });
  }
  return whole;
}
