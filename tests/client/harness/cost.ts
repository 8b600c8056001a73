import type { Call } from './call.ts';
import { type Block, blocksOf, type Message, textOf } from './messages.ts';

/** Characters in a conversation, by what they are. A token is taken as 4 characters. */
export interface Cost {
  /** Tool calls: name and input. */
  calls: number;
  /** What came back from tools: receipts, subagent results, command output. */
  results: number;
  /** User text: typed prompts, expanded commands, task notifications. */
  user: number;
  assistant: number;
  /** The client's own messages of role `system`. */
  reminders: number;
  total: number;
}

/**
 * Counts what a run added to the parent's conversation: its last request minus its first one.
 * The first request (prompt, expanded command, listings) and the very last answer are not in it.
 */
export function parentCost(calls: Call[]): Cost {
  const parent = calls.filter((call) => call.agentId === undefined);
  const [before, after] = [measure(parent.at(0)?.messages ?? []), measure(parent.at(-1)?.messages ?? [])];
  const keys = Object.keys(after) as (keyof Cost)[];
  return Object.fromEntries(keys.map((key) => [key, after[key] - before[key]])) as unknown as Cost;
}

export function countParentTurns(calls: Call[]): number {
  return calls.filter((call) => call.agentId === undefined).length;
}

export function measure(messages: Message[]): Cost {
  const cost: Cost = { calls: 0, results: 0, user: 0, assistant: 0, reminders: 0, total: 0 };
  for (const message of messages) {
    for (const block of blocksOf(message.content)) {
      const size = sizeOf(block);
      cost[kindOf(message, block)] += size;
      cost.total += size;
    }
  }
  return cost;
}

function kindOf(message: Message, block: Block): Exclude<keyof Cost, 'total'> {
  if (block.type === 'tool_use') return 'calls';
  if (block.type === 'tool_result') return 'results';
  return message.role === 'system' ? 'reminders' : message.role;
}

function sizeOf(block: Block): number {
  if (block.type === 'text') return block.text.length;
  if (block.type === 'tool_use') return block.name.length + JSON.stringify(block.input).length;
  return block.type === 'tool_result' ? textOf(block.content).length : 0;
}
