import type { Severity } from './finding.ts';
import type { MarkdownLine } from './markdown-lines.ts';
import { readRating, takeRating } from './severity-words.ts';

/** One bullet of a section with everything that hangs on it. */
export interface Bullet {
  head: string;
  body: string[];
  /** From the sub-heading it stands under (`### Critical`), for bullets without a rating of their own. */
  groupSeverity: Severity | undefined;
}

interface Cursor {
  bullets: Bullet[];
  open: Bullet | undefined;
  /** Columns before the marks of the bullets that count; deeper ones are detail. */
  indent: number;
  groupSeverity: Severity | undefined;
  isAfterBlank: boolean;
}

/** Groups the lines of one section into bullets; nested bullets, indented and lazy lines become their bodies. */
export function collectBullets(lines: readonly MarkdownLine[]): Bullet[] {
  const cursor: Cursor = {
    bullets: [],
    open: undefined,
    indent: Number.POSITIVE_INFINITY,
    groupSeverity: undefined,
    isAfterBlank: false,
  };
  for (const line of lines) {
    if (line.kind === 'heading') takeHeading(cursor, line.text);
    else if (line.kind === 'text') takeText(cursor, line.text);
  }
  return cursor.bullets;
}

// A sub-heading groups bullets by severity, or is a finding itself: `### [major] title`.
function takeHeading(cursor: Cursor, title: string): void {
  const group = readRating(title.replace(/\(.*|\b(?:issues?|findings?)\b|[^\p{L}\p{N}()]+/giu, ' ').trim());
  const rated = takeRating(title.replace(/^\d+[.)]\s+/, ''));
  cursor.open = undefined;
  cursor.indent = Number.POSITIVE_INFINITY;
  cursor.groupSeverity = group;
  if (!group && rated.severity && rated.rest.trim() !== '') {
    open(cursor, title.replace(/^\d+[.)]\s+/, ''));
    cursor.indent = -2;
  }
}

function takeText(cursor: Cursor, text: string): void {
  if (text.trim() === '') {
    cursor.isAfterBlank = true;
    return;
  }
  if (/^\s*(?:\||<!--)/.test(text)) return;
  takeWords(cursor, text);
  cursor.isAfterBlank = false;
}

function takeWords(cursor: Cursor, text: string): void {
  const bullet = isRule(text) ? undefined : readBullet(text);
  if (bullet && (!cursor.open || bullet.indent <= cursor.indent + 1)) {
    open(cursor, bullet.text);
    cursor.indent = Math.min(cursor.indent, bullet.indent);
  } else if (cursor.open && !isRule(text) && (!cursor.isAfterBlank || indentOf(text) > cursor.indent)) {
    cursor.open.body.push(bullet?.text ?? text.replace(/^[\s>]+/, ''));
  } else {
    cursor.open = undefined;
  }
}

function open(cursor: Cursor, head: string): void {
  cursor.open = { head, body: [], groupSeverity: cursor.groupSeverity };
  cursor.bullets.push(cursor.open);
}

function readBullet(text: string): { indent: number; text: string } | undefined {
  const match = /^\s*(?:[-*+•]|\d{1,4}[.)])(?=\s)/.exec(text);
  return match ? { indent: indentOf(text), text: text.slice(match[0].length).trim() } : undefined;
}

function isRule(text: string): boolean {
  return /^(?:-{3,}|\*{3,}|_{3,})$/.test(text.slice(0, 200).replace(/\s/g, ''));
}

function indentOf(text: string): number {
  const blanks = text.slice(0, 100).match(/^[ \t]*/)?.[0] ?? '';
  return blanks.replaceAll('\t', '    ').length;
}
