import type { ContentBlock, TranscriptMessage } from '../../system/client/transcript-line.ts';
import { isPrompt } from '../ledger/human-turn.ts';
import { CHARACTERS, type ContextCost, type ContextParts, charactersOf, NO_PARTS } from './context-cost.ts';

/** The part of a client's transcript that a cost is read from; one line of it each. */
export interface TranscriptEntry {
  type?: string;
  timestamp?: string;
  isMeta?: boolean;
  isSidechain?: boolean;
  message?: TranscriptMessage;
}

/** Characters that the client adds around each notification and does not keep in its transcript. */
const NOTIFICATION_FRAME = 620;

/** Cost of a run for this conversation, from the human's prompt before `since` (milliseconds since the epoch). Pure. */
export function measureConversation(entries: readonly TranscriptEntry[], since: number): ContextCost {
  const main = entries.filter(({ isSidechain }) => isSidechain !== true);
  const start = startOf(main, since);
  const own = main.slice(start);
  const { parts, others } = partsOf(own);
  const estimate = Math.round(charactersOf(parts) / CHARACTERS);
  const turns = turnsOf(own);
  const grown = growthOf(turnsOf(main.slice(0, start)).at(-1), turns, parts.skill);
  // A proxy that reports no or false figures must not make the run look free.
  const exact = grown !== undefined && grown >= estimate * 0.5;
  const tokens = exact ? Math.max(estimate, grown - Math.round(others / CHARACTERS)) : estimate;
  return { tokens, exact, parts, turns: turns.length };
}

/** The last prompt before this time. */
function startOf(entries: readonly TranscriptEntry[], since: number): number {
  let start = 0;
  entries.forEach((entry, index) => {
    if (isPrompt(entry) && Date.parse(entry.timestamp ?? '') <= since) start = index;
  });
  return start;
}

interface Turn {
  context: number;
  output: number;
}

/** The model's answers, each once: a transcript holds one line a block. */
function turnsOf(entries: readonly TranscriptEntry[]): Turn[] {
  const turns = new Map<string, Turn>();
  for (const { type, message } of entries) {
    if (type !== 'assistant' || !message?.usage) continue;
    const { input_tokens = 0, cache_creation_input_tokens = 0, cache_read_input_tokens = 0 } = message.usage;
    turns.set(message.id ?? String(turns.size), {
      context: input_tokens + cache_creation_input_tokens + cache_read_input_tokens,
      output: message.usage.output_tokens ?? 0,
    });
  }
  return [...turns.values()];
}

// A compacted conversation shrinks, so count only its growth.
function growthOf(
  before: Turn | undefined,
  turns: readonly Turn[],
  skillCharacters: number,
): number | undefined {
  const [first] = turns;
  if (!first) return undefined;
  const opening = before
    ? Math.max(0, first.context - before.context - before.output)
    : Math.round(skillCharacters / CHARACTERS);
  return turns.reduce((sum, { context, output }, index) => {
    const last = turns[index - 1];
    return sum + output + (last ? Math.max(0, context - last.context - last.output) : opening);
  }, 0);
}

/** Splits the characters that a conversation received for the run. `others`: characters of agents, commands and files outside the run. */
function partsOf(entries: readonly TranscriptEntry[]): { parts: ContextParts; others: number } {
  const count: Count = { parts: { ...NO_PARTS }, others: 0, ofRun: new Set(), ofOthers: new Set() };
  let inSkill = true;
  for (const { type, message } of entries) {
    if (type === 'assistant') {
      const calls = blocksOf(message?.content).filter((block) => block.type === 'tool_use');
      for (const call of calls) addCall(count, call);
      inSkill = calls.some((call) => call.name === 'Skill' && isOurs(call));
    }
    if (type === 'user') addUser(count, blocksOf(message?.content), inSkill);
  }
  return count;
}

interface Count {
  parts: ContextParts;
  others: number;
  /** Ids of calls that belong to the run, and of those that do not. */
  ofRun: Set<string>;
  ofOthers: Set<string>;
}

function addCall(count: Count, call: ContentBlock): void {
  const { id = '', name = '', input = {} } = call;
  const size = name.length + JSON.stringify(input).length;
  if (isOurs(call)) {
    count.ofRun.add(id);
    count.parts.dispatch += size;
  } else if (isOther(call)) {
    count.ofOthers.add(id);
    count.others += size;
  }
}

function addUser(count: Count, blocks: readonly ContentBlock[], inSkill: boolean): void {
  for (const block of blocks) {
    if (block.type === 'tool_result') addResult(count, block.tool_use_id ?? '', textOf(block.content));
    else addText(count, block.text ?? '', inSkill);
  }
}

function addResult(count: Count, call: string, text: string): void {
  if (count.ofRun.has(call)) addAnswer(count.parts, text, HAND_BACK, 0);
  else if (count.ofOthers.has(call)) count.others += text.length;
}

function addText(count: Count, text: string, inSkill: boolean): void {
  if (text.includes('<task-notification>')) {
    const call = /<tool-use-id>([^<]*)</.exec(text)?.[1] ?? '';
    if (count.ofRun.has(call)) addAnswer(count.parts, text, RESULT, NOTIFICATION_FRAME);
    else if (count.ofOthers.has(call)) count.others += text.length + NOTIFICATION_FRAME;
  } else if (inSkill && !text.startsWith('<system-reminder>')) {
    count.parts.skill += text.length;
  }
}

const HAND_BACK = /The report follows:\n([\s\S]*?)\nagentId: /;
const RESULT = /<result>([\s\S]*)<\/result>/;

function addAnswer(parts: ContextParts, text: string, words: RegExp, frame: number): void {
  const own = words.exec(text)?.[1]?.length ?? 0;
  parts.results += own;
  parts.receipts += text.length - own + frame;
}

function isOurs({ type, name, input }: ContentBlock): boolean {
  if (type !== 'tool_use') return false;
  const is = (key: string, pattern: RegExp) => pattern.test(String(input?.[key] ?? ''));
  switch (name) {
    case 'Bash':
      return is('command', /\bsao\b/);
    case 'Agent':
    case 'Task':
      return is('prompt', /^\s*sao:/);
    case 'Workflow':
      return is('scriptPath', /\.orchestration\/runs\//);
    case 'Skill':
      return is('skill', /agents-at-scale|scaled-agent-orchestration/);
    default:
      return false;
  }
}

const WORK_TOOLS = new Set(
  'Agent Task Workflow Bash Read Grep Glob Edit MultiEdit NotebookEdit WebFetch WebSearch'.split(' '),
);
const NAMES_RUN = /\d{8}-\d{6}-[0-9a-f]{8}|\.orchestration\//;

/** Whether a call is work beside the run. Files and commands that name a run are not, nor is a plan that is written. */
function isOther({ name = '', input }: ContentBlock): boolean {
  return WORK_TOOLS.has(name) && !NAMES_RUN.test(JSON.stringify(input ?? {}));
}

function blocksOf(content: string | ContentBlock[] | undefined): ContentBlock[] {
  if (content === undefined) return [];
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content;
}

function textOf(content: string | ContentBlock[] | undefined): string {
  return blocksOf(content)
    .map(({ text = '' }) => text)
    .join('\n');
}
