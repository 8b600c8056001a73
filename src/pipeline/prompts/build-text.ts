import type { Finding } from '../../findings/finding.ts';
import { fenceData, plainText } from '../../findings/plain-text.ts';
import { redact } from '../../findings/redact.ts';
import { writeBullet } from '../../findings/write-bullet.ts';

/** Quotes foreign text as data, in a fence that the text cannot end. */
export function quoteText(label: string, text: string | null): string {
  return text === null || text.trim() === '' ? 'None.' : fenceData(label, redact(text));
}

/** Findings as workers list them, a line each. */
export function listFindings(findings: readonly Finding[]): string {
  return findings.length === 0 ? 'None.' : findings.map((finding) => redact(writeBullet(finding))).join('\n');
}

/** Faults in the engine's words, one bullet each: their characters are unchanged, and lines after the first are quoted as data. */
export function listFaults(faults: readonly string[]): string {
  return faults.length === 0 ? 'None.' : faults.map(listFault).join('\n');
}

function listFault(fault: string): string {
  const [first = '', ...rest] = redact(fault).trim().split('\n');
  const bullet = `- ${plainText(first.replace(/^- /, ''))}`;
  const data = rest.join('\n').trim();
  return data === '' ? bullet : `${bullet}\n\n${fenceData('output', data)}`;
}

/** Paths and globs in one line. */
export function listPaths(paths: readonly string[]): string {
  const quote = (path: string) => `\`${plainText(path).replaceAll('`', "'")}\``;
  return paths.length === 0 ? 'none' : paths.map(quote).join(', ');
}
