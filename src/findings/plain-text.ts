const ESC = String.fromCharCode(27);
const BEL = String.fromCharCode(7);
const CSI = String.fromCharCode(0x9b);

// Every class stops at the next escape, so that a megabyte of unclosed sequences is still read once; a string stops at
// the end of its line, so that an unclosed one does not hide what comes after.
const TERMINAL_SEQUENCES = new RegExp(
  [
    `(?:${ESC}\\[|${CSI})[0-?]*[ -/]*[@-~]?`,
    `${ESC}[\\]PX^_][^${BEL}${ESC}\\r\\n]*(?:${BEL}|${ESC}\\\\)?`,
    `${ESC}[ -/]*[0-~]?`,
  ].join('|'),
  'g',
);

// Cf holds bidi overrides, zero-width characters, byte-order marks and tags; DI the selectors, which can carry any bytes
// behind one visible character, and blank letters; U+2800 is a blank too.
const INVISIBLE = '[\\p{Cf}\\p{Co}\\p{DI}\\p{NChar}\\u2800]';

/** Returns untrusted text on one line without terminal sequences and invisible or control characters. */
export function plainText(text: string, max = Number.POSITIVE_INFINITY): string {
  const clean = stripHidden(text)
    .replace(/[\s\u0085]+/g, ' ')
    .replace(/\p{Cc}/gu, '');
  return truncate(clean.replace(/ {2,}/g, ' ').trim(), max);
}

/** Like `plainText`, but keeps tabs and lines; all line ends become `\
`. */
export function plainLines(text: string): string {
  const lines = text.replace(/\r\n?|[\u2028\u2029\u0085]/g, '\n');
  return stripHidden(lines).replace(/(?![\n\t])\p{Cc}/gu, '');
}

/** Truncates a text to `max` code points; a truncated text ends with `…`. */
export function truncate(text: string, max: number): string {
  if (text.length <= max) return text;
  // A code point has at most two code units, so only the start of a long text is split.
  const points = Array.from(text.slice(0, 2 * max + 2));
  if (points.length <= max) return text;
  if (max < 1) return '';
  return `${points
    .slice(0, max - 1)
    .join('')
    .trimEnd()}…`;
}

/** The source of an expression for terminal sequences and invisible or control characters, without those that make lines. */
export const HIDDEN = `${TERMINAL_SEQUENCES.source}|${INVISIBLE}|(?![\\n\\r\\t])\\p{Cc}`;

/** Quotes text as data for a prompt, in a fence that the text cannot close. */
export function fenceData(label: string, text: string): string {
  const body = plainLines(text).replace(/\n+$/, '');
  const fence = '`'.repeat(Math.max(3, longestRun(body, '`') + 1));
  const info = plainText(label.replace(/[`~]/g, ''), 60);
  return `${fence}${info}\n${body}\n${fence}\n`;
}

/** Returns the length of the longest run of a character. */
export function longestRun(text: string, character: string): number {
  let longest = 0;
  let run = 0;
  for (const c of text) {
    run = c === character ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return longest;
}

// Lone surrogates are replaced first, because the removal of text between two of them would join them.
function stripHidden(text: string): string {
  // Most texts are plain ASCII: the tables of Unicode are compiled only for others.
  if (/^[\t\n\r\x20-\x7e]*$/.test(text)) return text;
  return text
    .replace(/\p{Cs}/gu, '\ufffd')
    .replace(TERMINAL_SEQUENCES, '')
    .replace(new RegExp(INVISIBLE, 'gu'), '');
}
