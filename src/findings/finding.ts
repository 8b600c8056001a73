/** Ordered from the worst; tables, ranks and `--fail-on` use this order. */
export const SEVERITIES = ['critical', 'major', 'minor'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** One finding of a worker. */
export interface Finding {
  severity: Severity;
  /** Rule of the check; absent for a finding of an agent. */
  rule?: string;
  title: string;
  /** Path relative to the project, with `/`; absent if the finding has no place. */
  path?: string;
  /** 1-based. */
  line?: number;
  detail?: string;
}

/** A finding that a mark in the code suppresses, with the reason that the mark gives. */
export interface SuppressedFinding extends Finding {
  reason: string;
}

/** Findings of a file or of a run, counted by severity. */
export type FindingCounts = Record<Severity, number>;

/** Counts findings by severity. */
export function countFindings(findings: readonly Pick<Finding, 'severity'>[]): FindingCounts {
  const counts: FindingCounts = { critical: 0, major: 0, minor: 0 };
  for (const { severity } of findings) counts[severity] += 1;
  return counts;
}
