import { longestRun, plainText } from '../../findings/plain-text.ts';
import { splitCode } from './text-parts.ts';

/**
 * Escapes plain text so that Markdown shows it unchanged at any place of a line: no heading, list, image, table cell, HTML or
 * sentinel results, and no link except a visible address. Text in backticks stays code.
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
      // `_` inside a word has no meaning in Markdown, so names stay readable.
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

/** Formats a table of names and numbers. The cells are one-line Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  // A `|` ends its cell even inside a code span.
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replace(/(?<!\\)\|/g, '\\|')).join(' | ')} |`;
  return [line(head), line(head.map((_, i) => (i === 0 ? '---' : '---:'))), ...rows.map(line)];
}
