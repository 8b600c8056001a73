import { describe, expect, it } from 'vitest';
import { BoundedLines } from '../../../src/system/bounded-lines.ts';

function split(max: number, ...chunks: string[]): string[] {
  const told: string[] = [];
  const lines = new BoundedLines(
    max,
    (line) => told.push(line),
    () => told.push('TOO LONG'),
  );
  for (const chunk of chunks) lines.push(Buffer.from(chunk));
  lines.end();
  return told;
}

describe('lines with a bound', () => {
  it.each<[string, number, string[], string[]]>([
    ['lines over several chunks', 9, ['a', 'b\nc\r', '\n\nd'], ['ab', 'c', '', 'd']],
    ['a letter that two chunks share', 9, ['\u00e4\n'], ['\u00e4']],
    ['a line at the bound', 3, ['abc\n'], ['abc']],
    ['a longer line, once, and the lines after it', 3, ['ab', 'cd', 'efgh', '\nx\n'], ['TOO LONG', 'x']],
    ['a longer last line without its end', 3, ['abcd'], ['TOO LONG']],
    ['nothing', 3, [], []],
  ])('%s', (_, max, chunks, lines) => {
    expect(split(max, ...chunks)).toEqual(lines);
  });
});
