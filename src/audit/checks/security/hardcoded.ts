/** A credential in a name's value: the only rule here that has to guess, so it guesses narrowly. */
const ASSIGNMENT =
  /(?<![\w$])["']?(?<name>[\w.-]{0,40}(?:passw(?:or)?d|passphrase|secret|api[_-]?key|access[_-]?key|auth[_-]?token|access[_-]?token|private[_-]?key|client[_-]?secret)\w{0,20})["']?\s{0,4}(?:=>|:=|[:=])\s{0,4}(?<quote>["'`])(?<value>[^\s"'`]{12,200})\k<quote>/gi;

/** Names that hold a credential's name, place or looks, not the credential. */
const ABOUT =
  /(?:_|-|\b|[a-z])(?:id|ids|name|names|field|label|placeholder|path|file|url|uri|header|param|prefix|suffix|regexp?|pattern|type|env|var|hint|selector|input|message|error|title|text|hash|digest|format|schema|algorithm|class|route|arn|ref|namespace|scope|grant|endpoint|version|length|size|mode|kind|provider|issuer|strategy|status|action|event|command|option|flag|query|column|table|store|manager|service|client|module|page|view|button|icon|link)$/i;

const PLACEHOLDER =
  /example|sample|dummy|fake|mock|test|change[_-]?me|replace|placeholder|your|xxx|\*\*\*|\.\.\.|insert|todo|secret$|password|hunter2|foobar|deadbeef|0123456789|1234567|abcdef|localhost|\$\{|\{\{|<[^>]*>|%\(|#\{|^\$|^process\.env|^env\b/i;

const MIN_BITS_PER_CHARACTER = 3.5;

export interface Hardcoded {
  offset: number;
  /** Characters from the name to the closing quote. */
  length: number;
  name: string;
  value: string;
}

/** Values that stand for something the reader must fill in. */
export function isPlaceholder(value: string): boolean {
  return PLACEHOLDER.test(value) || /^(.)\1+$/.test(value);
}

/** Names with a credential's name whose literal value looks random; `code` has no comments and no prose in it. */
export function findHardcoded(text: string, code = text): Hardcoded[] {
  const found: Hardcoded[] = [];
  for (const match of text.matchAll(ASSIGNMENT)) {
    const { name = '', value = '' } = match.groups ?? {};
    if (code[match.index] === ' ' || ABOUT.test(name) || !looksRandom(value)) continue;
    found.push({ offset: match.index, length: match[0].length, name, value });
  }
  return found;
}

function looksRandom(value: string): boolean {
  if (isPlaceholder(value) || !/\d/.test(value) || !/[a-z]/i.test(value)) return false;
  // A path, a URL, a dotted key or words joined by dashes carry no secret.
  if (/:\/\/|^[./@]|^[a-z]+(?:[._/-][a-z0-9]+){2,}$|^[\w-]+\.[\w.-]+$|^\w+\(/.test(value)) return false;
  return bitsPerCharacter(value) >= MIN_BITS_PER_CHARACTER;
}

/** Shannon entropy over the characters of a value. */
export function bitsPerCharacter(value: string): number {
  const counts = new Map<string, number>();
  for (const character of value) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / value.length) * Math.log2(count / value.length);
  return bits;
}
