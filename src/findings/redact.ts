import { findChunkedSecrets, findRotatedSecrets } from './secret-chunks.ts';
import {
  findEncodedSecrets,
  findEscapedSecrets,
  findRespelledSecrets,
  findSpacedSecrets,
  findSplitSecrets,
} from './secret-disguises.ts';
import type { SecretSpan } from './secret-shape-types.ts';
import { candidateShapes, findSpans, type SecretShapeOrKey } from './secret-shapes.ts';

/** Maximum number of passes; each reads what the one before it left. */
const MAX_PASSES = 6;

/**
 * Replaces each secret of a text by `[redacted:<kind>]`, also one that escapes, encodings or line ends disguise. Every text
 * that reaches a report, a log or training data passes through this function. Redacting twice changes nothing.
 */
export function redact(text: string): string {
  let before = text;
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    const after = redactOnce(before);
    if (after === before) break;
    before = after;
  }
  return before;
}

/** Returns whether a text holds a secret, for callers that must not alter the text. */
export function hasSecret(text: string): boolean {
  return redactOnce(text) !== text;
}

// Escapes and blanks come first: a secret that one interrupts would be hidden in part only.
function redactOnce(text: string): string {
  const joined = [findEscapedSecrets, findSpacedSecrets].reduce(redactDisguised, text);
  const shown = candidateShapes(joined).reduce(redactShape, joined);
  return [
    findSplitSecrets,
    findChunkedSecrets,
    findEncodedSecrets,
    findRespelledSecrets,
    findRotatedSecrets,
  ].reduce(redactDisguised, shown);
}

function redactDisguised(
  text: string,
  find: (text: string) => (SecretSpan & { shape: SecretShapeOrKey })[],
): string {
  return replaceSpans(
    text,
    find(text).map(({ start, end, shape }) => ({ start, end, kind: shape.kind })),
  );
}

function redactShape(text: string, shape: SecretShapeOrKey): string {
  return replaceSpans(
    text,
    findSpans(text, shape).map((span) => ({ ...span, kind: shape.kind })),
  );
}

function replaceSpans(text: string, spans: readonly (SecretSpan & { kind: string })[]): string {
  let result = '';
  let from = 0;
  for (const { start, end, kind } of spans) {
    if (start < from) continue;
    result += `${text.slice(from, start)}[redacted:${kind}]`;
    from = end;
  }
  return result + text.slice(from);
}
