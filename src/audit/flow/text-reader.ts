import type { Literal, Masked } from '../../source/mask.ts';

const OPENING = '([{';
const CLOSING = ')]}';

/** Finds calls, arguments and statements in a masked text. Offsets are UTF-16 code units. */
export class TextReader {
  readonly code: string;
  readonly source: string;
  private readonly literals: readonly Literal[];

  constructor(source: string, masked: Masked) {
    this.source = source;
    this.code = masked.code;
    this.literals = masked.literals;
  }

  /** Returns the string literals between two offsets. */
  literalsIn(start: number, end: number): Literal[] {
    const found: Literal[] = [];
    for (let i = this.firstLiteral(start); i < this.literals.length; i++) {
      const literal = this.literals[i];
      if (!literal || literal.start >= end) break;
      if (literal.end <= end) found.push(literal);
    }
    return found;
  }

  /** Returns the offset after the string literal that contains an offset, or the offset itself. */
  skipLiteral(offset: number): number {
    const literal = this.literals[this.firstLiteral(offset + 1) - 1];
    return literal && offset < literal.end ? literal.end : offset;
  }

  /** Returns the offset of the bracket that closes the one at `open`, or the end of the text. */
  closingOf(open: number): number {
    let depth = 0;
    for (let at = open; at < this.code.length; at = this.next(at)) {
      const character = this.code[at] ?? '';
      if (OPENING.includes(character)) depth += 1;
      else if (CLOSING.includes(character) && --depth <= 0) return at;
    }
    return this.code.length;
  }

  /** Returns the arguments of the call whose bracket opens at `open`. */
  argumentsAt(open: number): { start: number; end: number }[] {
    // A heredoc holds the rest of its first line, also the closing bracket.
    const first = this.literals[this.firstLiteral(open)];
    if (first && /^\s*<</.test(this.source.slice(open + 1, first.start + 2)) && first.start - open < 20)
      return [{ start: open + 1, end: first.end }];
    const close = this.closingOf(open);
    const found: { start: number; end: number }[] = [];
    let start = open + 1;
    let depth = 0;
    for (let at = open + 1; at < close; at = this.next(at)) {
      const character = this.code[at] ?? '';
      if (OPENING.includes(character)) depth += 1;
      else if (CLOSING.includes(character)) depth -= 1;
      else if (character === ',' && depth === 0) {
        found.push({ start, end: at });
        start = at + 1;
      }
    }
    if (this.source.slice(start, close).trim() !== '') found.push({ start, end: close });
    return found;
  }

  /** Returns the end of the expression that starts at an offset. `byLine`: a statement ends with its line. */
  expressionEnd(start: number, byLine: boolean): number {
    let depth = 0;
    for (let at = start; at < this.code.length; at = this.next(at)) {
      const character = this.code[at] ?? '';
      if (OPENING.includes(character)) depth += 1;
      else if (CLOSING.includes(character) && --depth < 0) return at;
      else if (depth > 0) continue;
      else if (character === ';') return at;
      else if (byLine && character === '\n' && !this.continues(start, at)) return at;
    }
    return this.code.length;
  }

  /** Returns the offset of the first comma outside of brackets, or `end`. */
  firstComma(start: number, end: number): number {
    let depth = 0;
    for (let at = start; at < end; at = this.next(at)) {
      const character = this.code[at] ?? '';
      if (OPENING.includes(character)) depth += 1;
      else if (CLOSING.includes(character)) depth -= 1;
      else if (character === ',' && depth === 0) return at;
    }
    return end;
  }

  // An operator at the end of a line, or at the start of the next, continues the expression.
  private continues(start: number, lineEnd: number): boolean {
    const before = this.code.slice(start, lineEnd).trimEnd();
    // A literal is blank too.
    const isBlank = before === '' && this.literalsIn(start, lineEnd).length === 0;
    if (isBlank || /[-+*/%.,\\|&=([{?:]$/.test(before)) return true;
    return /^\s*(?:[.+%]|\|\||&&)/.test(this.code.slice(lineEnd, lineEnd + 200));
  }

  private next(at: number): number {
    const after = this.skipLiteral(at);
    return after === at ? at + 1 : after;
  }

  // Index of the first literal that starts at or after the offset.
  private firstLiteral(offset: number): number {
    let low = 0;
    let high = this.literals.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.literals[middle]?.start ?? 0) < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
