// By property, not by range: C1 controls (a terminal reads U+009B as an escape sequence) are among them.
const CONTROL = /(?![\t\n\r])\p{Cc}/u;

/** Whether a text holds control characters other than tab and line ends: they would break tables, prompts and terminals. */
export function hasControlCharacters(text: string): boolean {
  return CONTROL.test(text);
}
