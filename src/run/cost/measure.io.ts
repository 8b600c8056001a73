import { readTextEnd } from '../../system/files/bounded.ts';
import type { PlannedAgent } from '../ledger/manifest.ts';
import type { RunState, SeenSession } from '../ledger/state.ts';
import { addCosts, CHARACTERS, type ContextCost, NO_PARTS } from './context-cost.ts';
import { returnedToParent } from './returned.ts';
import { measureConversation, type TranscriptEntry } from './transcript.ts';

/** The cost of the run for one session. Without a transcript, only the answers of its agents are counted. */
export function measureSession(state: RunState, session: string): ContextCost | undefined {
  const seen = state.sessions.get(session);
  return seen && readCost(seen);
}

/** The cost of the run for all its conversations; undefined if there was none. */
export function measureParents(state: RunState, agents: readonly PlannedAgent[]): ContextCost | undefined {
  const costs = [...state.sessions.values()].map(readCost).filter((cost) => cost !== undefined);
  return addCosts(costs) ?? countReturns(returnedToParent(agents, state));
}

/** Of a longer conversation only the end counts, so that its cost is estimated too low instead of taking the memory. */
const TAIL_BYTES = 128 * 1024 * 1024;

function readCost({ since, transcript }: SeenSession): ContextCost | undefined {
  if (transcript === undefined) return undefined;
  try {
    return measureConversation(parseLines(readTextEnd(transcript, TAIL_BYTES)), since);
  } catch {
    // The transcript was removed by the client, or is on another machine.
    return undefined;
  }
}

function parseLines(text: string): TranscriptEntry[] {
  return text.split('\n').flatMap((line) => {
    // Parse only these lines, which are part of the conversation; other lines can have megabytes.
    if (!/"type":\s*"(user|assistant)"/.test(line)) return [];
    try {
      return [JSON.parse(line) as TranscriptEntry];
    } catch {
      return [];
    }
  });
}

function countReturns(results: number): ContextCost | undefined {
  if (results === 0) return undefined;
  const tokens = Math.round(results / CHARACTERS);
  return { tokens, exact: false, parts: { ...NO_PARTS, results }, turns: 0 };
}
