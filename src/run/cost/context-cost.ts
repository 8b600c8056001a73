/** Characters that a run added to a conversation, by purpose. */
export interface ContextParts {
  /** The command's or the skill's own text. */
  skill: number;
  /** Calls of `sao`, Agent and Workflow. */
  dispatch: number;
  /** Text around the agents' answers: output of `sao`, receipts, notifications. */
  receipts: number;
  /** The agents' answers. */
  results: number;
}

export interface ContextCost {
  tokens: number;
  /** True for usage figures of the client; otherwise tokens are estimated as four characters each. */
  exact: boolean;
  parts: ContextParts;
  /** Number of requests to the conversation's model. */
  turns: number;
}

export const NO_PARTS: ContextParts = { skill: 0, dispatch: 0, receipts: 0, results: 0 };

/** Estimated number of characters per token. */
export const CHARACTERS = 4;

export function addCosts(costs: readonly ContextCost[]): ContextCost | undefined {
  const [first, ...others] = costs;
  return first && others.reduce((sum, cost) => addCost(sum, cost), first);
}

function addCost(a: ContextCost, b: ContextCost): ContextCost {
  const keys = Object.keys(NO_PARTS) as (keyof ContextParts)[];
  const parts = Object.fromEntries(keys.map((key) => [key, a.parts[key] + b.parts[key]]));
  return {
    tokens: a.tokens + b.tokens,
    exact: a.exact && b.exact,
    parts: { ...NO_PARTS, ...parts },
    turns: a.turns + b.turns,
  };
}

export function charactersOf({ skill, dispatch, receipts, results }: ContextParts): number {
  return skill + dispatch + receipts + results;
}

/** `3369 tokens (estimated): command 290, dispatch 220, receipts 1050, agents' words 1800` */
export function formatContextCost({ tokens, exact, parts }: ContextCost): string {
  const estimateTokens = (characters: number) => Math.round(characters / CHARACTERS);
  const { skill, dispatch, receipts, results } = parts;
  return `${tokens} tokens (${exact ? 'by the client’s figures' : 'estimated'}): command ${estimateTokens(skill)}, dispatch ${estimateTokens(dispatch)}, receipts ${estimateTokens(receipts)}, agents’ words ${estimateTokens(results)}`;
}
