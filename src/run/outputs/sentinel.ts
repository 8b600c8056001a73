import { advanceFence, type Fence } from '../../findings/fences.ts';

export const SENTINEL = '<!-- DONE -->';

export const VERDICTS = ['done', 'failed', 'incomplete', 'empty', 'missing', 'changed'] as const;

/** The verdict on an output. `changed`: it is not the file that was accepted when its agent ended. */
export type Verdict = (typeof VERDICTS)[number];

/** The read parts of an output file: all of it, or its head and tail. */
export interface OutputSample {
  head: string;
  /** Equal to `head` when the file was read whole. */
  tail: string;
  whole: boolean;
  /** The file is larger than an output may be, so it is never done. */
  isTooLarge?: true;
}

/**
 * Judges an output file by the sentinel rules.
 * `running`: its agent has not ended; then a file without a final newline may still be growing and is not done.
 * Of a file that was not read whole, an open fence is looked for in the tail alone.
 */
export function judgeOutput(sample: OutputSample, running = false): Exclude<Verdict, 'missing' | 'changed'> {
  if (sample.isTooLarge) return 'incomplete';
  const body = beforeSentinel(sample.tail);
  if (body === undefined) return 'incomplete';
  if (running && !sample.tail.endsWith('\n')) return 'incomplete';
  if (endsInsideFence(body)) return 'incomplete';
  if (!hasText(body) && (sample.whole || !hasText(sample.head))) return 'empty';
  return isErrorReport(sample.head) ? 'failed' : 'done';
}

/** The text before a sentinel that is the last non-blank line; undefined where there is none. */
function beforeSentinel(text: string): string | undefined {
  const trimmed = text.trimEnd();
  const start = trimmed.lastIndexOf('\n') + 1;
  const line = start === 0 ? stripMark(trimmed) : trimmed.slice(start);
  return line === SENTINEL ? trimmed.slice(0, start) : undefined;
}

function stripMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

const HEADING = /^ {0,3}#{1,6}(?:\s|$)/;

// An earlier sentinel is not text, and a file of headings alone is an outline without content; `# ERROR` says something.
function hasText(body: string): boolean {
  let start = 0;
  while (start <= body.length) {
    const end = body.indexOf('\n', start);
    const line = end < 0 ? body.slice(start) : body.slice(start, end);
    if (isContent(line)) return true;
    start = end < 0 ? body.length + 1 : end + 1;
  }
  return false;
}

function isContent(line: string): boolean {
  if (line.trim() === SENTINEL) return false;
  // In a code block `#` starts a comment.
  if (hasFenceMarks(line)) return true;
  if (HEADING.test(stripMark(line))) return /^ {0,3}# ERROR\b/.test(stripMark(line));
  return /[0-9A-Za-z]/.test(line) || hasUnicodeContent(line);
}

/**
 * Whether a line has a letter, digit or symbol: white space, invisible and control characters, and the signs of Markdown alone say nothing. The
 * expressions are made here, because nearly every line is ASCII and to read the tables of Unicode takes long.
 */
function hasUnicodeContent(line: string): boolean {
  // Blank letters and selectors are letters or marks for Unicode.
  const visible = line.replaceAll(/[\p{Cf}\p{Cc}\p{DI}\u2800]/gu, '');
  return /[\p{L}\p{N}\p{So}]/u.test(visible);
}

/** Whether a code fence is open at the end of the text, by CommonMark's rules for fences. */
export function endsInsideFence(text: string): boolean {
  if (!hasFenceMarks(text)) return false;
  return fenceAfter(text.split('\n'), undefined) !== undefined;
}

/**
 * Whether the fence marks of a tail do not decide if the sentinel is inside a fence: a mark without a language may open a block, or close
 * one that began before the tail, and only the whole file shows which.
 */
export function needsWholeFile(tail: string): boolean {
  if (!hasFenceMarks(tail)) return false;
  const lines = tail.split('\n');
  const before = ['`', '~']
    .filter((mark) => tail.includes(mark.repeat(3)))
    .map((mark) => ({ mark, length: 3 }));
  return [undefined, ...before].some((open) => fenceAfter(lines, open) !== undefined);
}

function hasFenceMarks(text: string): boolean {
  return text.includes('```') || text.includes('~~~');
}

function fenceAfter(lines: readonly string[], start: Fence | undefined): Fence | undefined {
  return lines.reduce((open: Fence | undefined, line) => advanceFence(open, line), start);
}

function isErrorReport(head: string): boolean {
  const text = stripMark(head);
  let open: Fence | undefined;
  // Line by line: the first heading is near the start, and every output of a run is asked.
  for (let start = 0; start <= text.length; ) {
    const end = text.indexOf('\n', start);
    const line = end < 0 ? text.slice(start) : text.slice(start, end);
    open = advanceFence(open, line);
    if (!open && /^ {0,3}#{1,6}(\s|$)/.test(line)) return /^ {0,3}# ERROR\b/.test(line);
    start = end < 0 ? text.length + 1 : end + 1;
  }
  return false;
}

const CHUNK = 8192;
const units = new Uint16Array(CHUNK);
const unitBytes = Buffer.from(units.buffer);

/** Words of a text: runs of anything that is not white space. The sentinel does not count. */
export function countWords(text: string): number {
  const body = text.includes(SENTINEL) ? text.replaceAll(SENTINEL, ' ') : text;
  let words = 0;
  let blank = true;
  // An array of numbers is four times as fast as reading each character of a string.
  for (let at = 0; at < body.length; at += CHUNK) {
    const length = unitBytes.write(body.slice(at, at + CHUNK), 'utf16le') >> 1;
    for (let i = 0; i < length; i++) {
      const code = units[i] ?? 0;
      const isBlank = code <= 32 || code === 0xa0 || code === 0xfeff;
      if (blank && !isBlank) words += 1;
      blank = isBlank;
    }
  }
  return words;
}
