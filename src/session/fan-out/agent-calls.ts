import { parseReference } from '../../run/dispatch/reference.ts';
import { isPrompt, type PromptLine } from '../../run/ledger/human-turn.ts';

/** An Agent call in a conversation. */
export interface AgentCall {
  id: string;
  /** The id of the model's message. */
  message: string;
  /** The number of prompts before it. */
  turn: number;
  /** Whether it asks for the foreground; in a terminal the client runs it in the background all the same. */
  wantsForeground: boolean;
  /** Whether it dispatches an agent of a run. */
  isOfRun: boolean;
  /** Whether it was refused or failed. */
  hasFailed: boolean;
}

interface Line extends PromptLine {
  message?: { id?: string; content?: unknown };
}

interface Block {
  type?: string;
  id?: string;
  name?: string;
  input?: { prompt?: unknown; run_in_background?: unknown };
  tool_use_id?: string;
  is_error?: boolean;
}

/** Lists the Agent calls in a client's transcript, in their order. Lines that are no JSON are skipped. */
export function listAgentCalls(transcript: string): AgentCall[] {
  const calls = new Map<string, AgentCall>();
  let turn = 0;
  for (const line of transcript.split('\n').flatMap(parseLine)) {
    if (isPrompt(line)) turn += 1;
    const blocks = blocksOf(line);
    const made = line.type === 'assistant' ? blocks.filter(isAgentCall) : [];
    for (const block of made) calls.set(block.id, describeCall(block, line.message?.id ?? '', turn));
    for (const { tool_use_id: id = '', is_error: isError } of blocks) {
      const answered = calls.get(id);
      if (answered) answered.hasFailed = isError === true;
    }
  }
  return [...calls.values()];
}

function blocksOf({ message }: Line): Block[] {
  return Array.isArray(message?.content) ? (message.content as Block[]) : [];
}

function parseLine(text: string): Line[] {
  // Only these lines matter; other lines can be megabytes.
  if (!/"type":\s*"(?:user|assistant)"/.test(text)) return [];
  try {
    return [JSON.parse(text) as Line];
  } catch {
    return [];
  }
}

function isAgentCall(block: Block): block is Block & { id: string } {
  return (
    block.type === 'tool_use' &&
    (block.name === 'Agent' || block.name === 'Task') &&
    typeof block.id === 'string'
  );
}

function describeCall({ id, input }: Block & { id: string }, message: string, turn: number): AgentCall {
  return {
    id,
    message,
    turn,
    wantsForeground: input?.run_in_background === false,
    isOfRun: parseReference(String(input?.prompt ?? '')) !== undefined,
    hasFailed: false,
  };
}
