import type { Language } from './languages.ts';
import type { Masked } from './mask.ts';

/** Offsets of a body in UTF-16 code units; `end` is exclusive. */
export interface Span {
  start: number;
  end: number;
}

const HEAD_LIMIT = 400;

/** Returns the bodies in braces after a keyword, such as those of loops; `code` must be masked. */
export function bracedBodies(code: string, keyword: RegExp): Span[] {
  const spans: Span[] = [];
  for (const match of code.matchAll(keyword)) {
    const open = findOpening(code, match.index + match[0].length);
    if (open !== undefined) spans.push({ start: open, end: findClosing(code, open) });
  }
  return spans;
}

/** Returns the spans of functions with their heads, by a pattern that ends with the opening brace of the body. */
export function bracedHeads(code: string, head: RegExp): Span[] {
  return [...code.matchAll(head)].map((match) => ({
    start: match.index,
    end: findClosing(code, match.index + match[0].length - 1),
  }));
}

/** Returns the spans of functions with their heads, by indentation; `heading` matches a line. */
export function indentedHeads(code: string, heading: RegExp): Span[] {
  return indentedBodies(code, heading).map(({ start, end }) => {
    const head = code.lastIndexOf('\n', start - 2) + 1;
    return { start: head, end };
  });
}

// A body starts at the first brace outside of parentheses before the statement ends.
function findOpening(code: string, from: number): number | undefined {
  let depth = 0;
  for (let i = from; i < code.length && i < from + HEAD_LIMIT; i++) {
    const character = code[i] ?? '';
    if ('(['.includes(character)) depth += 1;
    else if (')]'.includes(character)) depth -= 1;
    else if (character === '{' && depth === 0) return i;
    else if (character === '}' || depth < 0) return undefined;
  }
  return undefined;
}

function findClosing(code: string, open: number): number {
  let depth = 0;
  for (let i = open; i < code.length; i++) {
    if (code[i] === '{') depth += 1;
    else if (code[i] === '}') depth -= 1;
    if (depth === 0) return i + 1;
  }
  return code.length;
}

/** Returns bodies by indentation: the lines after a heading that are indented deeper than the heading. */
export function indentedBodies(code: string, heading: RegExp): Span[] {
  const lines = code.split('\n');
  const starts: number[] = [];
  let offset = 0;
  for (const line of lines) {
    starts.push(offset);
    offset += line.length + 1;
  }
  const spans: Span[] = [];
  for (const [index, line] of lines.entries()) {
    if (!heading.test(line)) continue;
    const last = lastDeeper(lines, index);
    const end = (starts[last] ?? 0) + (lines[last]?.length ?? 0);
    if (last > index) spans.push({ start: starts[index + 1] ?? 0, end });
  }
  return spans;
}

function lastDeeper(lines: readonly string[], heading: number): number {
  const depth = indentOf(lines[heading] ?? '');
  let last = heading;
  for (let i = heading + 1; i < lines.length; i++) {
    const line = lines[i] ?? '';
    if (line.trim() === '') continue;
    // A line with a closing bracket can end a signature of several lines.
    if (indentOf(line) <= depth && !/^\s*[)\]}]/.test(line)) break;
    last = i;
  }
  return last;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

const LOOP_HEADING: Partial<Record<Language, RegExp>> = {
  python: /^\s*(?:async\s+)?(?:for|while)\b.*:\s*$/,
  ruby: /^\s*(?:for|while|until)\b|\.(?:each\w*|map|flat_map|times|select|reject)\b.*\bdo\b/,
};

const ASYNC_HEADING: Partial<Record<Language, RegExp>> = {
  python: /^\s*async\s+def\b/,
};

const LOOP_KEYWORD = /(?<![\w.])(?:for|foreach|while)\b/g;
const ASYNC_KEYWORD = /\basync\s+(?:unsafe\s+)?fn\b|\bsuspend\s+fun\b|\basync\s+(?:Task|ValueTask)\b[^({;]*/g;

const loops = new WeakMap<Masked, Span[]>();
const asyncs = new WeakMap<Masked, Span[]>();

/** Returns whether an offset is in the body of a loop. */
export function isInLoop(file: Masked, language: Language, offset: number): boolean {
  return isWithin(remember(loops, file, language, LOOP_HEADING, LOOP_KEYWORD), offset);
}

/** Returns whether an offset is in the body of an asynchronous function. */
export function isInAsync(file: Masked, language: Language, offset: number): boolean {
  return isWithin(remember(asyncs, file, language, ASYNC_HEADING, ASYNC_KEYWORD), offset);
}

function remember(
  known: WeakMap<Masked, Span[]>,
  file: Masked,
  language: Language,
  headings: Partial<Record<Language, RegExp>>,
  keyword: RegExp,
): Span[] {
  const seen = known.get(file);
  if (seen) return seen;
  const heading = headings[language];
  const spans = heading ? indentedBodies(file.code, heading) : bracedBodies(file.code, keyword);
  known.set(file, spans);
  return spans;
}

function isWithin(spans: readonly Span[], offset: number): boolean {
  return spans.some((span) => offset > span.start && offset < span.end);
}
