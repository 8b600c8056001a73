import type { DeniedCall } from '../../run/outputs/denied-tools.ts';
import type { ContentBlock, TokenUsage, TranscriptMessage } from '../../system/client/transcript-line.ts';
import { readTextLines } from '../../system/files/bounded.ts';

/** Tokens that an agent used. */
export interface Spent {
  inputTokens: number;
  outputTokens: number;
}

/** What the client's transcript of an agent shows. */
export interface AgentTranscript {
  /** Undefined, not 0, if the transcript has no figures. */
  spent?: Spent;
  /** Tool calls that the client or a human did not permit. */
  denied: DeniedCall[];
}

interface Line {
  /** Since 2.1.329: why a tool call was not carried out. */
  toolDenialKind?: string;
  message?: TranscriptMessage;
}

/** Reads an agent's transcript. A missing transcript shows nothing. */
export function readAgentTranscript(path: string | undefined): AgentTranscript {
  const answers = new Map<string, TokenUsage | undefined>();
  const denied = new Set<string | undefined>();
  for (const text of readLines(path)) {
    if (text.includes('"usage"'))
      for (const { message } of parse(text)) answers.set(message?.id ?? String(answers.size), message?.usage);
    if (text.includes('"is_error":true')) for (const id of parse(text).flatMap(listDenials)) denied.add(id);
  }
  const spent = sumUsage(answers.values());
  return { ...(spent ? { spent } : {}), denied: findCalls(path, denied) };
}

function* readLines(path: string | undefined): Generator<string> {
  if (path === undefined) return;
  try {
    yield* readTextLines(path);
  } catch {
    // There is no transcript, or no further line of it can be read.
  }
}

// A line may be incomplete: the client writes the transcript meanwhile.
function parse(line: string): Line[] {
  try {
    return [JSON.parse(line) as Line];
  } catch {
    return [];
  }
}

/** The starts of a tool's result with which older clients say that a call was not permitted. */
const DENIAL =
  /^(?:Claude requested permissions? to |Permission to use |Permission for this |This command requires approval|The user doesn't want to )/;

/** The calls with these ids. */
function findCalls(path: string | undefined, ids: ReadonlySet<string | undefined>): DeniedCall[] {
  const calls: DeniedCall[] = [];
  if (ids.size === 0) return calls;
  for (const text of readLines(path)) {
    if (!text.includes('"tool_use"')) continue;
    for (const { type, id, name = '', input = {} } of parse(text).flatMap(blocksOf))
      if (type === 'tool_use' && ids.has(id)) calls.push({ name, input });
  }
  return calls;
}

/** The ids of the calls that a line says were not permitted. */
function listDenials(line: Line): (string | undefined)[] {
  const { toolDenialKind: kind } = line;
  const isDenied = (text: string) => (kind === undefined ? DENIAL.test(text) : kind !== 'interrupted');
  return blocksOf(line)
    .filter(({ type, is_error, content }) => type === 'tool_result' && is_error && isDenied(textOf(content)))
    .map((block) => block.tool_use_id);
}

function blocksOf({ message }: Line): ContentBlock[] {
  return Array.isArray(message?.content) ? message.content : [];
}

function textOf(content: string | ContentBlock[] | undefined): string {
  return typeof content === 'string' ? content : (content ?? []).map(({ text = '' }) => text).join('\n');
}

// Each answer counts once: its lines have the same figures.
function sumUsage(answers: Iterable<TokenUsage | undefined>): Spent | undefined {
  const spent: Spent = { inputTokens: 0, outputTokens: 0 };
  for (const usage of answers) {
    spent.inputTokens +=
      (usage?.input_tokens ?? 0) +
      (usage?.cache_creation_input_tokens ?? 0) +
      (usage?.cache_read_input_tokens ?? 0);
    spent.outputTokens += usage?.output_tokens ?? 0;
  }
  return spent.inputTokens + spent.outputTokens > 0 ? spent : undefined;
}
