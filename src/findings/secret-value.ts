const PLACEHOLDER_WORDS =
  /example|placeholder|changeme|change[_-]me|replace[_-]?me|your[_-]|dummy|sample|redacted|insert[_-]|foobar|secret[_-]?here|not[_-]?a[_-]?real|\*{3}|\.{3}|…|x{6}/i;
// A random value may contain words this short, so they count only as separate words.
const SHORT_PLACEHOLDERS = /(?<![A-Za-z0-9])(?:todo|tbd|fake|x{4})(?![A-WYZ0-9])/i;
const PLACEHOLDER_VALUES =
  /^(?:pass(?:word|wd)?|pwd|secret|token|user(?:name)?|admin|test|key|null|none|undefined|true|false)\d{0,3}$/i;
const TEMPLATE_VARIABLES =
  /^(?:<.*>|\[.*\]|\{[\w.]+\}|%\w+%|@\w+@|\$\(.*|\$[A-Z_][A-Z0-9_]*\b.*|\$[A-Za-z_]\w*)$|\$\{|\{\{|#\{|<%|%\(\w/;

/** Returns whether a value is what documentation writes in the place of a secret: `<token>`, `${TOKEN}`, `changeme`, `xxxxxxxx`. */
export function isPlaceholder(value: string): boolean {
  return (
    PLACEHOLDER_WORDS.test(value) ||
    SHORT_PLACEHOLDERS.test(value) ||
    PLACEHOLDER_VALUES.test(value) ||
    TEMPLATE_VARIABLES.test(value) ||
    /(.)\1{6,}/.test(value) ||
    '0123456789012345678901234567890'.includes(value) ||
    'abcdefghijklmnopqrstuvwxyz0123456789'.includes(value.toLowerCase())
  );
}

/** Returns whether a value is no placeholder. */
export const isReal = (value: string): boolean => !isPlaceholder(value);

/** Returns whether the value of a key named like a secret is random enough to be one, and neither a placeholder nor code. */
export function looksSecret(value: string, isQuoted: boolean): boolean {
  if (value.length < 8 || isPlaceholder(value)) return false;
  if (isName(value) || isProse(value) || isAddress(value) || isEnvironmentRead(value)) return false;
  if (!isQuoted && isCode(value)) return false;
  return (
    measureEntropy(value) >= (value.length < 12 ? 2.5 : 3) &&
    countClasses(value) >= 2 &&
    /\d|[^\w\s]/.test(value)
  );
}

/** Returns whether a word of a sentence about a secret is more random than the names and paths that such sentences have. */
export function isStrongSecret(value: string): boolean {
  if (!looksSecret(value, false) || /[/\\]|#L\d/.test(value)) return false;
  return isMixed(value) || (/[!#$%^&*]/.test(value) && /\d/.test(value) && /[A-Za-z]/.test(value));
}

/** Returns the Shannon entropy of a value in bits per character. */
export function measureEntropy(value: string): number {
  const counts = new Map<string, number>();
  for (const character of value) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) {
    const share = count / value.length;
    bits -= share * Math.log2(share);
  }
  return bits;
}

// Words joined by _ or - are names of variables, packages or environment entries.
function isName(value: string): boolean {
  return /^\W{0,2}[A-Za-z]+\d{0,2}(?:[ _.,/:-]{1,2}(?:[A-Za-z]+\d{0,2}|\d{1,4}))*[.,!?:)]{0,2}$/.test(value);
}

// A message about a password is mostly words.
function isProse(value: string): boolean {
  const words = value.split(/\s+/);
  const plain = words.filter((word) => /^[("'‘“]?\p{L}[\p{L}'’-]*[.,;:!?)"'’”]{0,3}$/u.test(word));
  return words.length > 2 && plain.length * 2 >= words.length;
}

// A URL, or a path all of whose parts are names: base64 has slashes too.
function isAddress(value: string): boolean {
  if (/^(?:[a-z][a-z0-9+.-]{0,20}:\/\/|arn:)/i.test(value)) return true;
  const isPath = /^(?:\.{0,2}\/|~\/|[A-Za-z]:\\)|\/.*\//.test(value);
  return isPath && value.split(/[\\/]/).every((part) => /^[a-z0-9_.@:~-]*$/.test(part) || isName(part));
}

// `process.env.DB_PASSWORD`, also as the text of a message: the value itself is elsewhere.
function isEnvironmentRead(value: string): boolean {
  const isRead =
    /^(?:process\.env|import\.meta\.env|Deno\.env|os\.environ|(?:os\.|System\.)?getenv|ENV)(?=\??\.|\[|\()[\w.?[\]()'"\\]*$/.test(
      value,
    );
  return isRead && !value.split(/\W+/).some(isMixed);
}

/** What ends an expression in a bare value: an escaped line end, an operator before a quoted value, invisible characters. */
const AFTER_EXPRESSION = /(?:\\[nrt].*|\|\||\?\?|[\u200b-\u200d\ufeff]+)$/s;

function isCode(value: string): boolean {
  // A dollar sign in the middle of a word is one of a password.
  const chain = value.replace(AFTER_EXPRESSION, '');
  const isChain = /^[A-Za-z_$]\w*\$?(?:\??\.[A-Za-z_$]\w*\$?)+$/.test(chain);
  if (isChain) return !chain.split('.').some(isMixed);
  return /^[!~+-]?[A-Za-z_$][\w$]*(?:\??\.[A-Za-z_$][\w$]*)*[([]|^(?:[([{]|\/\^)|=>|::/.test(value);
}

// A long word with at least three digits and both cases is not a name in code.
function isMixed(word: string): boolean {
  return word.length >= 16 && /(?:\d.*){3}/.test(word) && /[a-z]/.test(word) && /[A-Z]/.test(word);
}

function countClasses(value: string): number {
  return [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9\s]/].filter((kind) => kind.test(value)).length;
}
