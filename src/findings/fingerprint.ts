import { createHash } from 'node:crypto';
import type { Finding } from './finding.ts';
import { titleWords } from './same-finding.ts';

type Placed = Pick<Finding, 'title'> & { rule?: string | null; path?: string | null; line?: number | null };

/** Returns the text of a 1-based line of a file of the project; undefined if it cannot be read. */
export type LineReader = (path: string, line: number) => string | undefined;

/**
 * Returns one fingerprint per finding, `hash:occurrence`: the hash of rule, path and normalised line, and the 0-based position among the
 * findings with the same hash, by line. Code that moves keeps its fingerprint; so does a finding below a new one of another line.
 */
export function fingerprintFindings(findings: readonly Placed[], readLine: LineReader): string[] {
  const hashes = findings.map((finding) => hashFinding(finding, readLine));
  const order = findings.map((_, index) => index).sort((a, b) => lineOf(findings[a]) - lineOf(findings[b]));
  const seen = new Map<string, number>();
  const prints: string[] = [];
  for (const index of order) {
    const hash = hashes[index] ?? '';
    const occurrence = seen.get(hash) ?? 0;
    seen.set(hash, occurrence + 1);
    prints[index] = `${hash}:${occurrence}`;
  }
  return prints;
}

function lineOf(finding: Placed | undefined): number {
  return finding?.line ?? 0;
}

// Without a line, the title distinguishes findings of one rule in one file. An agent names no rule, and its title says the most.
function hashFinding({ rule, title, path, line }: Placed, readLine: LineReader): string {
  const code = rule && path && line ? readLine(path, line) : undefined;
  const subject = code === undefined ? describeTitle(title) : normaliseLine(code);
  const identity = [rule ?? '', path ?? '', subject].join('\0');
  return createHash('sha256').update(identity).digest('hex').slice(0, 32);
}

/** Returns a line of code without the differences that a formatter makes: spaces around and between its words. */
export function normaliseLine(line: string): string {
  return line.trim().replace(/\s+/g, ' ');
}

// Counts and the order of words change between two runs of the same audit.
function describeTitle(title: string): string {
  return titleWords(title)
    .filter((word) => !/^\p{N}+$/u.test(word))
    .join(' ');
}
