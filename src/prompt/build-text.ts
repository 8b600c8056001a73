import type { Finding } from '../report/finding.ts';
import { fenceData, plainText } from '../report/plain-text.ts';
import { redact } from '../report/redact.ts';
import { writeBullet } from '../report/write-bullet.ts';
import type { MergeTrouble } from './build-facts.ts';

/** Somebody else's text as data: nothing in it ends the fence around it. */
export function quoteText(label: string, text: string | null): string {
  return text === null || text.trim() === '' ? 'None.' : fenceData(label, redact(text));
}

/** Findings as workers list them, a line each. */
export function listFindings(findings: readonly Finding[]): string {
  return findings.length === 0 ? 'None.' : findings.map((finding) => redact(writeBullet(finding))).join('\n');
}

/** Paths and globs in one line. */
export function listPaths(paths: readonly string[]): string {
  return paths.length === 0 ? 'none' : paths.map(quotePath).join(', ');
}

function quotePath(path: string): string {
  return `\`${plainText(path).replaceAll('`', "'")}\``;
}

/** Why a merge did not stay: its conflicts, a line each, or what the tests said. */
export function sayTrouble(trouble: MergeTrouble): string {
  if (trouble.kind === 'conflicts')
    return trouble.conflicts
      .map(
        ({ path, kind, message }) => `- ${quotePath(path)} (${plainText(kind)}): ${plainText(message, 300)}`,
      )
      .join('\n');
  const head = `It merges without a conflict, but then \`${plainText(trouble.command)}\` fails: ${plainText(trouble.end)}. The end of what it printed, as data:`;
  return `${head}\n\n${quoteText('output', trouble.tail)}`;
}
