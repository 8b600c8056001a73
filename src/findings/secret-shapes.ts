import { CONTEXT_SHAPES } from './secret-contexts.ts';
import { findPrivateKeys } from './secret-key-block.ts';
import type { AuditReport, SecretShape, SecretSpan } from './secret-shape-types.ts';
import { TOKEN_SHAPES } from './secret-tokens.ts';
import { USAGE_SHAPES } from './secret-usages.ts';
import { BARE_CHARACTER } from './secret-words.ts';

const BARE_REST = new RegExp(`${BARE_CHARACTER}*`, 'y');

/** Every shape with a pattern, in the order in which redaction applies them; the first match names the secret. */
export const SECRET_SHAPES: readonly SecretShape[] = [...TOKEN_SHAPES, ...CONTEXT_SHAPES, ...USAGE_SHAPES];

/** A block from BEGIN to END has no single pattern; `findPrivateKeys` finds it. */
export const PRIVATE_KEY: { kind: string; audit: AuditReport } = {
  kind: 'private-key',
  audit: { rule: 'privatekey', title: 'private key', severity: 'critical', certainty: 'key' },
};

/** Returns the shapes whose secrets a text may hold. */
export function candidateShapes(
  text: string,
  shapes: readonly SecretShape[] = SECRET_SHAPES,
): SecretShapeOrKey[] {
  const lower = text.toLowerCase();
  const candidates: SecretShapeOrKey[] = shapes.filter(({ hints, pattern }) => {
    const searched = pattern.ignoreCase ? lower : text;
    return hints === undefined || hints.some((hint) => searched.includes(hint));
  });
  return text.includes('-----BEGIN ') ? [PRIVATE_KEY, ...candidates] : candidates;
}

/** A shape, or the block of a private key. */
export type SecretShapeOrKey = SecretShape | typeof PRIVATE_KEY;

/** Returns the spans of one shape in a text, in order and without overlaps. */
export function findSpans(text: string, shape: SecretShapeOrKey): SecretSpan[] {
  if (!('pattern' in shape)) return findPrivateKeys(text);
  const spans: SecretSpan[] = [];
  let from = 0;
  for (const match of text.matchAll(shape.pattern)) {
    const { start, end, isCutOff } = readSpan(match);
    if (start < from || !shape.isSecret(text.slice(start, end), match.groups ?? {})) continue;
    from = isCutOff ? endOfBareValue(text, end) : end;
    spans.push({ start, end: from });
  }
  return spans;
}

// The secret of a match is its one filled group, or all of it; `isCutOff`: more of the value may follow.
function readSpan(match: RegExpExecArray): SecretSpan & { isCutOff: boolean } {
  const groups: Record<string, [number, number] | undefined> = match.indices?.groups ?? {};
  const [start, end] = groups.secret ??
    groups.double ??
    groups.single ??
    groups.bare ?? [match.index, match.index + match[0].length];
  const tail = groups.bare ? countClosingMarks(match.groups?.bare ?? '') : 0;
  return { start, end: end - tail, isCutOff: groups.bare !== undefined && tail === 0 };
}

// In `(password=…)` the closing bracket belongs to the sentence, not to the value.
function countClosingMarks(value: string): number {
  return /[([{]/.test(value) ? 0 : (/[)\]}.]{1,9}$/.exec(value)?.[0].length ?? 0);
}

// The pattern reads a bounded piece of a bare value, so that a text full of keys is read once; the rest follows here.
function endOfBareValue(text: string, end: number): number {
  BARE_REST.lastIndex = end;
  return end + (BARE_REST.exec(text)?.[0].length ?? 0);
}
