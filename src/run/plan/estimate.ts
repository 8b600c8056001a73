import { type PlanPrice, priceAgents } from '../cost/price-agents.ts';
import type { AgentForecast } from '../ledger/agent-forecast.ts';
import type { Plan } from '../ledger/manifest.ts';
import { type Experience, foreseeAgents } from './forecast-agents.ts';

/** Estimated number of characters per token. */
const CHARACTERS = 4;
/** Command, plan, question and the calls of `sao` that every way needs, as `npm run bench:context` measures them. */
const BASE_CHARACTERS = 3350;
/** Tokens of a foreground call: its line in `sao next`, the call, and the client's text around the agent's words. */
const CALL_CHARACTERS = 1170;
/** One Workflow call, its shortened receipt and its notification. */
const WORKFLOW_CHARACTERS = 2400;
const LINE_CHARACTERS = 40;
const SUMMARY_CHARACTERS = 1800;
/** Tokens of the request by which the client's auto mode reviews one finished agent, measured. */
const REVIEW_TOKENS = 36_000;

/** Tokens, estimated from characters, not measured. */
export interface Estimate {
  /** Tokens in the conversation that starts the run, by runner. */
  parent: Record<'workflow' | 'tiered' | 'agent', number>;
  /** All filled prompts together. */
  promptTokens: number;
  /** Forecast use of the agents. */
  agents: AgentForecast;
  /** What the agents are expected to cost. */
  price: PlanPrice;
  /** Tokens that the client's auto mode adds: it reviews each finished agent by one request outside of the conversation. */
  reviews: number;
}

export function estimateTokens(
  plan: Plan,
  promptCharacters: number,
  experience: Experience = new Map(),
): Estimate {
  const calls = plan.agents.filter(({ kind }) => kind === 'agent');
  const summaries = calls.filter(({ returns }) => returns === 'summary').length;
  const words = summaries * SUMMARY_CHARACTERS;
  const tokens = (characters: number) => Math.round((BASE_CHARACTERS + words + characters) / CHARACTERS);
  return {
    parent: {
      workflow: tokens(WORKFLOW_CHARACTERS),
      tiered: tokens(dispatchersIn(plan) * CALL_CHARACTERS),
      agent: tokens(calls.length * CALL_CHARACTERS + (calls.length - summaries) * LINE_CHARACTERS),
    },
    promptTokens: Math.round(promptCharacters / CHARACTERS),
    agents: foreseeAgents(plan, promptCharacters / CHARACTERS / Math.max(1, calls.length), experience),
    price: priceAgents(plan, experience),
    reviews: calls.length * REVIEW_TOKENS,
  };
}

function dispatchersIn({ agents }: Plan): number {
  return agents.filter(({ role, returns, domain, id }) => {
    return role === 'coordinator' && (returns === 'summary' || id === `coord-${domain}`);
  }).length;
}
