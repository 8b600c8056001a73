const HIDDEN = /[\p{C}\p{DI}\p{Zl}\p{Zp}\u2800]/gu;

/** Text as it is, on one line: nothing is cut, and a character that cannot be seen shows what it is. */
export function verbatim(text: string): string {
  return text.replace(HIDDEN, (character) =>
    [...character].map((point) => `\\u{${point.codePointAt(0)?.toString(16)}}`).join(''),
  );
}
