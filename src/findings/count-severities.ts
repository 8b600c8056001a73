import { type Bullet, collectBullets } from './bullets.ts';
import type { FindingCounts, Severity } from './finding.ts';
import { readLines } from './markdown-lines.ts';
import { readFinding } from './parse-findings.ts';
import { findSections, isFindingsTitle } from './sections.ts';

/**
 * Counts the findings of a text by severity: the same counts as `parseFindings`, in a fraction of its time. A section in exactly the form
 * that workers are given is counted line by line; any other text is parsed.
 */
export function countSeverities(text: string): FindingCounts {
  const counts: FindingCounts = { critical: 0, major: 0, minor: 0 };
  const section = fromFindings(text);
  if (countPlainSection(section, counts)) return counts;
  for (const lines of findSections(readLines(section), isFindingsTitle)) {
    for (const bullet of collectBullets(lines)) {
      const severity = readSeverity(bullet);
      if (severity) counts[severity] += 1;
    }
  }
  return counts;
}

/** `- [major] Two words — src/a.ts:12 — detail`; a title that is a place or says "none" is left to the parser. */
const PLAIN_BULLET =
  /^- \[(critical|major|minor)\] (?!(?:no|none|nothing|nil|in|at|see|and)\b)[a-z][\w, ()-]*\w — [\w./-]+:\d+ — [\w(].*$/i;
const PLAIN_TITLE = '\n## Findings\n';
const SENTINEL_LINE = '<!-- DONE -->';

/** Adds the counts if the text from the line before the title on is a plain section and nothing else; false if it must be parsed. */
function countPlainSection(section: string, counts: FindingCounts): boolean {
  const title = section.indexOf(PLAIN_TITLE);
  if (title < 0 || section.slice(0, title).includes('\n')) return false;
  const found: Severity[] = [];
  for (const line of section.slice(title + PLAIN_TITLE.length).split('\n')) {
    if (line === '' || line === SENTINEL_LINE) continue;
    const severity = PLAIN_BULLET.exec(line)?.[1];
    if (severity === undefined) return false;
    found.push(severity.toLowerCase() as Severity);
  }
  for (const severity of found) counts[severity] += 1;
  return true;
}

const MENTION = /finding/i;

/** Returns whether a text can contain a findings heading. */
export function mentionsFindings(text: string): boolean {
  return MENTION.test(text);
}

// The form that prompts require, followed by two plain words that can be neither a place nor "none".
const CANONICAL =
  /^\[(critical|major|minor)\] (?!(?:no|none|nothing|nil|in|at|see)\b)[a-z]{2,} (?!and\b)[a-z]{2,}/i;

function readSeverity(bullet: Bullet): Severity | undefined {
  const rating = CANONICAL.exec(bullet.head)?.[1];
  return rating ? (rating.toLowerCase() as Severity) : readFinding(bullet)?.severity;
}

// The line before the heading is kept, because it decides whether an underlined line is a heading. A text with a fence is kept whole.
function fromFindings(text: string): string {
  const first = text.search(MENTION);
  if (first < 0) return '';
  const start = text.lastIndexOf('\n', text.lastIndexOf('\n', first) - 1) + 1;
  const skipped = text.slice(0, start);
  return skipped.includes('```') || skipped.includes('~~~') ? text : text.slice(start);
}
