/** One Markdown table: what its head names, and its rows as they stand. */
export interface Table {
  head: string[];
  rows: string[][];
}

const DELIMITER = /^\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?$/;

/** The tables among the lines of a section: a head, a line of dashes, rows. Linear. */
export function readTables(lines: readonly string[]): Table[] {
  const tables: Table[] = [];
  let open: Table | undefined;
  let above: string | undefined;
  for (const raw of lines) {
    const line = raw.trim();
    const isRow = line.includes('|');
    if (isRow && above !== undefined && !open && DELIMITER.test(line)) {
      open = { head: splitRow(above), rows: [] };
      tables.push(open);
    } else if (isRow && open) {
      open.rows.push(splitRow(line));
    } else {
      open = undefined;
    }
    above = isRow ? line : undefined;
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
  // A row begins and ends with a bar, or with neither.
  if (cells[0] === '' && cells.length > 1) cells.shift();
  if (cells.at(-1) === '' && cells.length > 1) cells.pop();
  return cells;
}
