import { SECRET_RULES, type SecretRule } from './secret-rules.ts';
import { isPlaceholder } from './secret-value.ts';

const KEY_BEGIN = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
const KEY_END = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
// What follows a key's first line when its last was cut off: long words of base64, one after another.
const KEY_BODY = /(?:(?:\s|\\[nr])*[A-Za-z0-9+/=]{16,})*/y;

/**
 * Takes secrets out of text; every text that reaches a report, a log or training data goes through here.
 * Each becomes `[redacted:<kind>]`. Redacting twice changes nothing.
 */
export function redact(text: string): string {
  return SECRET_RULES.reduce(applyRule, redactKeys(text));
}

/** Whether a text holds a secret: the gate where nothing may be altered. */
export function hasSecret(text: string): boolean {
  return redact(text) !== text;
}

function applyRule(text: string, rule: SecretRule): string {
  return text.replace(rule.pattern, (match: string, ...rest: unknown[]) => {
    const groups = rest.at(-1);
    const secret = rule.secretOf ? rule.secretOf(match, isGroups(groups) ? groups : {}) : match;
    if (secret === undefined || (!rule.secretOf && isPlaceholder(secret))) return match;
    const at = match.lastIndexOf(secret);
    return `${match.slice(0, at)}${mark(rule.name)}${match.slice(at + secret.length)}`;
  });
}

function isGroups(value: unknown): value is Record<string, string | undefined> {
  return typeof value === 'object' && value !== null;
}

function redactKeys(text: string): string {
  let result = '';
  let from = 0;
  for (const begin of text.matchAll(KEY_BEGIN)) {
    if (begin.index < from) continue;
    result += text.slice(from, begin.index) + mark('private-key');
    from = endOfKey(text, begin.index + begin[0].length);
  }
  return result + text.slice(from);
}

// A key without its last line must not swallow the rest of the report.
function endOfKey(text: string, start: number): number {
  KEY_END.lastIndex = start;
  const end = KEY_END.exec(text.slice(0, start + 20_000));
  if (end) return end.index + end[0].length;
  KEY_BODY.lastIndex = start;
  return start + (KEY_BODY.exec(text)?.[0].length ?? 0);
}

function mark(kind: string): string {
  return `[redacted:${kind}]`;
}
