import type { SuppressedFinding } from '../../findings/finding.ts';
import { plainText } from '../../findings/plain-text.ts';
import { writeBullet } from '../../findings/write-bullet.ts';
import type { CheckReport } from './check.ts';

/** Writes the report of a check as Markdown. */
export function renderCheck(report: CheckReport): string {
  const { title, findings, notes, unchecked = [], numbers = [], suppressed = [] } = report;
  const bullets = findings.length > 0 ? findings.map(writeBullet) : ['None.'];
  return [
    // The title is true of a check without findings only.
    findings.length === 0 ? `# ${title}` : `# Not fulfilled: ${title}`,
    '',
    '## Findings',
    ...bullets,
    ...(suppressed.length === 0 ? [] : ['', '## Suppressed', ...suppressed.map(writeSuppressed)]),
    ...section('Not checked', unchecked),
    ...section(
      'Numbers',
      numbers.map(({ topic, text }) => `${topic}: ${text}`),
    ),
    ...section('Notes', notes),
  ].join('\n');
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', `## ${title}`, ...lines.map((line) => `- ${plainText(line)}`)];
}

function writeSuppressed({ reason, ...finding }: SuppressedFinding): string {
  return writeBullet({ ...finding, detail: reason });
}
