import * as z from 'zod';
import type { ArchiveCandidate } from '../memory/recall/archive-candidates.ts';
import type { ReadMemory } from '../memory/recall/memory.io.ts';
import { KINDS, LAYERS, type MemoryRecord } from '../memory/recall/record.schema.ts';
import type { MemoryCounts } from '../memory/recall/stats.ts';
import { memoryErrors } from '../memory/recall/wording.ts';
import type { ApprovalRecord } from '../system/approval/record.ts';
import { accept, type Diagnostic, type Result, reject } from '../system/result.ts';
import type { Answer, Context } from './command.ts';
import { oneOf, wholeNumber } from './options.ts';

export const MEMORY_ACTIONS = [
  'search',
  'add',
  'list',
  'show',
  'review',
  'archive',
  'forget',
  'stats',
  'export',
  'sync',
  'check',
] as const;
export type MemoryAction = (typeof MEMORY_ACTIONS)[number];
export const MEMORY_FORMATS = ['jsonl', 'md'] as const;

/** What every action answers. */
export interface MemoryData {
  action: MemoryAction;
  /** The answer as text. */
  lines: string[];
  records?: MemoryRecord[];
  /** search: matching records that were left out, by reason. */
  suppressed?: object;
  tokens?: number;
  candidates?: ArchiveCandidate[];
  counts?: MemoryCounts;
  /** review, forget: the proof that a human made the call. */
  approval?: ApprovalRecord;
}

export const memorySchema = z.object({
  action: oneOf(MEMORY_ACTIONS),
  words: z.array(z.string()).default([]),
  role: z.string().optional(),
  archive: z.boolean().default(false),
  k: wholeNumber.default(5),
  tokens: wholeNumber.default(400),
  explain: z.boolean().default(false),
  kind: z.enum(KINDS).default('decision'),
  title: z.string().optional(),
  ref: z.array(z.string()).default([]),
  confirm: z.boolean().default(false),
  reason: z.string().optional(),
  purge: z.boolean().default(false),
  yes: z.boolean().default(false),
  dryRun: z.boolean().default(false),
  format: z.enum(MEMORY_FORMATS).default('jsonl'),
});
export type MemoryInput = z.infer<typeof memorySchema>;

/** One call with the memory of its project, read once. */
export interface MemoryCall {
  input: MemoryInput;
  context: Context;
  /** The project. */
  root: string;
  memory: ReadMemory;
  /** Files that could not be read. */
  damage: readonly Diagnostic[];
}

export type MemoryHandler = (
  call: MemoryCall,
) => Result<Answer<MemoryData>> | Promise<Result<Answer<MemoryData>>>;

/** The answer of an action; exit 1: nothing was found. */
export function answerWith(
  action: MemoryAction,
  data: Omit<MemoryData, 'action'>,
  exit: 0 | 1 = 0,
): Result<Answer<MemoryData>> {
  return accept({ data: { action, ...data }, exit });
}

export const timeOf = (context: Context) => context.now().toISOString();

/** The records that the options choose, as they are on disk, the newest first. */
export function chooseRecords({ input: { role, archive }, memory }: MemoryCall): MemoryRecord[] {
  return memory.records
    .map(({ record }) => record)
    .filter(
      (record) => (role === undefined || record.role === role) && (!archive || record.layer === LAYERS[1]),
    )
    .sort((a, b) => b.at.localeCompare(a.at) || a.id.localeCompare(b.id));
}

/** The records that the call names by their ids, or by the first characters of them. */
export function findRecords({ input: { action, words }, memory }: MemoryCall): Result<MemoryRecord[]> {
  if (words.length === 0) return reject(memoryErrors.missingWords(action, 'an id'));
  const found: MemoryRecord[] = [];
  for (const word of words) {
    const matching = memory.records.map(({ record }) => record).filter(({ id }) => id.startsWith(word));
    const [record] = matching;
    if (record === undefined) return reject(memoryErrors.unknownRecord(word));
    if (matching.some(({ id }) => id !== record.id)) return reject(memoryErrors.ambiguousId(word));
    found.push(record);
  }
  return accept(found);
}
