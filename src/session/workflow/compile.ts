import { join } from 'node:path';
import { FAILURE_LINE } from '../../run/dispatch/returns.ts';
import { gapsOf, isSettled, type Snapshot, standingOf, stateOf } from '../../run/dispatch/standing.ts';
import type { AgentType, Plan, PlannedAgent } from '../../run/ledger/manifest.ts';

/** One agent in the script. */
interface ScriptAgent {
  id: string;
  model: string;
  /** The client's name of the agent definition to use. Absent if the agent keeps the client's general type. */
  type?: string;
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
 * The run whose agents a Workflow script starts; undefined if its text names none. Text alone cannot decide this, since a script can compute a
 * label: the hooks therefore also refuse every call of an agent that another script has labelled as a run's.
 */
export function findRunInScript(script: string): string | undefined {
  const text = decodeEscapes(script);
  const named = /\bsao:(\d{8}-\d{6}-[0-9a-f]{8})\//.exec(text)?.[1];
  // The compiled script has the id alone, and builds the labels from it.
  return named ?? (text.includes('sao:') ? /\b\d{8}-\d{6}-[0-9a-f]{8}\b/.exec(text)?.[0] : undefined);
}

const ESCAPE = /\\(?:u\{([0-9a-f]{1,6})\}|u([0-9a-f]{4})|x([0-9a-f]{2})|\r?\n)/gi;
const JOINED_STRINGS = /(["'`])\s*\+\s*["'`]/g;

/** JavaScript source with its escaped characters decoded and its joined string literals as one. */
export function decodeEscapes(source: string): string {
  return source
    .replace(ESCAPE, (whole, braced?: string, four?: string, two?: string) => {
      const code = braced ?? four ?? two;
      if (code === undefined) return '';
      const point = Number.parseInt(code, 16);
      return point > 0x10ffff ? whole : String.fromCodePoint(point);
    })
    .replace(JOINED_STRINGS, '');
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
  typeNameOf: (type: AgentType) => string | undefined,
): string {
  const open = withinClient(openWaves(snapshot, plan));
  const fixed = open.flat().filter((agent) => isFixed(snapshot, agent));
  const prompts = fixed.map(promptOf);
  const compile = (count: number) => {
    const { lines, codes } = packPrompts(prompts.slice(0, count));
    const codeOf = new Map(codes.map((code, index) => [fixed[index]?.id, code]));
    const waves = open.map((agents) => ({
      title: titleOf(agents),
      agents: agents.map((agent) => scriptAgent(snapshot, agent, codeOf.get(agent.id), typeNameOf)),
    }));
    return fillTemplate(snapshot, template, waves, lines);
  };
  // Agents whose prompts do not fit into the script fetch them.
  let count = prompts.length;
  let script = compile(count);
  while (count > 0 && Buffer.byteLength(script) > MAX_SCRIPT_BYTES) {
    count = Math.floor(count * 0.8);
    script = compile(count);
  }
  return script;
}

/** The client reads no larger script than 524,288 bytes. */
const MAX_SCRIPT_BYTES = 510_000;
/** The client starts at most 1,000 agents in a script; some are started twice. */
const MAX_SCRIPT_AGENTS = 990;

/** The first waves that one script can start; at least one. `sao next` compiles the others when they are over. */
function withinClient(waves: readonly PlannedAgent[][]): PlannedAgent[][] {
  let sum = 0;
  const end = waves.findIndex((agents, index) => {
    sum += agents.length;
    return sum > MAX_SCRIPT_AGENTS && index > 0;
  });
  return waves.slice(0, end < 0 ? undefined : end);
}

function titleOf([first]: readonly PlannedAgent[]): string {
  return first?.role === 'coordinator' ? `Coordinate ${first.wave}` : `Wave ${first?.wave}`;
}

function fillTemplate(
  { manifest, dir }: Snapshot,
  template: string,
  waves: readonly ScriptWave[],
  lines: readonly string[],
): string {
  const meta = {
    name: `sao-${manifest.id}`,
    // Keep this short: the client repeats it in the receipt and in the notification, which costs tokens of the parent.
    description: 'sao',
    phases: waves.map(({ title }) => ({ title })),
  };
  return fill(template, {
    __META__: JSON.stringify(meta),
    __FAILURE__: JSON.stringify(FAILURE_LINE),
    __RUN__: JSON.stringify(manifest.id),
    __PROMPTS__: JSON.stringify(join(dir, 'prompts')),
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

function scriptAgent(
  snapshot: Snapshot,
  agent: PlannedAgent,
  code: string | undefined,
  typeNameOf: (type: AgentType) => string | undefined,
): ScriptAgent {
  const type = agent.agentType && typeNameOf(agent.agentType);
  const { attempts, allowed } = stateOf(snapshot, agent.id);
  const inputs = [...agent.inputs, ...agent.after];
  return {
    id: agent.id,
    model: agent.model ?? 'sonnet',
    ...(type === undefined ? {} : { type }),
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

// Characters that JSON leaves as they are: the first ones the client refuses in a script, the two line separators end a string in older engines.
const ESCAPED_CHARACTERS = /[\u007f-\u009f\u2028\u2029]/g;

function fill(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/__[A-Z]+__/g, (key) =>
    (values[key] ?? key).replace(
      ESCAPED_CHARACTERS,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    ),
  );
}

/** Prompts with each distinct line stored once, since most of their lines are equal. */
export interface Packed {
  lines: string[];
  /** For each prompt, the numbers of its lines as ranges, such as `0-7,40,9-12`. */
  codes: string[];
}

/** Packs prompts. Needed because the client reads no script above 512 KiB and 300 full prompts exceed that. Pure. */
export function packPrompts(prompts: readonly string[]): Packed {
  const numbers = new Map<string, number>();
  const codes = prompts.map((prompt) => encode(prompt.split('\n').map((line) => numberOf(line, numbers))));
  return { lines: [...numbers.keys()], codes };
}

function numberOf(line: string, numbers: Map<string, number>): number {
  const known = numbers.get(line) ?? numbers.size;
  numbers.set(line, known);
  return known;
}

// Use ranges: lines of a template are consecutive in every prompt.
function encode(numbers: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last && number === last[1] + 1) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`)).join(',');
}
