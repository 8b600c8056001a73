import { plainText } from '../../findings/plain-text.ts';
import { writeBullet } from '../../findings/write-bullet.ts';
import type { CheckReport } from './check.ts';

/** Writes the report of a check as Markdown. */
export function renderCheck({ title, findings, notes, unchecked = [] }: CheckReport): string {
  const bullets = findings.length > 0 ? findings.map(writeBullet) : ['None.'];
  return [
    `# ${title}`,
    '',
    '## Findings',
    ...bullets,
    ...section('Not checked', unchecked),
    ...section('Notes', notes),
  ].join('\n');
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', `## ${title}`, ...lines.map((line) => `- ${plainText(line)}`)];
}
