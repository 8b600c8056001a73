import { GRAMMARS } from './grammars.ts';
import type { Language } from './languages.ts';

/** Three views of a text with the same offsets and lines; each view replaces what it leaves out with blanks. */
export interface Masked {
  /** Comments and the contents of strings are blank; the quotes are kept. */
  code: string;
  /** Comments are blank. */
  text: string;
  /** All text except comments is blank. */
  comments: string;
  /** The string literals in order, with their quotes. */
  literals: readonly Literal[];
}

/** A string literal. Offsets are UTF-16 code units; `end` is exclusive. */
export interface Literal {
  start: number;
  end: number;
}

const matchers = new Map<Language, RegExp>();

function matcherFor(language: Language): RegExp {
  const known = matchers.get(language);
  if (known) return known;
  const { skips = [], comments, strings } = GRAMMARS[language];
  const group = (name: string, parts: readonly string[]) => `(?<${name}>${parts.join('|') || '(?!)'})`;
  const groups = [group('skip', skips), group('comment', comments), group('string', strings)];
  const matcher = new RegExp(groups.join('|'), 'g');
  matchers.set(language, matcher);
  return matcher;
}

function blank(part: string): string {
  if (!part.includes('\n')) return ' '.repeat(part.length);
  return part.replace(/[^\r\n]+/g, (line) => ' '.repeat(line.length));
}

// The quotes at both ends are kept, so that a rule can distinguish a literal from a name.
function blankInside(literal: string): string {
  if (literal.length < 3) return literal;
  const quote = (character: string) => (/["'`]/.test(character) ? character : blank(character));
  return quote(literal.slice(0, 1)) + blank(literal.slice(1, -1)) + quote(literal.slice(-1));
}

interface Part {
  start: number;
  end: number;
  isComment: boolean;
}

/** Masks comments and strings by the grammar of the language, in time linear in the text's length. */
export function maskText(text: string, language: Language): Masked {
  const parts = findParts(text, language);
  const known: Partial<Masked> = {};
  const literals = parts.filter(({ isComment }) => !isComment);
  // Most rules use one view, so each view is built when it is first read.
  return {
    literals,
    get code() {
      known.code ??= buildView(text, parts, (part, isComment) =>
        isComment ? blank(part) : blankInside(part),
      );
      return known.code;
    },
    get text() {
      known.text ??= buildView(text, parts, (part, isComment) => (isComment ? blank(part) : part));
      return known.text;
    },
    get comments() {
      known.comments ??= buildView(text, parts, (part, isComment) => (isComment ? part : blank(part)), blank);
      return known.comments;
    },
  };
}

function findParts(text: string, language: Language): Part[] {
  const parts: Part[] = [];
  const matcher = matcherFor(language);
  matcher.lastIndex = 0;
  for (let match = matcher.exec(text); match; match = matcher.exec(text)) {
    const end = match.index + match[0].length;
    if (end === match.index) matcher.lastIndex += 1;
    const [isComment, isString] = [match.groups?.comment !== undefined, match.groups?.string !== undefined];
    if (isComment || isString) parts.push({ start: match.index, end, isComment });
  }
  return parts;
}

function buildView(
  text: string,
  parts: readonly Part[],
  show: (part: string, isComment: boolean) => string,
  between: (code: string) => string = (code) => code,
): string {
  const pieces: string[] = [];
  let end = 0;
  for (const part of parts) {
    pieces.push(between(text.slice(end, part.start)), show(text.slice(part.start, part.end), part.isComment));
    end = part.end;
  }
  return [...pieces, between(text.slice(end))].join('');
}
