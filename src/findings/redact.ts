import { findSpans, PRIVATE_KEY, SECRET_SHAPES } from './secret-shapes.ts';

/**
 * Replaces each secret of a text by `[redacted:<kind>]`. Every text that reaches a report, a log or training data passes
 * through this function. Redacting twice changes nothing.
 */
export function redact(text: string): string {
  return [PRIVATE_KEY, ...SECRET_SHAPES].reduce(redactShape, text);
}

/** Returns whether a text holds a secret, for callers that must not alter the text. */
export function hasSecret(text: string): boolean {
  return redact(text) !== text;
}

function redactShape(text: string, shape: Parameters<typeof findSpans>[1]): string {
  let result = '';
  let from = 0;
  for (const { start, end } of findSpans(text, shape)) {
    result += `${text.slice(from, start)}[redacted:${shape.kind}]`;
    from = end;
  }
  return result + text.slice(from);
}
