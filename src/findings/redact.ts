import {
  findHiddenSecrets,
  findSpans,
  PRIVATE_KEY,
  SECRET_SHAPES,
  type SecretSpan,
} from './secret-shapes.ts';

/**
 * Replaces each secret of a text by `[redacted:<kind>]`. Every text that reaches a report, a log or training data passes
 * through this function. Redacting twice changes nothing.
 */
export function redact(text: string): string {
  return [PRIVATE_KEY, ...SECRET_SHAPES].reduce(redactShape, redactHidden(text));
}

/** Returns whether a text holds a secret, for callers that must not alter the text. */
export function hasSecret(text: string): boolean {
  return redact(text) !== text;
}

function redactHidden(text: string): string {
  const spans = findHiddenSecrets(text).map(({ start, end, shape }) => ({ start, end, kind: shape.kind }));
  return replaceSpans(text, spans);
}

function redactShape(text: string, shape: Parameters<typeof findSpans>[1]): string {
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
