// The table `## Conformance` of a QC report; `qc-report.ts` reads it.

/** What a contract asks for, and whether the code does it. */
export interface ConformanceRow {
  item: string;
  /** Where the contract asks for it. */
  contract: string;
  /** Where the code does, or should do, it. */
  code: string;
  holds: ConformanceAnswer;
}

export type ConformanceAnswer = 'yes' | 'partly' | 'no' | 'n/a';

export const CONFORMANCE_COLUMNS = ['item', 'contract', 'code', 'holds'] as const;
export type ConformanceColumn = (typeof CONFORMANCE_COLUMNS)[number];

/** The parsed rows, and the problems. */
export interface ConformanceReading {
  rows: ConformanceRow[];
  /** Whether there is a table at all. */
  hasTable: boolean;
  missingColumns: ConformanceColumn[];
  /** Rows without a readable answer, unchanged. */
  unreadableRows: string[];
}
