import type { MarkdownLine } from '../../findings/markdown-lines.ts';
import { type MarkdownTable, readMarkdownTables } from '../../findings/markdown-tables.ts';
import { plainText } from '../../findings/plain-text.ts';
import { findSections } from '../../findings/sections.ts';

/** What a contract asks for, and whether the code does it. */
export interface ConformanceRow {
  item: string;
  /** Where the contract asks for it. */
  contract: string;
  /** Where the code does, or should do, it. */
  code: string;
  holds: ConformanceAnswer;
}

type ConformanceAnswer = 'yes' | 'partly' | 'no' | 'n/a';

export const CONFORMANCE_COLUMNS = ['item', 'contract', 'code', 'holds'] as const;
type Column = (typeof CONFORMANCE_COLUMNS)[number];

/** The parsed rows, and the problems. */
export interface ConformanceReading {
  rows: ConformanceRow[];
  /** Whether there is a table at all. */
  hasTable: boolean;
  missingColumns: Column[];
  /** Rows without a readable answer, unchanged. */
  unreadableRows: string[];
}

const COLUMN_PATTERNS: Record<Column, RegExp> = {
  item: /^(?:items?|requirements?|what|element|#? ?check)$/,
  contract: /^(?:contracts?|source|clause|specified(?: in)?|contract (?:source|clause|reference))$/,
  code: /^(?:code|implementation|where|evidence|code (?:place|location|reference))$/,
  holds: /^(?:holds\??|conforms\??|status|result|ok\??|met\??)$/,
};

const ANSWER_PATTERNS: readonly [RegExp, ConformanceAnswer][] = [
  [/^(?:[✓✔✅☑]\ufe0f?\s*)?(?:yes|y|true|holds|ok|pass(?:es|ed)?|conforms|met)?$/i, 'yes'],
  [/^(?:[✗✘❌☒]\ufe0f?\s*)?(?:no|n|false|fail(?:s|ed)?|violated|missing|not met)?$/i, 'no'],
  [/^(?:[⚠~]\ufe0f?\s*)?(?:partly|partial(?:ly)?|in part)$/i, 'partly'],
  [/^(?:n\/a|na|not applicable)$/i, 'n/a'],
];

/** Reads the tables under `## Conformance`, with their columns in any order. */
export function readConformance(lines: readonly MarkdownLine[]): ConformanceReading {
  const sections = findSections(lines, isConformanceTitle);
  const tables = sections.flatMap((section) =>
    readMarkdownTables(section.map(({ kind, text }) => (kind === 'text' ? text : ''))),
  );
  const reading: ConformanceReading = {
    rows: [],
    hasTable: tables.length > 0,
    missingColumns: [],
    unreadableRows: [],
  };
  for (const table of tables) readConformanceTable(table, reading);
  return reading;
}

function isConformanceTitle(title: string): boolean {
  return /^(?:\d+[.)]? )?(?:contract )?conformance(?: (?:to|with) .{1,60}| table)?:?$/i.test(
    title.replace(/[*_`]/g, '').trim(),
  );
}

function readConformanceTable({ head, rows }: MarkdownTable, reading: ConformanceReading): void {
  const names = head.map((cell) => plainText(cell.replace(/[*_`]/g, '')).toLowerCase());
  const columnIndex = (column: Column) => names.findIndex((name) => COLUMN_PATTERNS[column].test(name));
  const missingColumns = CONFORMANCE_COLUMNS.filter((column) => columnIndex(column) < 0);
  reading.missingColumns.push(...missingColumns);
  if (missingColumns.length > 0) return;
  for (const cells of rows) {
    const cell = (column: Column) =>
      plainText((cells[columnIndex(column)] ?? '').replace(/\*\*|`/g, ''), 300);
    const [item, contract, code] = [cell('item'), cell('contract'), cell('code')];
    const holds = parseAnswer(cell('holds'));
    if (holds !== undefined && item !== '') reading.rows.push({ item, contract, code, holds });
    else reading.unreadableRows.push(plainText(cells.join(' | '), 120));
  }
}

const RESERVATION_WORDS = /\b(?:but|except|only|unless|part(?:ly|ial(?:ly)?)|not?|if|when)\b/i;

// The first words count: `no: returns null` means no. An empty cell, or yes with a reservation, is not an answer.
function parseAnswer(cell: string): ConformanceAnswer | undefined {
  const firstPart = /^[^,;:(.—–]*?(?= - |[,;:(.—–]|$)/.exec(cell)?.[0] ?? '';
  const word = firstPart.trim();
  const answer = word === '' ? undefined : ANSWER_PATTERNS.find(([pattern]) => pattern.test(word))?.[1];
  return answer === 'yes' && RESERVATION_WORDS.test(cell.slice(firstPart.length)) ? undefined : answer;
}
