import * as z from 'zod';

export const LAYERS = ['session', 'archive'] as const;
export const KINDS = ['outcome', 'decision', 'failure', 'constraint', 'procedure'] as const;
export type Kind = (typeof KINDS)[number];
/** The evidence for a record. `claimed`: none yet, so no agent is given it. */
export const BASES = ['qc-pass', 'merged', 'shipped', 'gap', 'human', 'claimed'] as const;
export type RecordBasis = (typeof BASES)[number];

/** Maximum length of a title, in characters. */
export const MAX_RECORD_TITLE = 100;
/** Maximum number of words of a text. */
export const MAX_TEXT_WORDS = 300;
/** Maximum number of questions that a record answers. */
export const MAX_QUESTIONS = 3;
const MAX_REFS = 12;
const MAX_LINE = 400;

export const ID_PATTERN = /^[0-9a-f]{24}$/;
const id = z.string().regex(ID_PATTERN, { error: 'must be 24 hex characters' });
const line = z.string().max(MAX_LINE);
const time = z.iso.datetime({ offset: true });

/** One thing that an agent or a human has learned about the project. Flat: scalars and lists of strings, no null, so that any store can keep it. */
export const recordSchema = z.object({
  version: z.literal(1),
  id,
  space: line,
  layer: z.enum(LAYERS),
  role: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/),
  module: line.optional(),
  kind: z.enum(KINDS),
  title: z.string().min(1).max(MAX_RECORD_TITLE),
  text: z.string().max(8000),
  asked: z.array(line).max(MAX_QUESTIONS),
  refs: z.array(line).max(MAX_REFS),
  run: line,
  agent: line,
  at: time,
  basis: z.enum(BASES),
  expires: time,
  supersedes: id.optional(),
  recalled: z.array(id),
});
export type MemoryRecord = z.infer<typeof recordSchema>;

/** What a session file or an archive file holds. */
export const documentSchema = z.object({ version: z.literal(1), records: z.array(recordSchema) });

/** The marker of a forgotten record. It wins over every copy of the record. */
export const tombstoneSchema = z.object({
  version: z.literal(1),
  reason: z.string(),
  by: z.string(),
  at: time,
});
export type Tombstone = z.infer<typeof tombstoneSchema>;
