import { type FindingCounts, SEVERITIES, type Severity } from './finding.ts';

/** Returns whether findings at or above the `--fail-on` severity exist. */
export function exceeds(counts: FindingCounts, bound: Severity): boolean {
  const atOrAbove = SEVERITIES.slice(0, SEVERITIES.indexOf(bound) + 1);
  return atOrAbove.some((severity) => counts[severity] > 0);
}
