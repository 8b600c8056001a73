import { createHash } from 'node:crypto';
import { holdsSecret } from './judge-pairs.ts';
import { answerOf, type Pair } from './pair.schema.ts';

export const EXPORT_FORMATS = ['openai', 'sharegpt', 'plain'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export interface Export {
  /** JSONL, one pair a line; empty if there is no pair. */
  train: string;
  validation: string;
  counts: { train: number; validation: number };
  /** Ids of pairs that were withheld because they contain a secret. */
  withheld: string[];
}

/**
 * Formats pairs for a fine-tuning tool. `ratio`, 0 to 1, is the share of pairs for validation; the side of a pair does not depend on the
 * other pairs. Every pair is checked for secrets again, and is exported unchanged or withheld.
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

/** Formats everything before the answer. If there are several turns, each is labelled with its role. */
function promptOf({ messages }: Pair): string {
  const before = messages.slice(0, -1);
  const turns = before.filter(({ role }) => role !== 'system').length;
  return before
    .map(({ role, content }) => (turns > 1 && role !== 'system' ? `${role}: ${content}` : content))
    .join('\n\n');
}
