import { type Head, readHead } from './bullet-head.ts';
import { type Bullet, collectBullets } from './bullets.ts';
import type { Finding } from './finding.ts';
import { readLines } from './markdown-lines.ts';
import { findPlace, readPlace } from './place.ts';
import { plainText } from './plain-text.ts';
import { findSections, isFindingsTitle } from './sections.ts';
import { readRating } from './severity-words.ts';

/**
 * The findings of a worker's output: the bullets under `## Findings`, `- [severity] title — path:line — detail`.
 * Never throws and reads every text once; what cannot be understood stays in the title of a minor finding.
 */
export function parseFindings(text: string): Finding[] {
  return findSections(readLines(text), isFindingsTitle)
    .flatMap(collectBullets)
    .map(readFinding)
    .filter((finding) => finding !== undefined);
}

/** Whether the worker reported at all: no section is something else than no findings. */
export function hasFindingsSection(text: string): boolean {
  return findSections(readLines(text), isFindingsTitle).length > 0;
}

/** The finding that a bullet tells of; undefined where it says that there is none. */
export function readFinding(bullet: Bullet): Finding | undefined {
  const line = plainText(bullet.head).replace(/^\[[ xX]?\] /, '');
  if (isTemplateEcho(line)) return undefined;
  const { head, body } = takeLabels(readHead(line), bullet.body);
  const title = withoutMarks(head.title).replaceAll('`', '').trim();
  if (!/[\p{L}\p{N}]/u.test(title) || (isNothing(title) && !head.place)) return undefined;
  const detail = withoutMarks([head.detail, ...body].filter(Boolean).join(' '));
  const place = head.place ?? findPlace(`${head.title} ${detail}`);
  const severity = head.severity ?? bullet.groupSeverity ?? 'minor';
  return { severity, title, ...place, ...(detail === '' ? {} : { detail }) };
}

// Nested `File: src/a.ts:12` and `Severity: high` fill what the first line left open; the rest is detail.
function takeLabels(start: Head, lines: readonly string[]): { head: Head; body: string[] } {
  const head = { ...start };
  const body: string[] = [];
  for (const raw of lines) {
    const line = plainText(raw);
    const [, label = '', value = ''] =
      /^[*_]{0,3}(file|path|location|where|severity)s?(?:[*_]{0,3}:|:[*_]{0,3}) *(.+)$/i.exec(line) ?? [];
    const isSeverity = label.toLowerCase() === 'severity';
    const severity = isSeverity && !head.severity ? readRating(value) : undefined;
    const place = label && !isSeverity && !head.place ? readPlace(value) : undefined;
    if (severity) head.severity = severity;
    else if (place) head.place = place;
    else body.push(line);
  }
  return { head, body };
}

// A worker that repeats the form has found nothing with it.
function isTemplateEcho(line: string): boolean {
  return /^[*`]{0,3}\[critical ?\| ?major ?\| ?minor\]/i.test(line);
}

function isNothing(title: string): boolean {
  const words = title
    .slice(0, 100)
    .toLowerCase()
    .replace(/[^a-z/' ]/g, '')
    .trim();
  return /^(?:none|n\/a|nil|nothing|no (?:(?:new|further|major|critical|minor|security|relevant) )?(?:findings?|issues?|problems?))(?: (?:were |was )?(?:found|identified|detected|to report))?(?: (?:in|for) (?:this|the|my) (?:scope|area|domain|task))?$/.test(
    words,
  );
}

// `**` is decoration wherever it stands; a single `*` or `_` may be code.
function withoutMarks(text: string): string {
  return text.replaceAll('**', '').trim();
}
