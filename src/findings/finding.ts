/** Ordered from the worst: the order of every table, rank and `--fail-on` bound. */
export const SEVERITIES = ['critical', 'major', 'minor'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** One thing that a worker found. */
export interface Finding {
  severity: Severity;
  /** The rule of the check that found it; absent where an agent did. */
  rule?: string;
  title: string;
  /** Path relative to the project, with `/`; absent where the finding has no place. */
  path?: string;
  /** 1-based. */
  line?: number;
  detail?: string;
}

/** Findings of a file or of a run, counted by severity. */
export type FindingCounts = Record<Severity, number>;

export function countFindings(findings: readonly Pick<Finding, 'severity'>[]): FindingCounts {
  const counts: FindingCounts = { critical: 0, major: 0, minor: 0 };
  for (const { severity } of findings) counts[severity] += 1;
  return counts;
}
