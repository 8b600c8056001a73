import { fenceData, plainText } from '../../findings/plain-text.ts';
import { redact } from '../../findings/redact.ts';
import type { MemoryRecord } from './record.schema.ts';

const DAY_MS = 86_400_000;

/** The age of a record in words. `now` is ISO 8601. */
export function ageOf({ at }: Pick<MemoryRecord, 'at'>, now: string): string {
  const days = Math.max(0, Math.floor((Date.parse(now) - Date.parse(at)) / DAY_MS));
  return days === 0 ? 'today' : days === 1 ? '1 day old' : `${days} days old`;
}

/** Formats a record as one fenced block of data for a prompt: id, role, age, basis, then the record and its references. */
export function formatRecall(record: MemoryRecord, now: string): string {
  const { id, role, module, basis, kind, title, text, refs } = record;
  const writer = module === undefined ? role : `${role} ${module}`;
  // A file could have been changed since it was written, so each field is made plain again.
  const lines = [
    `id ${plainText(id, 24)}, ${plainText(writer, 60)}, ${ageOf(record, now)}, basis ${basis}`,
    `[${kind}] ${clean(title)}`,
    ...(text === '' ? [] : [clean(text)]),
    ...(refs.length === 0 ? [] : [`refs: ${refs.map(clean).join(', ')}`]),
  ];
  return fenceData('recall', lines.join('\n'));
}

const clean = (text: string) => redact(plainText(text));
