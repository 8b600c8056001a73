const PLACEHOLDER_WORDS =
  /example|placeholder|changeme|change[_-]me|replace[_-]?me|your[_-]|dummy|sample|redacted|insert[_-]|todo|xxxx|foobar|secret[_-]?here|not[_-]?a[_-]?real|\*{3}|\.{3}|…/i;
const STAND_INS =
  /^(?:pass(?:word|wd)?|pwd|secret|token|user(?:name)?|admin|test|key|null|none|undefined|true|false)\d{0,3}$/i;

/** What documentation puts where a secret goes: `<token>`, `${TOKEN}`, `changeme`, `xxxxxxxx`, `12345678`. */
export function isPlaceholder(value: string): boolean {
  return (
    PLACEHOLDER_WORDS.test(value) ||
    STAND_INS.test(value) ||
    /^(?:<.*>|\[.*\]|\{\{.*|\$\{?\w.*|%\w+%|\$\(.*)$/.test(value) ||
    /(.)\1{6,}/.test(value) ||
    '0123456789012345678901234567890'.includes(value) ||
    'abcdefghijklmnopqrstuvwxyz0123456789'.includes(value.toLowerCase())
  );
}

/** Whether the value of a key named like a secret is one: random enough, and neither a placeholder nor code. */
export function looksSecret(value: string, isQuoted: boolean): boolean {
  if (value.length < 8 || isPlaceholder(value)) return false;
  if (isName(value) || isAddress(value) || (!isQuoted && isCode(value))) return false;
  return (
    entropy(value) >= (value.length < 12 ? 2.5 : 3) && countClasses(value) >= 2 && /\d|[^\w\s]/.test(value)
  );
}

/** Shannon entropy, bits a character. */
export function entropy(value: string): number {
  const counts = new Map<string, number>();
  for (const c of value) counts.set(c, (counts.get(c) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) {
    const share = count / value.length;
    bits -= share * Math.log2(share);
  }
  return bits;
}

// Words joined by _ or -, as names of variables, packages and environment entries are, and prose.
function isName(value: string): boolean {
  return /^\W{0,2}[A-Za-z]+\d{0,2}(?:[ _.,/:-]{1,2}(?:[A-Za-z]+\d{0,2}|\d{1,4}))*[.,!?:)]{0,2}$/.test(value);
}

function isAddress(value: string): boolean {
  return /^(?:[a-z][a-z0-9+.-]{0,20}:\/\/|arn:|\.{0,2}\/|~\/|[A-Za-z]:\\)/i.test(value);
}

function isCode(value: string): boolean {
  return /[(){}[\]]|=>|::|^[A-Za-z_$][\w$]*(?:\??\.[A-Za-z_$][\w$]*)+$/.test(value);
}

function countClasses(value: string): number {
  return [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9\s]/].filter((kind) => kind.test(value)).length;
}
