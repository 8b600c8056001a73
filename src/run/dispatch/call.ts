import type { Model, PlannedAgent } from '../ledger/manifest.ts';
import { dispatchPrompt } from './reference.ts';

/** One call of the Agent tool. */
export interface DispatchCall {
  id: string;
  description: string;
  /** The prompt passed to the Agent tool; the hook replaces it by the filled prompt. */
  prompt: string;
  model: Model;
  background: boolean;
}

export function callOf(run: string, agent: PlannedAgent): DispatchCall {
  return {
    id: agent.id,
    description: agent.id,
    prompt: dispatchPrompt(run, agent.id),
    model: agent.model ?? 'sonnet',
    background: false,
  };
}
