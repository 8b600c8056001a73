import type { ServerResponse } from 'node:http';
import type { TextBlock, ToolUseBlock } from './messages.ts';
import type { Answer, Refusal } from './reply.ts';

const ERROR_TYPES: Record<number, string> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  429: 'rate_limit_error',
  529: 'overloaded_error',
};

type StreamEvent = { type: string } & Record<string, unknown>;
type OutBlock = TextBlock | ToolUseBlock;

export interface OutMessage {
  id: string;
  type: 'message';
  role: 'assistant';
  model: string;
  content: OutBlock[];
  stop_reason: 'tool_use' | 'end_turn';
  stop_sequence: null;
  usage: Record<string, number>;
}

/** Turns an answer into a message; tool ids follow from the message id, so that scripts stay free of them. */
export function buildMessage(id: string, model: string, answer: Answer): OutMessage {
  const tools = answer.tools ?? [];
  const content: OutBlock[] = tools.map((tool, index) => ({
    type: 'tool_use',
    id: `toolu_${id}_${index}`,
    ...tool,
  }));
  if (answer.text !== undefined) content.unshift({ type: 'text', text: answer.text });
  return {
    id,
    type: 'message',
    role: 'assistant',
    model,
    content,
    stop_reason: tools.length > 0 ? 'tool_use' : 'end_turn',
    stop_sequence: null,
    usage: {
      input_tokens: answer.usage?.input ?? 10,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 0,
      output_tokens: answer.usage?.output ?? 5,
    },
  };
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

export function sendRefusal(response: ServerResponse, refusal: Refusal): void {
  if (refusal.retryAfter !== undefined) response.setHeader('retry-after', String(refusal.retryAfter));
  const type = ERROR_TYPES[refusal.status] ?? 'api_error';
  sendJson(response, refusal.status, {
    type: 'error',
    error: { type, message: refusal.message ?? 'scripted' },
  });
}

export async function sendStream(
  response: ServerResponse,
  message: OutMessage,
  beforeBlock?: Answer['beforeBlock'],
): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const send = (event: StreamEvent) =>
    response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  const started = { ...message, content: [], stop_reason: null };
  send({ type: 'message_start', message: started });
  for (const [index, block] of message.content.entries()) {
    await beforeBlock?.(index);
    for (const event of blockEvents(block, index)) send(event);
  }
  const { stop_reason, stop_sequence, usage } = message;
  const end = { type: 'message_delta', delta: { stop_reason, stop_sequence }, usage };
  for (const event of [end, { type: 'message_stop' }]) send(event);
  response.end();
}

function blockEvents(block: OutBlock, index: number): StreamEvent[] {
  return [
    { type: 'content_block_start', index, content_block: emptied(block) },
    { type: 'content_block_delta', index, delta: deltaOf(block) },
    { type: 'content_block_stop', index },
  ];
}

function emptied(block: OutBlock): OutBlock {
  return block.type === 'text' ? { ...block, text: '' } : { ...block, input: {} };
}

function deltaOf(block: OutBlock): object {
  if (block.type === 'text') return { type: 'text_delta', text: block.text };
  return { type: 'input_json_delta', partial_json: JSON.stringify(block.input) };
}
