import { longestRun, plainText } from '../../findings/plain-text.ts';
import { splitCode } from './text-parts.ts';

/**
 * Plain text that Markdown shows as it is, at any place of a line: no heading, list, image, table cell, HTML or
 * sentinel comes out of it, and no link but an address that shows itself. What stood in backticks stays code.
 */
export function escapeMarkdown(text: string): string {
  return splitCode(plainText(text))
    .map((piece) => (piece.isCode ? `\`${piece.text}\`` : escapeWords(piece.text)))
    .join('')
    .replace(/^[-+=:]/, '\\$&')
    .replace(/^(\d{1,9})([.)])/, '$1\\$2');
}

function escapeWords(text: string): string {
  return (
    text
      .replace(/[\\`*[\]<>#|~&$]/g, '\\$&')
      // Inside a word `_` means nothing, and names stay readable.
      .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\_')
  );
}

/** A code span around a text with any backticks. */
export function codeSpan(text: string): string {
  const plain = plainText(text);
  if (plain === '') return '';
  const fence = '`'.repeat(longestRun(plain, '`') + 1);
  const pad = plain.startsWith('`') || plain.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${plain}${pad}${fence}`;
}

/** A table of numbers beside names; cells are Markdown already, on one line. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  // A bar ends its cell even inside a code span.
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replace(/(?<!\\)\|/g, '\\|')).join(' | ')} |`;
  return [line(head), line(head.map((_, i) => (i === 0 ? '---' : '---:'))), ...rows.map(line)];
}
