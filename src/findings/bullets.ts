import type { Severity } from './finding.ts';
import type { MarkdownLine } from './markdown-lines.ts';
import { readPlace } from './place.ts';
import { readRating, splitRating } from './severity-words.ts';

/** `File: src/a.ts:12`, `**Severity**: high` */
export const LABEL = /^[*_]{0,3}(file|path|location|where|severity)s?(?:[*_]{0,3}:|:[*_]{0,3}) *(.+)$/i;

/** One bullet of a section with its nested and continued lines. */
export interface Bullet {
  head: string;
  body: string[];
  /** Severity of the sub-heading above (`### Critical`), for bullets without their own rating. */
  groupSeverity: Severity | undefined;
}

interface Cursor {
  bullets: Bullet[];
  open: Bullet | undefined;
  /** Indent in columns of top-level bullets; deeper bullets are detail. */
  indent: number;
  groupSeverity: Severity | undefined;
  /** The last heading, until the next bullet decides whether the heading is a group or a finding. */
  heading: string | undefined;
  isAfterBlank: boolean;
}

/** Groups the lines of one section into bullets; nested bullets, indented and lazy lines become their bodies. */
export function collectBullets(lines: readonly MarkdownLine[]): Bullet[] {
  const cursor: Cursor = {
    bullets: [],
    open: undefined,
    indent: Number.POSITIVE_INFINITY,
    groupSeverity: undefined,
    heading: undefined,
    isAfterBlank: false,
  };
  for (const line of lines) {
    if (line.kind === 'heading') readHeading(cursor, line.text);
    else if (line.kind === 'text') readTextLine(cursor, line.text);
  }
  return cursor.bullets;
}

// A sub-heading groups bullets by severity, or is a finding itself: `### [major] title`.
function readHeading(cursor: Cursor, title: string): void {
  const group = readRating(title.replace(/\(.*|\b(?:issues?|findings?)\b|[^\p{L}\p{N}()]+/giu, ' ').trim());
  const name = title.replace(/^\d+[.)]\s+/, '');
  const rated = splitRating(name);
  cursor.open = undefined;
  cursor.indent = Number.POSITIVE_INFINITY;
  cursor.groupSeverity = group;
  cursor.heading = group ? undefined : name;
  if (!group && rated.severity && rated.rest.trim() !== '') openHeading(cursor, name);
}

// All text up to the next heading is the detail of the finding.
function openHeading(cursor: Cursor, name: string): void {
  openBullet(cursor, name);
  cursor.indent = -2;
}

function readTextLine(cursor: Cursor, text: string): void {
  if (text.trim() === '') {
    cursor.isAfterBlank = true;
    return;
  }
  if (/^\s*(?:\||<!--)/.test(text)) return;
  readWords(cursor, text);
  cursor.isAfterBlank = false;
}

function readWords(cursor: Cursor, text: string): void {
  const bullet = isRule(text) ? undefined : (readBullet(text) ?? readRatedLine(text));
  if (bullet && cursor.heading !== undefined && isLabel(bullet.text)) openHeading(cursor, cursor.heading);
  if (bullet && (!cursor.open || bullet.indent <= cursor.indent + 1)) {
    openBullet(cursor, bullet.text);
    cursor.indent = Math.min(cursor.indent, bullet.indent);
  } else if (cursor.open && !isRule(text) && (!cursor.isAfterBlank || indentOf(text) > cursor.indent)) {
    cursor.open.body.push(bullet?.text ?? text.replace(/^[\s>]+/, ''));
  } else {
    cursor.open = undefined;
  }
}

function openBullet(cursor: Cursor, head: string): void {
  cursor.open = { head, body: [], groupSeverity: cursor.groupSeverity };
  cursor.heading = undefined;
  cursor.bullets.push(cursor.open);
}

function readBullet(text: string): { indent: number; text: string } | undefined {
  const match = /^\s*(?:[-*+•–—]|\d{1,4}[.)])(?=\s)/.exec(text);
  return match ? { indent: indentOf(text), text: text.slice(match[0].length).trim() } : undefined;
}

// `[major] …` without a bullet mark, or with a mark without a space, is a finding too.
function readRatedLine(text: string): { indent: number; text: string } | undefined {
  const match = /^\s*[-+•–—]?(?=[*_`]{0,3}\[[ A-Za-z]{3,15}\](?!:))/.exec(text);
  const line = match ? text.slice(match[0].length) : '';
  return match && splitRating(line).severity ? { indent: indentOf(text), text: line.trim() } : undefined;
}

// A bullet that only gives the severity or the place of its heading.
function isLabel(text: string): boolean {
  const [, label = '', value = ''] = LABEL.exec(text.slice(0, 500)) ?? [];
  return /^severity/i.test(label)
    ? readRating(value) !== undefined
    : label !== '' && readPlace(value) !== undefined;
}

function isRule(text: string): boolean {
  return /^(?:-{3,}|\*{3,}|_{3,})$/.test(text.slice(0, 200).replace(/\s/g, ''));
}

function indentOf(text: string): number {
  const blanks = text.slice(0, 100).match(/^[ \t]*/)?.[0] ?? '';
  return blanks.replaceAll('\t', '    ').length;
}
