import type { AgentType } from './manifest.ts';

/** The tools of the plugin's agent definitions, the smallest first; a test compares them with `agents/*.md`. */
export const TYPE_TOOLS: Readonly<Record<AgentType, readonly string[]>> = {
  worker: ['Read', 'Glob', 'Write'],
  searcher: ['Read', 'Grep', 'Glob', 'Write'],
  builder: ['Read', 'Write', 'Edit', 'Grep', 'Glob', 'Bash'],
  coordinator: ['Read', 'Write', 'Bash', 'Agent'],
};

const TYPES_WITHOUT_AGENTS = ['worker', 'searcher', 'builder'] as const;

/**
 * Chooses the smallest definition that has all these tools. Undefined if none has: such an agent keeps the client's general type. The
 * definition of agents that start others is never chosen by tools. Pure.
 */
export function agentTypeFor(tools: readonly string[]): AgentType | undefined {
  const needed = tools.map(plainName);
  return TYPES_WITHOUT_AGENTS.find((type) => needed.every((tool) => TYPE_TOOLS[type].includes(tool)));
}

/** The tool's name without the rule that a client may put behind it, as in `Bash(git log:*)`. */
function plainName(tool: string): string {
  return tool.replace(/\(.*\)$/s, '').trim();
}
