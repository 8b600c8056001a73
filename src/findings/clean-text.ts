import { plainText, truncate } from './plain-text.ts';
import { redact } from './redact.ts';

/** Greatest number of code points of each kind of text in a report. */
export const MAX = {
  title: 200,
  path: 400,
  detail: 1200,
  code: 200,
  name: 120,
  task: 500,
  note: 500,
  summary: 1500,
  project: 4096,
};

/** Returns untrusted text for a report: one plain line without secrets, at most `max` code points. */
export function cleanText(text: string, max: number): string {
  // Truncate last, because half a secret matches no pattern.
  return truncate(redact(plainText(text)), max);
}
