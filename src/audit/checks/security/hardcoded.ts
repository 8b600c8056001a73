import { isPlaceholder, measureEntropy } from '../../../findings/secret-value.ts';

/**
 * An assignment to a name of a credential, from the credential's word on. The value has no known shape, so only quoted values of 12 or more
 * characters match. A pattern that began with the name's start would be tried at each word of the text.
 */
const ASSIGNMENT =
  /(?:passw(?:or)?d|passphrase|secret|api[_-]?key|access[_-]?key|auth[_-]?token|access[_-]?token|private[_-]?key|client[_-]?secret)\w{0,20}["']?\s{0,4}(?:=>|:=|[:=])\s{0,4}(?<quote>["'`])(?<value>[^\s"'`]{12,200})\k<quote>/gi;
/** The start of such a name, with its quote, up to the credential's word. */
const NAME_START = /(?<![\w$])["']?[\w.-]{0,40}$/;
const NAME = /^["']?([\w.-]+)/;

/** Ends of names whose value describes a credential (its id, path, format) and is not the credential. */
const DESCRIBING_NAME =
  /(?:_|-|\b|[a-z])(?:id|ids|name|names|field|label|placeholder|path|file|url|uri|header|param|prefix|suffix|regexp?|pattern|type|env|var|hint|selector|input|message|error|title|text|hash|digest|format|schema|algorithm|class|route|arn|ref|namespace|scope|grant|endpoint|version|length|size|mode|kind|provider|issuer|strategy|status|action|event|command|option|flag|query|column|table|store|manager|service|client|module|page|view|button|icon|link)$/i;

/** Words in values of tests and examples; redaction must not ignore them, so `isPlaceholder` does not know them. */
const TEST_WORDS =
  /fake|mock|test|replace|your|xxx|insert|todo|secret$|password|hunter2|deadbeef|0123456789|1234567|abcdef|localhost|<[^>]*>|%\(|^\$|^process\.env|^env\b/i;

const MIN_BITS_PER_CHARACTER = 3.5;

/** A credential in the source text. Offsets and lengths are UTF-16 code units. */
export interface Hardcoded {
  offset: number;
  /** Characters from the name to the closing quote. */
  length: number;
  name: string;
  value: string;
}

/** Returns whether a value is a placeholder, or one that only tests and examples use. */
export function isInventedValue(value: string): boolean {
  return isPlaceholder(value) || TEST_WORDS.test(value) || /^(.)\1+$/.test(value);
}

/** Finds quoted, random-looking values of names of credentials. `code` is the text with comments and docstrings blanked. */
export function findHardcoded(text: string, code = text): Hardcoded[] {
  const credentials: Hardcoded[] = [];
  for (const match of text.matchAll(ASSIGNMENT)) {
    const { value = '' } = match.groups ?? {};
    const head = NAME_START.exec(text.slice(Math.max(0, match.index - 42), match.index))?.[0];
    if (head === undefined) continue;
    const offset = match.index - head.length;
    const name = NAME.exec(head + match[0])?.[1] ?? '';
    if (
      code[offset] === ' ' ||
      DESCRIBING_NAME.test(name) ||
      /hashed|encrypted|digest/i.test(name) ||
      (/^(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})$/.test(value) && /passw/i.test(name)) ||
      !looksRandom(value)
    )
      continue;
    credentials.push({ offset, length: head.length + match[0].length, name, value });
  }
  return credentials;
}

function looksRandom(value: string): boolean {
  if (isInventedValue(value) || !/\d/.test(value) || !/[a-z]/i.test(value)) return false;
  // Paths, URLs, dotted keys and words joined by dashes are not secrets.
  if (/:\/\/|^[./@]|^[a-z]+(?:[._/-][a-z0-9]+){2,}$|^[\w-]+\.[\w.-]+$|^\w+\(/.test(value)) return false;
  return measureEntropy(value) >= MIN_BITS_PER_CHARACTER;
}
