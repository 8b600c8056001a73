/** A Markdown table: the cells of its head and of its rows. */
export interface MarkdownTable {
  head: string[];
  rows: string[][];
}

const DELIMITER_ROW = /^\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?$/;

/** The tables among the lines of a section: a head, a line of dashes, rows. Linear. */
export function readMarkdownTables(lines: readonly string[]): MarkdownTable[] {
  const tables: MarkdownTable[] = [];
  let openTable: MarkdownTable | undefined;
  let lineAbove: string | undefined;
  for (const raw of lines) {
    const line = raw.trim();
    const isRow = line.includes('|');
    if (isRow && lineAbove !== undefined && !openTable && DELIMITER_ROW.test(line)) {
      openTable = { head: splitRow(lineAbove), rows: [] };
      tables.push(openTable);
    } else if (isRow && openTable) {
      openTable.rows.push(splitRow(line));
    } else {
      openTable = undefined;
    }
    lineAbove = isRow ? line : undefined;
  }
  return tables;
}

/** The cells of a row; a `|` behind a backslash, or between backticks, is text. */
function splitRow(line: string): string[] {
  const cells: string[] = [];
  let cell = '';
  let isCode = false;
  for (const [part] of line.matchAll(/\\\||`+|[^\\|`]+|[\s\S]/g)) {
    if (part.startsWith('`')) isCode = !isCode;
    if (part === '|' && !isCode) {
      cells.push(cell.trim());
      cell = '';
    } else {
      cell += part === '\\|' ? '|' : part;
    }
  }
  cells.push(cell.trim());
  // Accept rows with a bar at both ends or at neither end.
  if (cells[0] === '' && cells.length > 1) cells.shift();
  if (cells.at(-1) === '' && cells.length > 1) cells.pop();
  return cells;
}
