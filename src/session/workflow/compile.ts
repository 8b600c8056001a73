import { gapsOf, isSettled, type Snapshot, standingOf, stateOf } from '../../run/dispatch/standing.ts';
import type { Plan, PlannedAgent } from '../../run/ledger/manifest.ts';
import { packPrompts } from './pack-prompts.ts';

/** One agent in the script. */
interface ScriptAgent {
  id: string;
  model: string;
  attempts: number;
  /** Milliseconds after which the script continues without the agent. */
  ms: number;
  /** Ids of the agents whose results it reads: a gap among them changes its prompt. */
  inputs: string[];
  /** The prompt as numbers of shared lines. Absent if the prompt depends on earlier results: the agent then fetches it itself. */
  prompt?: string;
  summary?: true;
}

// Longer than the engine's own grace: when the script abandons an agent, the agent must be overdue for the hooks too, even after it was sent back once.
const PATIENCE_MS = 35_000;

interface ScriptWave {
  title: string;
  agents: ScriptAgent[];
}

/**
 * Compiles the remaining agents of a run into one native Workflow script, with waves, capacity, retries and coordinators.
 * The script ends before the next wave with command workers. Pure: the same snapshot gives the same text.
 */
export function compileWorkflow(
  snapshot: Snapshot,
  plan: Plan,
  template: string,
  promptOf: (agent: PlannedAgent) => string,
): string {
  const meta = {
    name: `sao-${snapshot.manifest.id}`,
    // Keep this short: the client repeats it in the receipt and in the notification, which costs tokens of the parent.
    description: 'sao',
    phases: [] as { title: string }[],
  };
  const open = openWaves(snapshot, plan);
  const fixed = open.flat().filter((agent) => isFixed(snapshot, agent));
  const { lines, codes } = packPrompts(fixed.map(promptOf));
  const codeOf = new Map(fixed.map(({ id }, index) => [id, codes[index] ?? '']));
  const waves = open.map((agents): ScriptWave => {
    const title =
      agents[0]?.role === 'coordinator' ? `Coordinate ${agents[0].wave}` : `Wave ${agents[0]?.wave}`;
    return { title, agents: agents.map((agent) => scriptAgent(snapshot, agent, codeOf.get(agent.id))) };
  });
  meta.phases = waves.map(({ title }) => ({ title }));
  return fill(template, {
    __META__: JSON.stringify(meta),
    __RUN__: JSON.stringify(snapshot.manifest.id),
    __LINES__: list(lines),
    __WAVES__: list(waves),
  });
}

function openWaves(snapshot: Snapshot, plan: Plan): PlannedAgent[][] {
  const open = plan.agents.filter((agent) => !isSettled(standingOf(snapshot, agent)));
  const numbers = [...new Set(open.map(({ wave }) => wave))].sort((a, b) => a - b);
  const waves = numbers.map((number) => open.filter(({ wave }) => wave === number));
  const end = waves.findIndex((agents) => agents.some(({ kind }) => kind === 'command'));
  return end < 0 ? waves : waves.slice(0, end);
}

/** Returns whether an agent's prompt is final, because all results that it depends on are known. */
function isFixed(snapshot: Snapshot, { id, inputs, after }: PlannedAgent): boolean {
  return stateOf(snapshot, id).attempts === 0 && gapsOf(snapshot, [...inputs, ...after]).length === 0;
}

function scriptAgent(snapshot: Snapshot, agent: PlannedAgent, code: string | undefined): ScriptAgent {
  const { attempts, allowed } = stateOf(snapshot, agent.id);
  const inputs = [...agent.inputs, ...agent.after];
  return {
    id: agent.id,
    model: agent.model ?? 'sonnet',
    attempts: allowed - attempts,
    ms: 2 * agent.timeout * 1000 + PATIENCE_MS,
    inputs,
    ...(code === undefined ? {} : { prompt: code }),
    ...(agent.returns === 'summary' ? { summary: true as const } : {}),
  };
}

/** Formats a list with one entry a line, so that a human can read the script before it runs. */
function list(values: readonly unknown[]): string {
  return `[\n${values.map((value) => ` ${JSON.stringify(value)},\n`).join('')}]`;
}

// Escape two line separators that are valid in JSON strings but end a string in older JavaScript engines.
function fill(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/__[A-Z]+__/g, (key) =>
    (values[key] ?? key).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029'),
  );
}
