import { type Plan, workersOf } from '../run/manifest.ts';

/** Characters that one token is taken for. */
const CHARACTERS = 4;
/** What a foreground call costs its parent besides the agent's own words: 850 characters around it and 200 for the call. */
const CALL_CHARACTERS = 1050;
const LINE_CHARACTERS = 80;
const SUMMARY_CHARACTERS = 1800;

/** Tokens, estimated from characters: nothing here is measured. */
export interface Estimate {
  /** What lands in the conversation that dispatches every agent itself. */
  parentTokens: number;
  /** All filled prompts together. */
  promptTokens: number;
}

export function estimateTokens(plan: Plan, promptCharacters: number): Estimate {
  const calls = plan.agents.filter(({ kind }) => kind === 'agent');
  const words = calls.map(({ returns }) => (returns === 'summary' ? SUMMARY_CHARACTERS : LINE_CHARACTERS));
  const parent = words.reduce((sum, length) => sum + length + CALL_CHARACTERS, 0);
  return {
    parentTokens: Math.round(parent / CHARACTERS),
    promptTokens: Math.round(promptCharacters / CHARACTERS),
  };
}

/** Agents by model, for one line of a table: `4 opus, 8 sonnet, 3 commands`. */
export function describeModels(plan: Plan): string {
  const counts = new Map<string, number>();
  for (const { model } of workersOf(plan))
    counts.set(model ?? 'command', (counts.get(model ?? 'command') ?? 0) + 1);
  return [...counts]
    .map(([model, count]) => `${count} ${model}${model === 'command' && count > 1 ? 's' : ''}`)
    .join(', ');
}
