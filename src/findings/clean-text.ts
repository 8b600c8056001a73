import { plainText, truncate } from './plain-text.ts';
import { redact } from './redact.ts';

/** Code points that each kind of text may have in a report. */
export const MAX = {
  title: 200,
  path: 400,
  detail: 1200,
  name: 120,
  task: 500,
  note: 500,
  summary: 1500,
  project: 4096,
};

/** Somebody else's text, fit for a report: on one line, plain, without secrets, bounded. */
export function cleanText(text: string, max: number): string {
  // Plain before redacted: a secret must not hide behind an invisible character. Cut last: half a secret has no pattern.
  return truncate(redact(plainText(text)), max);
}
