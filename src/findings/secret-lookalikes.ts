/** Characters that can look like one of ASCII: Latin, Greek and Cyrillic letters, dashes, and letters of other widths and styles. */
export const LOOKALIKE =
  '[\\u0131\\u0370-\\u052f\\u0561-\\u0585\\u2010-\\u2015\\u2070-\\u209c\\u2100-\\u214f\\u2212\\u2460-\\u24ff\\uff01-\\uff5e\\u{1d400}-\\u{1d7ff}\\u{1f130}-\\u{1f149}]';

const LETTERS = new Map(
  [
    ['аһеіјӏоԛгѕԝуходпьрсԁѵӓёїӧўηνοικρτυχαϲϳօոսıհցզ', 'aheijloqrswyxognbpcdvaeioynvoikptuxacjonuihgq'],
    ['АВЕЅІЈКМНОРСТУХԌԚԜѴЗЬΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹ', 'ABESIJKMHOPCTYXGQWV3bABEZHIKMNOPTYXC'],
  ].flatMap(([from = '', to = '']) => [...from].map((letter, at) => [letter, to[at] ?? ''] as const)),
);
const DASH = /[\u2010-\u2015\u2212]/;
const WIDE_SIGN = /[\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff5e]/;
const ASCII_WORD = /[A-Za-z0-9_]/;
const WORD = /[\w\u0370-\u052f\u0561-\u0585-]/;
const BESIDE_SIGN = /[A-Za-z0-9\uff01-\uff5e]/;
/** Characters of a word on each side of a letter that are looked at. */
const MAX_BESIDE = 64;

/**
 * The ASCII character that the one at `index` looks like; undefined if it is one of its own script. A letter of another alphabet counts only in a word
 * with ASCII, and a sign only between letters or digits, so that texts in other languages stay as they are.
 */
export function foldLookalike(text: string, index: number): string | undefined {
  const character = String.fromCodePoint(text.codePointAt(index) ?? 0);
  const [before = '', after = ''] = [text[index - 1], text[index + character.length]];
  if (DASH.test(character)) return ASCII_WORD.test(before) && ASCII_WORD.test(after) ? '-' : undefined;
  const letter = LETTERS.get(character);
  if (letter !== undefined) return isInAsciiWord(text, index) ? letter : undefined;
  if (WIDE_SIGN.test(character) && !(BESIDE_SIGN.test(before) && BESIDE_SIGN.test(after))) return undefined;
  const plain = character.normalize('NFKC');
  return /^[!-~]$/.test(plain) ? plain : undefined;
}

function isInAsciiWord(text: string, index: number): boolean {
  for (const step of [-1, 1])
    for (let at = index + step, count = 0; count < MAX_BESIDE; at += step, count++) {
      const character = text[at] ?? '';
      if (!WORD.test(character)) break;
      if (ASCII_WORD.test(character)) return true;
    }
  return false;
}
