import type { Call } from '../../../tests/client/harness/call.ts';
import { measure } from '../../../tests/client/harness/cost.ts';

/** What one way of working put into the parent's conversation, from the typed command to the last summary. */
export interface Measured {
  way: string;
  workers: number;
  tokens: number;
  /** Without the coordinators' own words. */
  besides: number;
  /** Results of tools and the parent's own words. */
  shown: number;
  turns: number;
  /** Agents that the client refused because too many ran. */
  refused: number;
  /** Agents that were started again after they were done. */
  again: number;
  /** Agents whose file was written. */
  written: number;
  parts: Record<string, number>;
}

/** A token is taken as 4 characters: no tokenizer, and the same ruler for every way. */
export const tokensOf = (characters: number) => Math.round(characters / 4);

/**
 * Counts the last request of the parent, minus its content before the first prompt, and its last answer. The
 * client's own messages that come later are counted: they are paid for too.
 */
export function countParent(calls: readonly Call[], lastAnswer: string): Record<string, number> {
  const parent = calls.filter(({ agentId }) => agentId === undefined);
  const [first, last] = [parent.at(0), parent.at(-1)];
  if (!first || !last) throw new Error('the parent was never asked');
  const [before, after] = [measure(first.messages), measure(last.messages)];
  return {
    command: first.task.length,
    calls: after.calls - before.calls,
    results: after.results - before.results,
    notifications: after.user - before.user,
    words: after.assistant - before.assistant + lastAnswer.length,
    reminders: after.reminders - before.reminders,
  };
}

/** Every text of the parent's conversation in order, to find where the cost is. */
export function tellParent(calls: readonly Call[]): string {
  const last = calls.filter(({ agentId }) => agentId === undefined).at(-1);
  return (last?.messages ?? [])
    .map(
      ({ role, content }) =>
        `--- ${role}\n${typeof content === 'string' ? content : JSON.stringify(content, null, 1)}`,
    )
    .join('\n');
}
