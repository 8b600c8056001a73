import { type Bullet, collectBullets } from './bullets.ts';
import type { FindingCounts, Severity } from './finding.ts';
import { readLines } from './markdown-lines.ts';
import { readFinding } from './parse-findings.ts';
import { findSections, isFindingsTitle } from './sections.ts';

/** The counts of `parseFindings` for a fraction of its time: of ten thousand files nobody wants the titles. */
export function countSeverities(text: string): FindingCounts {
  const counts: FindingCounts = { critical: 0, major: 0, minor: 0 };
  for (const section of findSections(readLines(fromFindings(text)), isFindingsTitle)) {
    for (const bullet of collectBullets(section)) {
      const severity = readSeverity(bullet);
      if (severity) counts[severity] += 1;
    }
  }
  return counts;
}

const MENTION = /finding/i;

/** Whether a title of findings can be in a text. */
export function mentionsFindings(text: string): boolean {
  return MENTION.test(text);
}

// The form that workers are given, with two plain words behind it that can be neither a place nor a "none".
const CANONICAL =
  /^\[(critical|major|minor)\] (?!(?:no|none|nothing|nil|in|at|see)\b)[a-z]{2,} (?!and\b)[a-z]{2,}/i;

function readSeverity(bullet: Bullet): Severity | undefined {
  const rating = CANONICAL.exec(bullet.head)?.[1];
  return rating ? (rating.toLowerCase() as Severity) : readFinding(bullet)?.severity;
}

// The line before a title is kept: it decides whether an underlined one is a title. After a fence nothing is left out.
function fromFindings(text: string): string {
  const first = text.search(MENTION);
  if (first < 0) return '';
  const start = text.lastIndexOf('\n', text.lastIndexOf('\n', first) - 1) + 1;
  const skipped = text.slice(0, start);
  return skipped.includes('```') || skipped.includes('~~~') ? text : text.slice(start);
}
