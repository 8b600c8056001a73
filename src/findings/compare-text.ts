import { SEVERITIES, type Severity } from './finding.ts';

/** Compares by UTF-16 code units, so that the order does not depend on the locale. Negative: `a` comes first. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

interface Placed {
  severity: Severity;
  path?: string | undefined;
  line?: number | undefined;
  title: string;
}

/** Compares findings by severity, worst first, then by place and title. */
export function compareByPlace(a: Placed, b: Placed): number {
  return (
    SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
    compareText(a.path ?? '', b.path ?? '') ||
    (a.line ?? 0) - (b.line ?? 0) ||
    compareText(a.title, b.title)
  );
}
