import { advanceFence, type Fence } from '../../findings/fences.ts';

/** A second-level heading with the lines below it; the first part has the lines before the first heading. */
export interface Part {
  heading: string;
  /** The line of the heading; undefined for the first part. */
  mark?: string;
  lines: string[];
}

/** Splits a text at its second-level headings, except in code fences. */
export function splitBrain(text: string): Part[] {
  const parts: Part[] = [{ heading: '', lines: [] }];
  let fence: Fence | undefined;
  for (const line of linesOf(text)) {
    const heading = fence === undefined ? /^## +(.+?)(?: +#+)? *$/.exec(line)?.[1] : undefined;
    fence = advanceFence(fence, line);
    if (heading === undefined) parts.at(-1)?.lines.push(line);
    else parts.push({ heading, mark: line, lines: [] });
  }
  return parts;
}

/** The mark that closes the code fence that is open at the end of a text; empty if none is open. */
export function openFence(text: string): string {
  let fence: Fence | undefined;
  for (const line of linesOf(text)) fence = advanceFence(fence, line);
  return fence ? fence.mark.repeat(fence.length) : '';
}

function linesOf(text: string): string[] {
  return text.replace(/^\ufeff/, '').split(/\r\n?|\n/);
}

export function wordsIn(text: string): number {
  return text.match(/\S+/g)?.length ?? 0;
}

/** Maximum number of headings; a text with more is cut without regard to headings. */
const MAX_SECTIONS = 24;
/** Longer words count as several. */
const WORD_LENGTH = 12;

function costOf(line: string): number {
  return Math.max(wordsIn(line), Math.ceil(line.length / WORD_LENGTH));
}

/** Shortens a text to a number of words. Every section keeps its newest lines and states how many older lines were left out. */
export function cutLines(text: string, most: number): string {
  if (costOf(text) <= most) return text;
  const parts = splitBrain(text);
  if (parts.length > MAX_SECTIONS) return newest(text.split('\n'), most - 16).join('\n');
  const budgets = shareOut(
    parts.map(({ lines }) => sum(lines.map(costOf))),
    // Count headings and the lines that state what was left out.
    Math.max(0, most - parts.length * 16),
  );
  const cut = parts.flatMap(({ mark, lines }, index) => [
    ...(mark === undefined ? [] : [mark.slice(0, 100)]),
    ...newest(lines, budgets[index] ?? 0),
  ]);
  return cut.join('\n');
}

function newest(lines: readonly string[], budget: number): string[] {
  let left = budget;
  const from = lines.findLastIndex((line) => {
    left -= costOf(line);
    return left < 0;
  });
  return from < 0
    ? [...lines]
    : ['', `(${from + 1} older lines are left out here)`, ...lines.slice(from + 1)];
}

/** Divides `total` into equal parts, and the surplus of a part that needs less among the others. */
function shareOut(needs: readonly number[], total: number): number[] {
  const shares = needs.map(() => 0);
  let left = total;
  const order = [...needs.keys()].sort((a, b) => (needs[a] ?? 0) - (needs[b] ?? 0));
  for (const [done, index] of order.entries()) {
    const share = Math.min(needs[index] ?? 0, Math.floor(left / (order.length - done)));
    shares[index] = share;
    left -= share;
  }
  return shares;
}

const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);
