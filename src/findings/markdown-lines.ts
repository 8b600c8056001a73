import { advanceFence, type Fence } from './fences.ts';

/** A classified line of Markdown; the lines of a code fence, its marks included, are `code`. */
export interface MarkdownLine {
  kind: 'heading' | 'code' | 'text';
  /** The title without its marks if the line is a heading, else the line unchanged. */
  text: string;
  /** 1 to 6 for a heading, else 0. */
  level: number;
}

/** Splits Markdown into lines, in time linear in its length. */
export function readLines(markdown: string): MarkdownLine[] {
  const lines: MarkdownLine[] = [];
  let fence: Fence | undefined;
  for (const text of markdown.replace(/^\ufeff/, '').split(/\r\n?|\n/)) {
    const fenceAfter = advanceFence(fence, text, { nested: true });
    if (fence || fenceAfter) lines.push({ kind: 'code', text, level: 0 });
    else pushLine(lines, text);
    fence = fenceAfter;
  }
  return lines;
}

function pushLine(lines: MarkdownLine[], text: string): void {
  const underline = /^ {0,3}(=+|--+)[ \t]*$/.exec(text)?.[1];
  const above = lines.at(-1);
  if (underline && above && isSetextTitle(above, lines.at(-2))) {
    Object.assign(above, { kind: 'heading', text: above.text.trim(), level: underline[0] === '=' ? 1 : 2 });
    return;
  }
  lines.push(readHeading(text) ?? { kind: 'text', text, level: 0 });
}

// Only a line of its own is a title: under a bullet or a paragraph `---` is a rule.
function isSetextTitle(line: MarkdownLine, before: MarkdownLine | undefined): boolean {
  const starts = before === undefined || before.kind !== 'text' || before.text.trim() === '';
  return starts && line.kind === 'text' && /^ {0,3}[\p{L}\p{N}*]/u.test(line.text);
}

function readHeading(text: string): MarkdownLine | undefined {
  const match = /^ {0,3}(#{1,6})(?!#)(.*)$/s.exec(text);
  if (!match) return undefined;
  const [, marks = '', rest = ''] = match;
  // `##Findings` is meant as a heading; `#1` and `#include` are not.
  const isTight = marks.length > 1 && /^[*\p{L}]/u.test(rest);
  if (rest !== '' && !/^[ \t]/.test(rest) && !isTight) return undefined;
  return { kind: 'heading', text: dropClosingMarks(rest.trim()), level: marks.length };
}

function dropClosingMarks(title: string): string {
  let end = title.length;
  while (title[end - 1] === '#') end -= 1;
  return end === title.length || (end > 0 && title[end - 1] !== ' ') ? title : title.slice(0, end).trim();
}

/** Lines of prose in several pages, without titles and quoted text: a decision of a contract quotes what a builder has written. */
export function readProse(pages: Iterable<string>): string[] {
  return [...pages].flatMap((page) =>
    readLines(page).flatMap(({ kind, text }) => (kind === 'text' && text.trim() !== '' ? [text] : [])),
  );
}
