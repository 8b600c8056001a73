import type { IncomingHttpHeaders } from 'node:http';
import { measure } from './cost.ts';
import { blocksOf, type Message, textOf, type WireRequest } from './messages.ts';

export interface ToolResult {
  toolUseId: string;
  text: string;
  isError: boolean;
}

/** One request of the client, read as a conversation: what a script decides on, and what a test asserts on. */
export interface Call {
  model: string;
  sessionId: string;
  /** Undefined when the parent asks. */
  agentId: string | undefined;
  /** Set when the subagent was started by another subagent. */
  parentAgentId: string | undefined;
  system: string;
  /** The client's own notes, which contain the list of skills and commands. */
  reminders: string;
  messages: Message[];
  tools: string[];
  /** Characters of the definitions of each tool that the model may call. */
  toolSizes: Record<string, number>;
  /** Characters of the whole request: system prompt, tools and messages. A token is taken as 4 characters. */
  characters: number;
  /** The first user text without the client's reminders: the typed prompt, or the subagent's prompt. */
  task: string;
  /** How many answers this conversation holds already: 0 on its first request. */
  turn: number;
  /** The text of the newest user message. */
  newest: string;
  /** The tool results in the newest user message. */
  results: ToolResult[];
}

export function parseCall(headers: IncomingHttpHeaders, body: WireRequest): Call {
  const users = body.messages.filter((message) => message.role === 'user');
  const newest = users.at(-1)?.content;
  return {
    model: body.model,
    sessionId: header(headers, 'x-claude-code-session-id') ?? '',
    agentId: header(headers, 'x-claude-code-agent-id'),
    parentAgentId: header(headers, 'x-claude-code-parent-agent-id'),
    system: textOf(body.system),
    reminders: join(body.messages.filter((message) => message.role === 'system')),
    messages: body.messages,
    tools: (body.tools ?? []).map((tool) => tool.name),
    toolSizes: Object.fromEntries((body.tools ?? []).map((tool) => [tool.name, JSON.stringify(tool).length])),
    characters: sizeOfRequest(body),
    task: withoutReminders(textOf(users.at(0)?.content)),
    turn: body.messages.filter((message) => message.role === 'assistant').length,
    newest: textOf(newest),
    results: resultsOf(newest),
  };
}

/** Lists the lines of the skill listing: what the parent's model knows of a plugin before anyone calls it. */
export function listedSkills(call: Call): string[] {
  const start = call.reminders.indexOf('The following skills are available');
  if (start < 0) return [];
  return call.reminders
    .slice(start)
    .split('\n')
    .filter((line) => line.startsWith('- '));
}

function sizeOfRequest({ system, tools = [], messages }: WireRequest): number {
  return textOf(system).length + JSON.stringify(tools).length + measure(messages).total;
}

function header(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function join(messages: Message[]): string {
  return messages.map((message) => textOf(message.content)).join('\n');
}

function withoutReminders(text: string): string {
  return text.replace(/<system-reminder>[\s\S]*?<\/system-reminder>/g, '').trim();
}

function resultsOf(content: Message['content'] | undefined): ToolResult[] {
  return blocksOf(content).flatMap((block) =>
    block.type === 'tool_result'
      ? [{ toolUseId: block.tool_use_id, text: textOf(block.content), isError: block.is_error === true }]
      : [],
  );
}
