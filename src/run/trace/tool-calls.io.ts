import { findSubagents } from '../../system/client/subagents.ts';
import type { ContentBlock, TranscriptMessage } from '../../system/client/transcript-line.ts';
import { readTextLines } from '../../system/files/bounded.ts';

/** A tool call of an agent. Times are milliseconds since the epoch. */
export interface ToolCall {
  name: string;
  startedAt: number;
  /** Absent if the transcript holds no result. */
  endedAt?: number;
  isError: boolean;
}

/** More calls of one agent are not read: a page of more cannot be read by a human. */
const MAX_CALLS = 5_000;

/**
 * Reads the tool calls of agents from the client's transcripts, by the client's id of the call that started the agent. Agents whose transcript cannot be
 * read are missing: the client may have removed it, or another program ran them.
 */
export function readToolCalls(
  transcripts: readonly string[],
  toolUses: ReadonlySet<string>,
): Map<string, ToolCall[]> {
  const found = new Map<string, ToolCall[]>();
  for (const { toolUse, path } of transcripts.flatMap(findSubagents))
    if (toolUses.has(toolUse) && !found.has(toolUse)) found.set(toolUse, readCalls(path));
  return found;
}

interface Line {
  timestamp?: string;
  message?: TranscriptMessage;
}

function readCalls(path: string): ToolCall[] {
  const calls = new Map<string, ToolCall>();
  try {
    for (const text of readTextLines(path)) {
      if (!text.includes('"tool_use') && !text.includes('"tool_result"')) continue;
      addCalls(calls, parse(text));
      if (calls.size >= MAX_CALLS) break;
    }
  } catch {
    // What was read until here is shown.
  }
  return [...calls.values()];
}

function addCalls(calls: Map<string, ToolCall>, { timestamp = '', message }: Line): void {
  const at = Date.parse(timestamp);
  const blocks: ContentBlock[] = Array.isArray(message?.content) ? message.content : [];
  for (const { type, id, name, tool_use_id: answered, is_error: isError } of blocks) {
    if (type === 'tool_use' && id !== undefined && !calls.has(id) && !Number.isNaN(at))
      calls.set(id, { name: name ?? '', startedAt: at, isError: false });
    const call = type === 'tool_result' ? calls.get(answered ?? '') : undefined;
    if (call && call.endedAt === undefined && !Number.isNaN(at))
      Object.assign(call, { endedAt: at, isError: isError === true });
  }
}

// The last line may be incomplete: the client writes the transcript meanwhile.
function parse(line: string): Line {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
