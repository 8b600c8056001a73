import { gapsOf, isSettled, type Snapshot, standingOf, stateOf } from '../dispatch/standing.ts';
import type { Plan, PlannedAgent } from '../run/manifest.ts';

/** One agent as the script carries it. */
interface ScriptAgent {
  id: string;
  model: string;
  attempts: number;
  /** Whose results it needs: a gap among them changes its prompt. */
  inputs: string[];
  /** Absent where the prompt depends on what happened before: the agent fetches it itself. */
  prompt?: string;
  summary?: true;
}

interface ScriptWave {
  title: string;
  agents: ScriptAgent[];
}

/**
 * What is left of a run as one native Workflow script: waves with capacity, retries, coordinators.
 * It ends before the next wave that holds work for the engine itself. Pure; the same snapshot gives the same text.
 */
export function compileWorkflow(
  snapshot: Snapshot,
  plan: Plan,
  template: string,
  promptOf: (agent: PlannedAgent) => string,
): string {
  const meta = {
    name: `sao-${snapshot.manifest.id}`,
    description: `Run ${snapshot.manifest.id}: what is left of it`,
    phases: [] as { title: string }[],
  };
  const waves = openWaves(snapshot, plan).map((agents): ScriptWave => {
    const title =
      agents[0]?.role === 'coordinator' ? `Coordinate ${agents[0].wave}` : `Wave ${agents[0]?.wave}`;
    return { title, agents: agents.map((agent) => scriptAgent(snapshot, agent, promptOf)) };
  });
  meta.phases = waves.map(({ title }) => ({ title }));
  return fill(template, { __META__: meta, __RUN__: snapshot.manifest.id, __WAVES__: waves });
}

function openWaves(snapshot: Snapshot, plan: Plan): PlannedAgent[][] {
  const open = plan.agents.filter((agent) => !isSettled(standingOf(snapshot, agent)));
  const numbers = [...new Set(open.map(({ wave }) => wave))].sort((a, b) => a - b);
  const waves = numbers.map((number) => open.filter(({ wave }) => wave === number));
  const end = waves.findIndex((agents) => agents.some(({ kind }) => kind === 'command'));
  return end < 0 ? waves : waves.slice(0, end);
}

function scriptAgent(
  snapshot: Snapshot,
  agent: PlannedAgent,
  promptOf: (agent: PlannedAgent) => string,
): ScriptAgent {
  const { attempts, allowed } = stateOf(snapshot, agent.id);
  const inputs = [...agent.inputs, ...agent.after];
  const isFixed = attempts === 0 && gapsOf(snapshot, inputs).length === 0;
  return {
    id: agent.id,
    model: agent.model ?? 'sonnet',
    attempts: allowed - attempts,
    inputs,
    ...(isFixed ? { prompt: promptOf(agent) } : {}),
    ...(agent.returns === 'summary' ? { summary: true as const } : {}),
  };
}

// JSON is JavaScript but for two line separators, which older engines end a string at.
function fill(template: string, values: Readonly<Record<string, unknown>>): string {
  return template.replace(/__[A-Z]+__/g, (key) =>
    JSON.stringify(values[key], null, 1).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029'),
  );
}
