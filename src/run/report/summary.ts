import { type MarkdownLine, readLines } from '../../findings/markdown-lines.ts';
import { plainText } from '../../findings/plain-text.ts';
import { findSections, isFindingsTitle, isSummaryTitle } from '../../findings/sections.ts';

const MAX_PARAGRAPHS = 12;
const FIRST_PARAGRAPHS = 3;

/** A coordinator's `## Summary`, or else its first paragraphs: plain paragraphs, one a line. */
export function readSummary(text: string): string {
  const lines = readLines(text);
  const [section] = findSections(lines, isSummaryTitle);
  const said = section ? toParagraphs(section) : [];
  const paragraphs = said.length > 0 ? said : toParagraphs(beforeFindings(lines)).slice(0, FIRST_PARAGRAPHS);
  return paragraphs.slice(0, MAX_PARAGRAPHS).join('\n');
}

function beforeFindings(lines: readonly MarkdownLine[]): readonly MarkdownLine[] {
  const end = lines.findIndex((line) => line.kind === 'heading' && isFindingsTitle(line.text));
  return end < 0 ? lines : lines.slice(0, end);
}

// A blank line, a heading, a table or a fence ends a paragraph; an item of a list starts one.
function toParagraphs(lines: readonly MarkdownLine[]): string[] {
  const paragraphs: string[][] = [[]];
  for (const line of lines) {
    const item = /^\s*(?:[-*+]|\d{1,4}[.)])\s+(?=\S)/.exec(line.text)?.[0];
    const isBreak = line.kind !== 'text' || /^\s*(?:$|\||<!--|[-*_]{3,}\s*$)/.test(line.text);
    if (isBreak || item) paragraphs.push([]);
    if (!isBreak)
      paragraphs.at(-1)?.push(item ? writeItem(item.trim(), line.text.slice(item.length)) : line.text);
  }
  return paragraphs.map((words) => plainText(words.join(' ')).replaceAll('**', '')).filter((p) => p !== '');
}

// Keep the numbers of list items, since a summary may refer to "the first two".
function writeItem(mark: string, words: string): string {
  return `${/\d/.test(mark) ? mark : '•'} ${words}`;
}
