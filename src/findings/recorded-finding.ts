import { type Finding, SEVERITIES } from './finding.ts';
import { parseFindings } from './parse-findings.ts';
import { writeBullet } from './write-bullet.ts';

/**
 * A finding as one line of the ledger: a bullet if it is read back as the same place, severity and rule, and the finding as JSON otherwise: a
 * file name can hold what ends a part of a bullet.
 */
export function recordFinding(finding: Finding): string {
  const bullet = writeBullet(finding);
  const [read, ...others] = readBullet(bullet);
  const isSame =
    others.length === 0 &&
    read?.severity === finding.severity &&
    read.path === finding.path &&
    read.line === finding.line;
  return isSame ? bullet : JSON.stringify(finding);
}

/** Reads the findings of lines that `recordFinding` wrote, in their order. Any other line is a minor finding. */
export function readRecordedFindings(lines: readonly string[]): Finding[] {
  return lines.flatMap((line) => {
    const findings = readJson(line) ?? readBullet(line);
    return Array.isArray(findings) && findings.length === 0 ? { severity: 'minor', title: line } : findings;
  });
}

/** A recorded line as text for a human. */
export function describeRecordedFinding(line: string): string {
  const finding = readJson(line);
  return finding === undefined ? line : writeBullet(finding);
}

const readBullet = (bullet: string) => parseFindings(`## Findings\n${bullet}\n`);

function readJson(line: string): Finding | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    return isFinding(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a value of a JSON document is a finding. */
export function isFinding(value: unknown): value is Finding {
  if (typeof value !== 'object' || value === null) return false;
  const { severity, title, path, line, detail, rule } = value as Partial<Record<keyof Finding, unknown>>;
  return (
    SEVERITIES.some((each) => each === severity) &&
    typeof title === 'string' &&
    [path, detail, rule].every((text) => text === undefined || typeof text === 'string') &&
    (line === undefined || (Number.isInteger(line) && (line as number) > 0))
  );
}
