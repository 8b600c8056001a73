import type { FlowLanguage } from './flow-language.ts';
import { sanitizerPattern, TRANSPARENT_CALL } from './sanitizers.ts';
import type { TextReader } from './text-reader.ts';
import type { Purpose } from './value.ts';

const CALL = /((?<![\w$@.:>])(?:new\s+)?\\?[$@]{0,2}[A-Za-z_]\w*(?:(?:\.|->|::|\?\.)\w+)*)\s*\(/g;
const KEYWORD_CALL =
  /^(?:URI|URI\.parse|URL|new\s+URL|Paths\.get|Path\.of|if|for|while|and|or|not|in|return|array|list|print|echo|isset|include|require|\w*StringBu(?:ilder|ffer)|new\s+\w*StringBu(?:ilder|ffer)|len|Markup|Template)$/;

/** An expression between two offsets, and what its value is used for. */
export interface Expression {
  start: number;
  end: number;
  purpose: Purpose;
}

/** A part of an expression that is not followed. */
interface OpaqueSpan {
  start: number;
  end: number;
  isHarmless: boolean;
}

/** Finds the parts of an expression that are not followed. Only known calls pass their arguments on; any other call's result is unknown. */
export function findOpaque(
  reader: TextReader,
  language: FlowLanguage,
  { start, end, purpose }: Expression,
): OpaqueSpan[] {
  const spans: OpaqueSpan[] = [];
  const code = reader.code.slice(start, end);
  for (const match of code.matchAll(CALL)) {
    const [from, open] = [start + match.index, start + match.index + match[0].length - 1];
    if (from < (spans.at(-1)?.end ?? start)) continue;
    const kind = judgeCall(reader, language, match[1] ?? '', from, purpose);
    if (kind === 'open') continue;
    spans.push({
      start: from,
      end: Math.min(reader.closingOf(open) + 1, end),
      isHarmless: kind === 'harmless',
    });
  }
  return [
    ...spans,
    ...(language.bodies === 'indents' ? findConditions(reader, start, end) : []),
    ...findCalledResults(reader, start, end),
  ]
    .sort((a, b) => a.start - b.start)
    .filter(isFirstOf);
}

function isFirstOf(span: OpaqueSpan, index: number, spans: readonly OpaqueSpan[]): boolean {
  return spans.slice(0, index).every((earlier) => earlier.end <= span.start);
}

// Finds the arguments of a call whose function is itself a result, as in `(new Controller())(…)`.
function findCalledResults(reader: TextReader, start: number, end: number): OpaqueSpan[] {
  return [...reader.code.slice(start, end).matchAll(/\)\s*(?=\()/g)].map((match) => {
    const open = start + match.index + match[0].length;
    return { start: open, end: Math.min(reader.closingOf(open) + 1, end), isHarmless: false };
  });
}

function judgeCall(
  reader: TextReader,
  language: FlowLanguage,
  name: string,
  from: number,
  purpose: Purpose,
): 'open' | 'harmless' | 'unknown' {
  const pattern = sanitizerPattern(purpose);
  pattern.lastIndex = 0;
  if (pattern.exec(`${name}(`)?.index === 0) return 'harmless';
  // Of `request.args.get(` the pattern matches the object, of `x.getParameter(` the method.
  const found = language.request.exec(reader.source.slice(from, from + name.length + 80))?.index ?? Infinity;
  const isRequest = found <= name.length;
  return isRequest || TRANSPARENT_CALL.test(name) || KEYWORD_CALL.test(name) ? 'open' : 'unknown';
}

// Finds the conditions of `a if condition else b`, which has the values of a and b.
function findConditions(reader: TextReader, start: number, end: number): OpaqueSpan[] {
  return [...reader.code.slice(start, end).matchAll(/(?<=\s)if\b[^\n]*?(?=\belse\b)/g)].map((match) => ({
    start: start + match.index,
    end: start + match.index + match[0].length,
    isHarmless: true,
  }));
}
