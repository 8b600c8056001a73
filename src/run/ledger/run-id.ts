import { customAlphabet } from 'nanoid';
import { formatRunId } from './names.ts';

const hex = customAlphabet('0123456789abcdef', 8);

/** A fresh run id for a point in time. */
export function newRunId(now: Date): string {
  return formatRunId(now, hex());
}
