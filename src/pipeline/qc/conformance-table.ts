import type { MarkdownLine } from '../../findings/markdown-lines.ts';
import { plainText } from '../../findings/plain-text.ts';
import { findSections } from '../../findings/sections.ts';
import { readTables, type Table } from './table.ts';

/** What a contract asks for, and whether the code does it. */
export interface ConformanceRow {
  item: string;
  /** Where the contract asks for it. */
  contract: string;
  /** Where the code does, or should do, it. */
  code: string;
  holds: Holds;
}

type Holds = 'yes' | 'partly' | 'no' | 'n/a';

export const COLUMNS = ['item', 'contract', 'code', 'holds'] as const;
type Column = (typeof COLUMNS)[number];

/** What was read, and what could not be. */
export interface ConformanceReading {
  rows: ConformanceRow[];
  /** Whether there is a table at all. */
  hasTable: boolean;
  missingColumns: Column[];
  /** Rows without a readable answer, as they stand. */
  unread: string[];
}

const NAMES: Record<Column, RegExp> = {
  item: /^(?:items?|requirements?|what|element|#? ?check)$/,
  contract: /^(?:contracts?|source|clause|specified(?: in)?|contract (?:source|clause|reference))$/,
  code: /^(?:code|implementation|where|evidence|code (?:place|location|reference))$/,
  holds: /^(?:holds\??|conforms\??|status|result|ok\??|met\??)$/,
};

const ANSWERS: readonly [RegExp, Holds][] = [
  [/^(?:[✓✔✅☑]\ufe0f?\s*)?(?:yes|y|true|holds|ok|pass(?:es|ed)?|conforms|met)?$/i, 'yes'],
  [/^(?:[✗✘❌☒]\ufe0f?\s*)?(?:no|n|false|fail(?:s|ed)?|violated|missing|not met)?$/i, 'no'],
  [/^(?:[⚠~]\ufe0f?\s*)?(?:partly|partial(?:ly)?|in part)$/i, 'partly'],
  [/^(?:n\/a|na|not applicable)$/i, 'n/a'],
];

/** Reads the tables under `## Conformance`, with their columns in any order. */
export function readConformance(lines: readonly MarkdownLine[]): ConformanceReading {
  const sections = findSections(lines, isConformanceTitle);
  const tables = sections.flatMap((section) =>
    readTables(section.map(({ kind, text }) => (kind === 'text' ? text : ''))),
  );
  const reading: ConformanceReading = {
    rows: [],
    hasTable: tables.length > 0,
    missingColumns: [],
    unread: [],
  };
  for (const table of tables) readTable(table, reading);
  return reading;
}

function isConformanceTitle(title: string): boolean {
  return /^(?:\d+[.)]? )?(?:contract )?conformance(?: (?:to|with) .{1,60}| table)?:?$/i.test(
    title.replace(/[*_`]/g, '').trim(),
  );
}

function readTable({ head, rows }: Table, reading: ConformanceReading): void {
  const names = head.map((cell) => plainText(cell.replace(/[*_`]/g, '')).toLowerCase());
  const at = (column: Column) => names.findIndex((name) => NAMES[column].test(name));
  const missing = COLUMNS.filter((column) => at(column) < 0);
  reading.missingColumns.push(...missing);
  if (missing.length > 0) return;
  for (const cells of rows) {
    const cell = (column: Column) => plainText((cells[at(column)] ?? '').replace(/\*\*|`/g, ''), 300);
    const [item, contract, code] = [cell('item'), cell('contract'), cell('code')];
    const holds = readHolds(cell('holds'));
    if (holds !== undefined && item !== '') reading.rows.push({ item, contract, code, holds });
    else reading.unread.push(plainText(cells.join(' | '), 120));
  }
}

const RESERVATION = /\b(?:but|except|only|unless|part(?:ly|ial(?:ly)?)|not?|if|when)\b/i;

// The first words count: `no: returns null` says no. A cell that says nothing, or yes with a reservation, is no answer.
function readHolds(cell: string): Holds | undefined {
  const head = /^[^,;:(.—–]*?(?= - |[,;:(.—–]|$)/.exec(cell)?.[0] ?? '';
  const word = head.trim();
  const holds = word === '' ? undefined : ANSWERS.find(([pattern]) => pattern.test(word))?.[1];
  return holds === 'yes' && RESERVATION.test(cell.slice(head.length)) ? undefined : holds;
}
