import { type MarkdownLine, readLines } from '../../findings/markdown-lines.ts';
import { findSections } from '../../findings/sections.ts';
import { ID_PATTERN, KINDS, type Kind, MAX_RECORD_TITLE } from './record.schema.ts';
import type { Lesson } from './record.ts';

/** Maximum number of records of one report. */
const MAX_LESSONS = 8;
const KIND_MARK = new RegExp(`^[*_\`\\[(]*(${KINDS.join('|')})s?[*_\`\\])]*\\s*[:—–-]*\\s*`, 'i');

/** A record's parts, and the unchanged lines that they were read from, for the rules of the quarantine. */
export interface ReadLesson {
  lesson: Lesson;
  source: string;
}

/**
 * Reads `## Session summary` of a report: one record for each bullet, which starts with its kind in brackets. Lines `Refs:`, `Asked:` and
 * `Supersedes:` below a bullet belong to it. A section without bullets is one outcome.
 */
export function parseSummary(report: string): ReadLesson[] {
  const lines = findSections(readLines(report), isSessionSummary).flat();
  const text = lines.filter(({ text }) => !/^\s*<!--.*-->\s*$/.test(text));
  const blocks = splitBullets(text);
  return blocks.slice(0, MAX_LESSONS).flatMap((block) => readLesson(block) ?? []);
}

function isSessionSummary(title: string): boolean {
  return /^session summary\b/i.test(title.replace(/[*_`]/g, '').trim());
}

function splitBullets(lines: readonly MarkdownLine[]): string[][] {
  const blocks: string[][] = [];
  for (const { text, kind } of lines) {
    const bullet = kind === 'text' ? /^ {0,1}[-*+] +(.*)$/.exec(text)?.[1] : undefined;
    if (bullet !== undefined) blocks.push([bullet]);
    else if (text.trim() !== '') blocks.at(-1)?.push(text.trim());
  }
  if (blocks.length > 0) return blocks;
  const all = lines.map(({ text }) => text.trim()).filter((text) => text !== '');
  return all.length === 0 ? [] : [all];
}

function readLesson(block: readonly string[]): ReadLesson | undefined {
  const words: string[] = [];
  const lesson: Lesson = { kind: 'outcome', title: '', text: '', asked: [], refs: [] };
  for (const line of block) if (!readField(lesson, line)) words.push(line);
  const body = words.join(' ');
  const mark = KIND_MARK.exec(body);
  if (mark) lesson.kind = mark[1]?.toLowerCase() as Kind;
  const said = body.slice(mark?.[0].length ?? 0).trim();
  if (said === '' || /^none\.?$/i.test(said)) return undefined;
  Object.assign(lesson, splitTitle(said));
  lesson.refs = [...new Set([...lesson.refs, ...findRefs(said)])];
  return { lesson, source: block.join('\n') };
}

/** Reads a line `Refs: …`, `Asked: …` or `Supersedes: …` into the lesson; returns false if it is another line. */
function readField(lesson: Lesson, line: string): boolean {
  const match = /^(?:[-*+] +)?[*_]*(refs?|asked|supersedes)[*_]*\s*:[*_]*\s*(.+)$/i.exec(line);
  if (!match) return false;
  const [, name = '', value = ''] = match;
  if (/^asked/i.test(name)) lesson.asked.push(...value.split(/(?<=\?)\s+/));
  else if (/^ref/i.test(name)) lesson.refs.push(...value.split(/[,;]\s*/).map(bare));
  else if (ID_PATTERN.test(bare(value))) lesson.supersedes = bare(value);
  return true;
}

const bare = (text: string) => text.trim().replace(/^`|`$/g, '');

/** The title ends at a dash or at the end of the first sentence; the text is everything. */
function splitTitle(said: string): Pick<Lesson, 'title' | 'text'> {
  const [first = ''] = said.split(/ [—–-] |(?<=[.!?]) /);
  const rest = said.slice(first.length).replace(/^ (?:[—–-] )?/, '');
  const title = first.replace(/[*_`]/g, '').trim();
  return title.length <= MAX_RECORD_TITLE && rest !== '' ? { title, text: rest } : { title, text: said };
}

const REF = /(?<![\w/.])((?:[\w@.-]+\/)+[\w.-]+\.\w+(?::\d+(?:-\d+)?)?|ADR-\d+|\b[0-9a-f]{40}\b)/g;

function findRefs(text: string): string[] {
  return [...text.matchAll(REF)].map(([ref]) => ref);
}
