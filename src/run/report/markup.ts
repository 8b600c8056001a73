import { plainText } from '../../findings/plain-text.ts';
import { splitCode } from './text-parts.ts';

/** HTML of this program. Only `html` creates it, so an agent's text cannot become HTML. */
export class Markup {
  readonly source: string;
  constructor(source: string) {
    this.source = source;
  }
}

type Piece = string | number | Markup | readonly Markup[];

/** A template that makes every inserted string plain and escapes it, for text and quoted attribute values. */
export function html(parts: TemplateStringsArray, ...pieces: Piece[]): Markup {
  return new Markup(
    parts.map((part, i) => part + (i < pieces.length ? write(pieces[i] ?? '') : '')).join(''),
  );
}

/** Formats an agent's sentence; text in backticks becomes code. */
export function prose(text: string): Markup[] {
  const pieces = splitCode(plainText(text));
  return pieces.map(({ text, isCode }) =>
    isCode ? html`<code>${text}</code>` : new Markup(escapeHtml(text)),
  );
}

/** Formats a path with line breaks allowed after its slashes. */
export function breakable(path: string): Markup[] {
  // The parts are escaped as they are: a blank at the start of a name is part of it.
  return plainText(path)
    .split(/(?<=\/)/)
    .map((part, i) => new Markup(`${i === 0 ? '' : '<wbr>'}${escapeHtml(part)}`));
}

function write(piece: Piece): string {
  if (piece instanceof Markup) return piece.source;
  if (typeof piece === 'string') return escapeHtml(plainText(piece));
  return typeof piece === 'number' ? String(piece) : piece.map((markup) => markup.source).join('');
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"'`]/g, (c) => ENTITIES[c] ?? c);
}
