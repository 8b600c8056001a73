import * as z from 'zod';

/** The kinds of knowledge that a pair can teach; docs/training.md describes them. */
export const TAXONOMY = [
  'factual_recall',
  'architectural_reasoning',
  'cross_module',
  'conformance',
  'state',
  'counterfactual',
  'procedural',
] as const;
export type Taxonomy = (typeof TAXONOMY)[number];

const moment = z.union([z.iso.datetime({ offset: true }), z.iso.date()], {
  error: 'must be an ISO 8601 date or time, such as 2026-01-31T12:00:00Z',
});

const message = z.object({
  role: z.enum(['system', 'user', 'assistant']),
  content: z
    .string()
    .min(1)
    .refine((text) => text.trim() !== '', { error: 'must not be empty' }),
});

const metadata = z.object({
  pair_id: z
    .union([z.string().regex(/^[A-Za-z0-9][\w.:-]{0,119}$/), z.int().min(0)], {
      error: 'must be a number, or 1 to 120 of A-Z a-z 0-9 _ . : -',
    })
    .transform(String)
    .describe('Unique across all files: a number, or a short name.'),
  taxonomy: z.enum(TAXONOMY).describe('The kind of knowledge that the pair teaches.'),
  source_refs: z
    .array(z.string().min(1).max(500))
    .min(1)
    .describe('The sources of the answer: paths, optionally with `#` and a heading.'),
  modules_referenced: z
    .array(z.string().min(1).max(120))
    .describe('The modules that the question or the answer names.'),
  hop_count: z
    .int()
    .min(0)
    .max(20)
    .describe('The number of facts that the answer combines; 1 for a single fact.'),
  difficulty: z
    .union([z.enum(['easy', 'medium', 'hard']), z.int().min(1).max(5)], {
      error: 'must be easy, medium, hard, or a whole number from 1 to 5',
    })
    .describe('easy, medium, hard, or 1 to 5.'),
  quality_score: z
    .number()
    .min(0)
    .max(1)
    .describe('The author’s rating of the pair, 0 to 1. Default minimum: 0.7.'),
  source_timestamp: moment.describe('The time at which the source stated the answer.'),
  expires_at: moment
    .nullish()
    .describe(
      'When the pair stops being true. Left out, or later than its kind allows: what its kind allows.',
    ),
});

/** One line of `.orchestration/training/*.jsonl`. */
export const pairSchema = z.object({
  messages: z
    .array(message)
    .min(2, { error: 'must hold a question and an answer' })
    .refine((list) => list.at(-1)?.role === 'assistant', {
      error: 'must end with an answer of the assistant',
    })
    .refine((list) => list.some(({ role }) => role === 'user'), { error: 'must hold a question of the user' })
    .refine((list) => list.every(({ role }, index) => role !== 'system' || index === 0), {
      error: 'a system message must be the first message',
    })
    .describe('An optional system message, then questions and answers; the last message is the answer.'),
  metadata,
});

export type Pair = z.infer<typeof pairSchema>;
export type PairMetadata = Pair['metadata'];

/** The user's words, all of them. */
export function questionOf({ messages }: Pair): string {
  return messages
    .filter(({ role }) => role === 'user')
    .map(({ content }) => content)
    .join('\n');
}

/** The answer that a model learns: the last message. */
export function answerOf({ messages }: Pair): string {
  return messages.at(-1)?.content ?? '';
}

/** Every free text of a pair, to be checked for secrets. */
export function textsOf({ messages, metadata }: Pair): string[] {
  const { pair_id, source_refs, modules_referenced } = metadata;
  return [...messages.map(({ content }) => content), pair_id, ...source_refs, ...modules_referenced];
}
