import type { Facts } from '../../../../src/memory/training/judge-pairs.ts';
import type { TrainingLine } from '../../../../src/memory/training/lines.ts';
import { type Pair, type PairMetadata, pairSchema } from '../../../../src/memory/training/pair.schema.ts';

export const NOW = Date.parse('2026-03-01T00:00:00.000Z');

export const FACTS: Facts = {
  projectNouns: ['ledgerly', 'createSession', 'shared-types'],
  modules: ['auth', 'billing', 'store'],
  unresolvedConflicts: [],
  now: NOW,
};

/** An answer of some length that names the project. */
export const FILL =
  'The auth module of ledgerly owns every login and hands a verified identity to its callers before they act.';

let made = 0;

export function pairOf(question: string, answer: string, more: Partial<PairMetadata> = {}): Pair {
  made += 1;
  return pairSchema.parse({
    messages: [
      { role: 'user', content: question },
      { role: 'assistant', content: answer },
    ],
    metadata: {
      pair_id: `p${made}`,
      taxonomy: 'factual_recall',
      source_refs: ['architecture.md'],
      modules_referenced: ['auth'],
      hop_count: 1,
      difficulty: 'easy',
      quality_score: 0.9,
      source_timestamp: '2026-02-25T00:00:00Z',
      ...more,
    },
  });
}

export function linesOf(pairs: readonly unknown[], file = 'bootstrap.jsonl'): TrainingLine[] {
  return pairs.map((pair, index) => ({
    file,
    line: index + 1,
    text: typeof pair === 'string' ? pair : JSON.stringify(pair),
  }));
}
