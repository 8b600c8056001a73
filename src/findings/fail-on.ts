import { type FindingCounts, SEVERITIES, type Severity } from './finding.ts';

/** Whether a run has findings at or above the bound: what `--fail-on` asks. */
export function exceeds(counts: FindingCounts, bound: Severity): boolean {
  const atOrAbove = SEVERITIES.slice(0, SEVERITIES.indexOf(bound) + 1);
  return atOrAbove.some((severity) => counts[severity] > 0);
}
