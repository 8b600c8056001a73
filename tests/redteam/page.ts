import { readFileSync } from 'node:fs';

/** The title of the column about work. */
export const WORK = 'another agent’s output';

/** The cells of the table of attacks in SECURITY.md, by the titles of their row and column. */
export function readTable(page = readFileSync('SECURITY.md', 'utf8')): Map<string, Map<string, string>> {
  const [, table = ''] = page.split(/<!-- \/?attacks -->/);
  const lines = table.split('\n').filter((line) => line.startsWith('|'));
  const [head = [], , ...rows] = lines.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  return new Map(
    rows.map(([title = '', ...cells]) => [
      title,
      new Map(cells.map((cell, index) => [head[index + 1] ?? '', cell])),
    ]),
  );
}
