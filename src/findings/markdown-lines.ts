/** A line of Markdown as far as findings need it; lines inside and around code fences are `code`. */
export interface MarkdownLine {
  kind: 'heading' | 'code' | 'text';
  /** A heading without its marks; any other line as it stands. */
  text: string;
  /** 1 to 6 for a heading, else 0. */
  level: number;
}

interface Fence {
  mark: string;
  length: number;
}

/** Splits Markdown into lines; linear, whatever the text. */
export function readLines(markdown: string): MarkdownLine[] {
  const lines: MarkdownLine[] = [];
  let fence: Fence | undefined;
  for (const text of markdown.replace(/^\ufeff/, '').split(/\r\n?|\n/)) {
    const marks = readFence(fence ? text : withoutBullets(text));
    if (fence) {
      lines.push({ kind: 'code', text, level: 0 });
      if (marks && closes(fence, marks)) fence = undefined;
    } else if (marks) {
      lines.push({ kind: 'code', text, level: 0 });
      fence = marks;
    } else {
      pushLine(lines, text);
    }
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

// A fence may open in the first line of a bullet; taken for text, its end would hide all that follows.
function withoutBullets(text: string): string {
  return text.replace(/^[ \t>]*(?:(?:[-*+]|\d{1,4}[.)])[ \t]+){1,4}(?=[`~]{3})/, '');
}

// With `s`: a dot that stops at a line separator has the marks counted again and again.
function readFence(text: string): (Fence & { info: string }) | undefined {
  const match = /^[ \t>]*(`{3,}|~{3,})(.*)$/s.exec(text);
  if (!match) return undefined;
  const [, marks = '', info = ''] = match;
  const mark = marks.charAt(0);
  if (mark === '`' && info.includes('`')) return undefined;
  return { mark, length: marks.length, info: info.trim() };
}

function closes(fence: Fence, marks: Fence & { info: string }): boolean {
  return marks.mark === fence.mark && marks.length >= fence.length && marks.info === '';
}
