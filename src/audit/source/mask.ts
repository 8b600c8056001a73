import { GRAMMARS } from './grammars.ts';
import type { Language } from './languages.ts';

/** The same text three times, with the same offsets and lines; what a view leaves out is blank. */
export interface Masked {
  /** Comments and the inside of strings are blank; the quotes stay. */
  code: string;
  /** Comments are blank. */
  text: string;
  /** All but comments is blank. */
  comments: string;
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
  return part.replace(/[^\r\n]/g, ' ');
}

/** Keeps a quote at either end, so that a rule can still tell a literal from a name. */
function blankInside(literal: string): string {
  if (literal.length < 3) return literal;
  const quote = (character: string) => (/["'`]/.test(character) ? character : blank(character));
  return quote(literal.slice(0, 1)) + blank(literal.slice(1, -1)) + quote(literal.slice(-1));
}

/** Splits a text into code, strings and comments by its language's grammar; linear in the text's length. */
export function maskText(text: string, language: Language): Masked {
  const views = { code: '', text: '', comments: '' };
  let end = 0;
  for (const match of text.matchAll(matcherFor(language))) {
    const { comment, string } = match.groups ?? {};
    if (comment === undefined && string === undefined) continue;
    const between = text.slice(end, match.index);
    const part = match[0];
    views.code += between + (string === undefined ? blank(part) : blankInside(part));
    views.text += between + (string === undefined ? blank(part) : part);
    views.comments += blank(between) + (string === undefined ? part : blank(part));
    end = match.index + part.length;
  }
  const rest = text.slice(end);
  return { code: views.code + rest, text: views.text + rest, comments: views.comments + blank(rest) };
}
