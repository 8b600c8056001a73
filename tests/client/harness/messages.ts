/** The part of the Messages API that the client uses, in the names of the wire. */

export interface TextBlock {
  type: 'text';
  text: string;
}

export interface ToolUseBlock {
  type: 'tool_use';
  id: string;
  name: string;
  input: Record<string, unknown>;
}

export interface ToolResultBlock {
  type: 'tool_result';
  tool_use_id: string;
  content?: string | Block[];
  is_error?: boolean;
}

export type Block = TextBlock | ToolUseBlock | ToolResultBlock;

/** The client also sends messages of role `system`: its reminders, its list of skills and of agent types. */
export interface Message {
  role: 'user' | 'assistant' | 'system';
  content: string | Block[];
}

export interface WireRequest {
  model: string;
  stream?: boolean;
  system?: string | TextBlock[];
  messages: Message[];
  tools?: { name: string }[];
}

/** Returns the blocks of a message; a plain string is one text block. */
export function blocksOf(content: string | Block[] | undefined): Block[] {
  if (content === undefined) return [];
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content;
}

/** Joins the text blocks of a message; tool calls and tool results hold none. */
export function textOf(content: string | Block[] | undefined): string {
  return blocksOf(content)
    .flatMap((block) => (block.type === 'text' ? [block.text] : []))
    .join('\n');
}
