import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Finding, SuppressedFinding } from '../../findings/finding.ts';
import { isFinding } from '../../findings/recorded-finding.ts';
import { writeAtomic } from '../../system/files/atomic.ts';
import { readBoundedText } from '../../system/files/bounded.ts';
import { MAX_OUTPUT_BYTES } from './output.io.ts';

/** Path of the findings of a built-in check as data, relative to the run directory. */
export function findingsFileOf(agent: string): string {
  return join('findings', `${agent}.json`);
}

/** What a built-in check answers as data. */
export interface CheckFindings {
  findings: readonly Finding[];
  /** What marks in the code suppress. */
  suppressed: readonly SuppressedFinding[];
}

/**
 * Writes the findings of a built-in check as data, beside the Markdown for readers, and returns the SHA-256 of the file for the ledger: without that
 * hash no such file counts. Throws an ExpectedError if it cannot be written.
 */
export function writeFindingsFile(dir: string, agent: string, found: CheckFindings): string {
  const path = join(dir, findingsFileOf(agent));
  const { findings, suppressed } = found;
  const text = `${JSON.stringify({ version: 1, agent, findings, suppressed })}\n`;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeAtomic(path, text, { durable: false });
  return hashOf(text);
}

/** The findings in the file that the ledger has this hash of; undefined if it is missing or was changed. */
export function readFindingsFile(dir: string, agent: string, hash: string): CheckFindings | undefined {
  try {
    const text = readBoundedText(join(dir, findingsFileOf(agent)), MAX_OUTPUT_BYTES);
    if (hashOf(text) !== hash) return undefined;
    const { version, agent: author, findings, suppressed = [] } = JSON.parse(text) as Record<string, unknown>;
    if (version !== 1 || author !== agent || !Array.isArray(findings) || !Array.isArray(suppressed))
      return undefined;
    return { findings: findings.filter(isFinding), suppressed: suppressed.filter(isSuppressed) };
  } catch {
    return undefined;
  }
}

const isSuppressed = (value: unknown): value is SuppressedFinding =>
  isFinding(value) && typeof (value as Partial<SuppressedFinding>).reason === 'string';

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');
