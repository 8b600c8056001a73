import { parseReference } from '../../run/dispatch/reference.ts';
import type { ContentBlock } from '../../system/client/transcript-line.ts';

/** An Agent call in a conversation. */
export interface AgentCall {
  id: string;
  /** Tells the messages of the model apart: the id of its message, with a number if an earlier message has the same id. */
  message: string;
  /** Whether it asks for the foreground; in a terminal the client runs it in the background all the same. */
  wantsForeground: boolean;
  /** Whether it dispatches an agent of a run. */
  isOfRun: boolean;
  /** Whether it was refused or failed. */
  hasFailed: boolean;
}

interface Line {
  type?: string;
  message?: { id?: string; content?: unknown };
}

/** Lists the Agent calls in a client's transcript, in their order. Lines that are no JSON are skipped. */
export function listAgentCalls(transcript: string): AgentCall[] {
  const calls = new Map<string, AgentCall>();
  const names = new MessageNames();
  for (const line of transcript.split('\n').flatMap(parseLine)) {
    const blocks = blocksOf(line);
    const message = names.nameOf(line.message?.id ?? '');
    const made = line.type === 'assistant' ? blocks.filter(isAgentCall) : [];
    for (const block of made) calls.set(block.id, describeCall(block, message));
    for (const { tool_use_id: id = '', is_error: isError } of blocks) {
      const answered = calls.get(id);
      if (!answered) continue;
      answered.hasFailed = isError === true;
      names.end(answered.message);
    }
  }
  return [...calls.values()];
}

/** Some gateways give all messages the same id, or none. The answer to a call comes after its message, so it ends the use of the name. */
class MessageNames {
  readonly #ended = new Set<string>();

  nameOf(id: string): string {
    let name = id;
    for (let count = 1; this.#ended.has(name); count += 1) name = `${id}#${count}`;
    return name;
  }

  end(name: string): void {
    this.#ended.add(name);
  }
}

function blocksOf({ message }: Line): ContentBlock[] {
  return Array.isArray(message?.content) ? (message.content as ContentBlock[]) : [];
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

function isAgentCall(block: ContentBlock): block is ContentBlock & { id: string } {
  return (
    block.type === 'tool_use' &&
    (block.name === 'Agent' || block.name === 'Task') &&
    typeof block.id === 'string'
  );
}

function describeCall({ id, input }: ContentBlock & { id: string }, message: string): AgentCall {
  return {
    id,
    message,
    wantsForeground: input?.run_in_background === false,
    isOfRun: parseReference(String(input?.prompt ?? '')) !== undefined,
    hasFailed: false,
  };
}
