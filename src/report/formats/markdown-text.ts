import { longestRun, plainText } from '../plain-text.ts';

/**
 * Plain text that Markdown shows as it is: no heading, list, link, image, table cell, HTML or sentinel comes out of it,
 * wherever in a line it stands.
 */
export function escapeMarkdown(text: string): string {
  return (
    plainText(text)
      .replace(/[\\`*[\]<>#|~&$]/g, '\\$&')
      // Inside a word `_` means nothing, and names stay readable.
      .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\_')
      .replace(/^[-+=:]/, '\\$&')
      .replace(/^(\d{1,9})([.)])/, '$1\\$2')
  );
}

/** A code span around a text with any backticks; not for tables, where a bar would end its cell. */
export function codeSpan(text: string): string {
  const plain = plainText(text);
  if (plain === '') return '';
  const fence = '`'.repeat(longestRun(plain, '`') + 1);
  const pad = plain.startsWith('`') || plain.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${plain}${pad}${fence}`;
}

/** A table; cells are Markdown already, on one line and without bare bars. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}
