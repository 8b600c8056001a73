import { redactKeys } from './secret-key-block.ts';
import { BARE_REST, SECRET_RULES, type SecretRule } from './secret-rules.ts';

/**
 * Takes secrets out of text; every text that reaches a report, a log or training data goes through here.
 * Each becomes `[redacted:<kind>]`. Redacting twice changes nothing.
 */
export function redact(text: string): string {
  return SECRET_RULES.reduce(applyRule, redactKeys(text, mark('private-key')));
}

/** Whether a text holds a secret: the gate where nothing may be altered. */
export function hasSecret(text: string): boolean {
  return redact(text) !== text;
}

function applyRule(text: string, rule: SecretRule): string {
  let result = '';
  let from = 0;
  for (const match of text.matchAll(rule.pattern)) {
    const { start, end, isOpen } = spanOf(match);
    if (start < from || !rule.isSecret(text.slice(start, end), match.groups ?? {})) continue;
    result += text.slice(from, start) + mark(rule.name);
    from = isOpen ? endOfBare(text, end) : end;
  }
  return result + text.slice(from);
}

interface Span {
  start: number;
  end: number;
  /** Whether more of the secret may follow. */
  isOpen: boolean;
}

// The secret of a match is its one filled group, or all of it.
function spanOf(match: RegExpExecArray): Span {
  const groups: Record<string, [number, number] | undefined> = match.indices?.groups ?? {};
  const [start, end] = groups.secret ??
    groups.double ??
    groups.single ??
    groups.bare ?? [match.index, match.index + match[0].length];
  const tail = groups.bare ? closingMarks(match.groups?.bare ?? '') : 0;
  return { start, end: end - tail, isOpen: groups.bare !== undefined && tail === 0 };
}

// `(password=…)` in prose: what closes the sentence is no part of the value.
function closingMarks(value: string): number {
  return /[([{]/.test(value) ? 0 : (/[)\]}.]{1,9}$/.exec(value)?.[0].length ?? 0);
}

// The pattern reads a piece, so that a text full of keys is read once; what hangs on it belongs to it.
function endOfBare(text: string, end: number): number {
  BARE_REST.lastIndex = end;
  return end + (BARE_REST.exec(text)?.[0].length ?? 0);
}

function mark(kind: string): string {
  return `[redacted:${kind}]`;
}
