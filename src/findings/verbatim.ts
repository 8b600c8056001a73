const HIDDEN = /[\p{C}\p{DI}\p{Zl}\p{Zp}\u2800]/gu;

/** Returns a text on one line with invisible characters as `\\u{…}`; no other character changes. */
export function verbatim(text: string): string {
  return text.replace(HIDDEN, (character) =>
    [...character].map((point) => `\\u{${point.codePointAt(0)?.toString(16)}}`).join(''),
  );
}
