import { plainText } from '../../findings/plain-text.ts';
import { redact } from '../../findings/redact.ts';
import { countOf } from '../../findings/words.ts';
import type { Problem } from '../../system/result.ts';
import type { ArchiveCandidate } from './archive-candidates.ts';
import { ageOf } from './format-recall.ts';
import type { Match } from './rank.ts';
import type { MemoryRecord } from './record.schema.ts';
import type { Recall } from './select-recalls.ts';

export const memoryErrors = {
  unknownRecord: (id: string): Problem => ({
    code: 'memory-unknown',
    message: `there is no memory record ${plainText(id, 60)}`,
    target: id,
    fix: 'list the records: sao memory list',
  }),
  ambiguousId: (id: string): Problem => ({
    code: 'memory-ambiguous',
    message: `${id} fits several memory records`,
    target: id,
    fix: 'give more characters of the id: sao memory list',
  }),
  missingWords: (action: string, what: string): Problem => ({
    code: 'memory-missing-words',
    message: `sao memory ${action} needs ${what}`,
    target: action,
    fix: `sao memory ${action} ${action === 'show' || action === 'forget' ? 'ID' : "'a text'"}`,
  }),
  missingReason: (): Problem => ({
    code: 'memory-missing-reason',
    message: 'sao memory forget needs --reason',
    target: '--reason',
    fix: "sao memory forget ID --reason 'it is no longer true'",
  }),
  notConfirmed: (call: string): Problem => ({
    code: 'memory-not-confirmed',
    message: 'nothing was changed: the answer was not yes',
    target: call,
    fix: 'call it again and type "yes", or use `--yes`',
  }),
  quarantined: (reasons: readonly string[]): Problem => ({
    code: 'memory-quarantined',
    message: `the text cannot become a memory record: ${reasons.join('; ')}`,
    target: 'text',
    fix: 'write a short statement of fact, with its reason, and no instructions to agents',
  }),
};

/** The end of the question to a human, by what is decided about the records. */
export const recordQuestion = {
  confirm: 'let agents be given these records',
  purge: 'remove the text of these records for good',
} as const;

/** Formats one line for a record: id, where it comes from, its evidence and its title. */
export function formatRecordLine(record: MemoryRecord, now: string): string {
  const { id, role, module, kind, basis, title, layer } = record;
  const place = `${layer === 'archive' ? 'archive/' : ''}${module === undefined ? role : `${role}:${module}`}`;
  return `${id}  ${plainText(place, 40)}  ${kind}  ${basis}  ${ageOf(record, now)}  ${redact(plainText(title, 100))}`;
}

/** Formats all fields of a record, one on each line. */
export function formatRecord(record: MemoryRecord): string[] {
  return Object.entries(record).flatMap(([name, value]) => {
    const text = Array.isArray(value) ? value.join(' | ') : String(value);
    return text === '' ? [] : [`${name.padEnd(10)} ${redact(plainText(text))}`];
  });
}

/** Explains why a record was found: its score, its share of the query, and the terms that it holds. */
export function formatMatch({ record, score, share, terms }: Match): string {
  return `${record.id}  score ${score.toFixed(2)}, ${Math.round(share * 100)} % of the query: ${terms.join(' ')}`;
}

const SUPPRESSED: Readonly<Record<keyof Recall['suppressed'], string>> = {
  'below-floor': 'below the relevance floor',
  expired: 'expired',
  forgotten: 'forgotten',
  superseded: 'replaced by a newer record',
  'refs-gone': 'about files that are gone',
  contradicts: 'contradicting a lock or brain',
  unproved: 'without evidence',
  quarantined: 'in quarantine',
  'over-budget': 'over the budget',
};

/** States how many matching records were left out, by reason; undefined if none was. */
export function formatSuppressed(suppressed: Recall['suppressed']): string | undefined {
  const parts = Object.entries(suppressed).map(
    ([reason, count]) => `${count} ${SUPPRESSED[reason as keyof typeof SUPPRESSED]}`,
  );
  return parts.length === 0 ? undefined : `left out: ${parts.join(', ')}`;
}

const CANDIDATE_REASONS: Readonly<Record<ArchiveCandidate['reason'], string>> = {
  old: 'older than 60 days',
  'earlier-run': "before its role's last 5 runs",
  superseded: 'replaced by a newer record',
};

/** Formats one line for a record that may move to the archive. */
export function formatCandidate({ record, reason }: ArchiveCandidate): string {
  return `${record.id} (${record.role}, ${record.kind}, ${CANDIDATE_REASONS[reason]}): ${redact(plainText(record.title, 100))}`;
}

export const formatRecordCount = (count: number) => countOf(count, 'record');
