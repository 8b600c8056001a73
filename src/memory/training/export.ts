import { createHash } from 'node:crypto';
import { holdsSecret } from './judge-pairs.ts';
import { answerOf, type Pair } from './pair.schema.ts';

export const EXPORT_FORMATS = ['openai', 'sharegpt', 'plain'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export interface Export {
  /** JSONL, one pair a line; empty where there is none. */
  train: string;
  validation: string;
  counts: { train: number; validation: number };
  /** Ids of pairs that were held back at the last gate because they hold a secret. */
  withheld: string[];
}

/**
 * Writes pairs in the form that a fine-tuning tool reads. `ratio` of them, 0 to 1, go to validation: a pair is always on the same side,
 * regardless of the other pairs. Pairs go out as they are or not at all: every text passes the gate for secrets once more.
 */
export function exportPairs(pairs: readonly Pair[], format: ExportFormat, ratio: number): Export {
  const held = new Set(pairs.filter(holdsSecret));
  const clean = pairs.filter((pair) => !held.has(pair));
  const validation = clean.filter((pair) => isForValidation(pair, ratio));
  const train = clean.filter((pair) => !isForValidation(pair, ratio));
  return {
    train: toJsonl(train, format),
    validation: toJsonl(validation, format),
    counts: { train: train.length, validation: validation.length },
    withheld: [...held].map(({ metadata }) => metadata.pair_id),
  };
}

function isForValidation({ metadata }: Pair, ratio: number): boolean {
  const hash = createHash('sha256').update(metadata.pair_id).digest();
  return hash.readUInt32BE(0) / 2 ** 32 < ratio;
}

function toJsonl(pairs: readonly Pair[], format: ExportFormat): string {
  return pairs.map((pair) => `${JSON.stringify(WRITERS[format](pair))}\n`).join('');
}

const SHAREGPT_NAMES = { system: 'system', user: 'human', assistant: 'gpt' } as const;

const WRITERS: Readonly<Record<ExportFormat, (pair: Pair) => object>> = {
  openai: ({ messages }) => ({ messages: messages.map(({ role, content }) => ({ role, content })) }),
  sharegpt: ({ messages, metadata }) => ({
    id: metadata.pair_id,
    conversations: messages.map(({ role, content }) => ({ from: SHAREGPT_NAMES[role], value: content })),
  }),
  plain: (pair) => ({ prompt: promptOf(pair), completion: answerOf(pair) }),
};

/** Everything before the answer; where there is more than one turn, each says whose it is. */
function promptOf({ messages }: Pair): string {
  const before = messages.slice(0, -1);
  const turns = before.filter(({ role }) => role !== 'system').length;
  return before
    .map(({ role, content }) => (turns > 1 && role !== 'system' ? `${role}: ${content}` : content))
    .join('\n\n');
}
