import type { DeniedCall } from '../../run/outputs/denied-tools.ts';
import type { ContentBlock, TranscriptMessage } from '../../system/client/transcript-line.ts';
import { readBoundedText } from '../../system/files/bounded.ts';

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
  const lines = readLines(path);
  const spent = sumUsage(lines.filter((line) => line.includes('"usage"')).flatMap(parse));
  return { ...(spent ? { spent } : {}), denied: findDeniedCalls(lines) };
}

function readLines(path: string | undefined): string[] {
  if (path === undefined) return [];
  try {
    return readBoundedText(path).split('\n');
  } catch {
    return [];
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

function findDeniedCalls(lines: readonly string[]): DeniedCall[] {
  const results = lines.filter((line) => line.includes('"is_error":true')).flatMap(parse);
  const denied = new Set(results.flatMap(listDenials));
  if (denied.size === 0) return [];
  return lines
    .filter((line) => line.includes('"tool_use"'))
    .flatMap(parse)
    .flatMap(blocksOf)
    .filter(({ type, id }) => type === 'tool_use' && denied.has(id))
    .map(({ name = '', input = {} }) => ({ name, input }));
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

// Count each answer once: an answer has several lines with the same figures.
function sumUsage(lines: readonly Line[]): Spent | undefined {
  const byMessage = new Map(
    lines.map(({ message }, index) => [message?.id ?? String(index), message?.usage]),
  );
  const spent: Spent = { inputTokens: 0, outputTokens: 0 };
  for (const usage of byMessage.values()) {
    spent.inputTokens +=
      (usage?.input_tokens ?? 0) +
      (usage?.cache_creation_input_tokens ?? 0) +
      (usage?.cache_read_input_tokens ?? 0);
    spent.outputTokens += usage?.output_tokens ?? 0;
  }
  return spent.inputTokens + spent.outputTokens > 0 ? spent : undefined;
}
