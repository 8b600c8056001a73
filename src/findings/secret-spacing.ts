import { TOKEN_PREFIX } from './secret-tokens.ts';
import { KEY_HINTS } from './secret-words.ts';
import { rewriteText, type TextView } from './text-view.ts';

/** Single characters with the same separator between all of them: `g h p _`, `g.h.p._`. */
const SINGLE =
  /(?<![A-Za-z0-9_])[!-~](?<separator>[ \t]{1,3}|\r?\n| ?[.|/,·•:;*+~_-] ?)[!-~](?:\k<separator>[!-~]){10,}(?![A-Za-z0-9_])/g;
/** Groups of the same length with blanks between them: `ghp_ A1b2 C3d4`. */
const GROUPED = [2, 3, 4, 5, 6, 7, 8].map(
  (length) => new RegExp(`(?<![A-Za-z0-9_-])(?:[!-~]{${length}} ){3,}[!-~]{1,${length}}(?![!-~])`, 'g'),
);
/** Longest text that is joined, in characters. */
const MAX_SPACED = 4096;
const PREFIX = new RegExp(TOKEN_PREFIX.replace(/^\(\?<![^)]*\)/, ''), 'g');
const KEY = new RegExp(KEY_HINTS.filter((hint) => hint.length > 2).join('|'), 'i');

/** Views of a text in which characters that blanks or signs keep apart are joined, where they may be a secret. */
export function* joinSpaced(text: string): Generator<TextView> {
  for (const pattern of [SINGLE, ...GROUPED]) {
    const view = rewriteText(text, pattern, ({ 0: match, groups }) =>
      match.length > MAX_SPACED ? undefined : joinGroups(match.split(groups?.separator ?? ' ')),
    );
    if (view !== undefined) yield view;
  }
}

/** The groups as one word from the start of a token on; undefined if they hold neither a token nor a name of a secret. */
function joinGroups(groups: readonly string[]): string | undefined {
  const joined = groups.join('');
  const starts = new Map<number, number>();
  let offset = 0;
  for (const [index, group] of groups.entries()) {
    starts.set(offset, index);
    offset += group.length;
  }
  const tokens = [...joined.matchAll(PREFIX)].filter(({ index }) => starts.has(index));
  const [token] = tokens;
  if (token === undefined) return KEY.test(joined) ? joined : undefined;
  // A list of prefixes, or prose.
  if (tokens.length > 1 || !/\d/.test(joined.slice(token.index + token[0].length))) return undefined;
  return [...groups.slice(0, starts.get(token.index)), joined.slice(token.index)].join(' ');
}

const WORD = /[A-Za-z0-9_.~+/=-]{20,4096}/g;
const STARTS_WITH_TOKEN = new RegExp(`^[.=-]{0,3}(?:${PREFIX.source})`);
const NAMED = /[!-~]{12,4096}/g;
const REVERSED_KEY = /drow(?:ssap|_ssap)|terces|nekot|yek[-_]?(?:ipa|ssecca)|dwssap|laitnederc/i;

/** Texts of a text that may be a secret if they are read from their end. */
export function* findReversed(text: string): Generator<{ start: number; end: number; plain: string }> {
  for (const { 0: word, index: start } of text.matchAll(WORD)) {
    const plain = reverse(word);
    if (STARTS_WITH_TOKEN.test(plain)) yield { start, end: start + word.length, plain };
  }
  if (!REVERSED_KEY.test(text)) return;
  for (const { 0: word, index: start } of text.matchAll(NAMED))
    if (REVERSED_KEY.test(word)) yield { start, end: start + word.length, plain: reverse(word) };
}

const reverse = (text: string): string => [...text].reverse().join('');

const NUMBERS =
  /(?<![\w.])(?:0x)?[0-9A-Fa-f]{2,3}(?:(?:, {0,2}|[ :;]|\r?\n {0,8})(?:0x)?[0-9A-Fa-f]{2,3}){11,4095}(?![\w.])/g;

/** Texts that are written as numbers of their characters: `103, 104, 112`, `67 68 70`, `0x67, 0x68`. */
export function* findNumbered(text: string): Generator<{ start: number; end: number; plain: string }> {
  for (const { 0: list, index: start } of text.matchAll(NUMBERS)) {
    const numbers = list.split(/[^0-9A-Fa-fx]+/);
    for (const base of [10, 16]) {
      const plain = readNumbers(numbers, base);
      if (plain !== undefined) yield { start, end: start + list.length, plain };
    }
  }
}

function readNumbers(numbers: readonly string[], base: number): string | undefined {
  const codes = numbers.map((number) => {
    const digits = number.replace(/^0x/, '');
    const isRight = base === 16 ? digits.length === 2 : /^\d+$/.test(number);
    return isRight ? Number.parseInt(digits, base) : 0;
  });
  return codes.every((code) => code >= 32 && code < 127) ? String.fromCharCode(...codes) : undefined;
}

/** The first of the invisible letters that spell ASCII. */
const TAGS = 0xe0000;
const TAGGED = /[\u{E0020}-\u{E007E}]{12,}/gu;

/** Texts in invisible letters that spell ASCII. */
export function* findTagged(text: string): Generator<{ start: number; end: number; plain: string }> {
  for (const { 0: letters, index: start } of text.matchAll(TAGGED)) {
    const plain = [...letters].map((letter) => String.fromCharCode((letter.codePointAt(0) ?? TAGS) - TAGS));
    yield { start, end: start + letters.length, plain: plain.join('') };
  }
}
