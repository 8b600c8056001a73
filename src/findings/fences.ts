/** A code fence that is open: the character of its marks and how many of them opened it. */
export interface Fence {
  mark: string;
  length: number;
}

export interface FenceRules {
  /** Also accept fences at any indent, in quotes and on the first line of a bullet, as agents write them in lists. */
  nested: boolean;
}

const STRICT: FenceRules = { nested: false };
// With `s`, because a dot that stops at a line separator makes the engine count the marks again and again.
const STRICT_MARKS = /^ {0,3}(`{3,}|~{3,})(.*)$/s;
const NESTED_MARKS = /^[ \t>]*(`{3,}|~{3,})(.*)$/s;
const BULLETS_BEFORE_MARKS = /^[ \t>]*(?:(?:[-*+]|\d{1,4}[.)])[ \t]+){1,4}(?=[`~]{3})/;

/**
 * Returns the fence that is open after a line, given the fence that is open before it; undefined if none is open.
 * The default rules are CommonMark's: at most three spaces before the marks, no backtick in the info string of a
 * backtick fence, and a closing fence of the same character, at least as long and without an info string.
 */
export function advanceFence(
  open: Fence | undefined,
  line: string,
  { nested }: FenceRules = STRICT,
): Fence | undefined {
  const match = nested
    ? NESTED_MARKS.exec(open ? line : line.replace(BULLETS_BEFORE_MARKS, ''))
    : STRICT_MARKS.exec(line);
  if (!match) return open;
  const [, marks = '', info = ''] = match;
  const mark = marks.charAt(0);
  if (open) {
    const closes = mark === open.mark && marks.length >= open.length && info.trim() === '';
    return closes ? undefined : open;
  }
  // A line such as "```code``` text" is inline code.
  return mark === '`' && info.includes('`') ? undefined : { mark, length: marks.length };
}
