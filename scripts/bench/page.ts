import { readFileSync, writeFileSync } from 'node:fs';

const PAGE = 'docs/benchmarks.md';

/** A table between marks of the page, as lines of Markdown. */
export interface Table {
  mark: string;
  /** The column names and the line below them. */
  head: readonly string[];
  rows: readonly string[];
  /** A line above the table. */
  machine?: string;
}

/** Writes a table to the page. Of a part of it (`isWhole` false) the rows take the places of those with the same first cell. */
export function keepTable(table: Table, isWhole: boolean): void {
  const page = readFileSync(PAGE, 'utf8');
  const marks = new RegExp(`<!-- ${table.mark} -->[\\s\\S]*<!-- /${table.mark} -->`);
  const kept = isWhole ? [] : rowsOf(marks.exec(page)?.[0] ?? '');
  const rows = mergeRows(kept, table.rows);
  const lines = [...(table.machine ? [table.machine, ''] : []), ...table.head, ...rows];
  const block = [`<!-- ${table.mark} -->`, ...lines, `<!-- /${table.mark} -->`].join('\n');
  writeFileSync(
    PAGE,
    page.replace(marks, () => block),
  );
}

const rowsOf = (block: string) =>
  block
    .split('\n')
    .filter((line) => /^\| (?!-)/.test(line))
    .slice(1);

const nameOf = (row: string) => row.split('|')[1]?.trim();

function mergeRows(kept: readonly string[], fresh: readonly string[]): string[] {
  const byName = new Map(kept.map((row) => [nameOf(row), row]));
  for (const row of fresh) byName.set(nameOf(row), row);
  return [...byName.values()];
}
