/** Part of a bullet between dashes. */
export interface Segment {
  text: string;
  /** The separator before it, as it was written; empty for the first. */
  before: string;
}

const SEPARATOR = / (?:--?|–|—) |— | —/g;
const TIGHT = /—/g;

/** Splits a line at dashes outside of backticks. The line must have single spaces only. */
export function splitSegments(text: string): Segment[] {
  return splitAt(text, SEPARATOR);
}

/** Splits a line at long dashes without spaces around them. */
export function splitTight(text: string): Segment[] {
  return splitAt(text, TIGHT);
}

function splitAt(text: string, separator: RegExp): Segment[] {
  const segments: Segment[] = [];
  const isQuoted = quoteTester(text);
  let start = 0;
  let before = '';
  for (const match of text.matchAll(separator)) {
    if (isQuoted(match.index)) continue;
    segments.push({ text: text.slice(start, match.index).trim(), before });
    start = match.index + match[0].length;
    before = match[0];
  }
  segments.push({ text: text.slice(start).trim(), before });
  return segments;
}

/** Joins segments with their original separators. */
export function joinSegments(segments: readonly Segment[]): string {
  return segments.map((segment, i) => (i === 0 ? '' : segment.before) + segment.text).join('');
}

/** Returns the number of segments in the title of a bullet without a place; it ends at the first of the strongest dashes. */
export function endOfTitle(segments: readonly Segment[]): number {
  const strengths = segments.map((segment, i) => (i === 0 ? 0 : strengthOf(segment.before)));
  const strongest = strengths.reduce((a, b) => Math.max(a, b), 0);
  return strongest === 0 ? segments.length : strengths.indexOf(strongest);
}

function strengthOf(separator: string): number {
  if (separator.includes('—')) return 3;
  if (separator.includes('–') || separator.includes('--')) return 2;
  return separator === '' ? 0 : 1;
}

// Callers pass increasing indexes, so the line is read once. An odd number of backticks quotes nothing.
function quoteTester(text: string): (index: number) => boolean {
  const marks = [...text.matchAll(/`+/g)].map((match) => match.index);
  if (marks.length % 2 === 1) return () => false;
  let passed = 0;
  return (index) => {
    while (passed < marks.length && (marks[passed] ?? 0) < index) passed += 1;
    return passed % 2 === 1;
  };
}
