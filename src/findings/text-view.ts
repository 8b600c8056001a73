/** A text in another form, in which each part still knows where it came from. Offsets are UTF-16 code units. */
export interface TextView {
  text: string;
  /** Returns the span of the original text that a span of the view came from. */
  originalSpan: (start: number, end: number) => { start: number; end: number };
}

interface Piece {
  viewStart: number;
  viewEnd: number;
  start: number;
  end: number;
}

/**
 * Returns a text with the matches of `pattern` replaced, or undefined if nothing is replaced. `replacementOf` returns
 * undefined for a match that stays as it is.
 */
export function rewriteText(
  text: string,
  pattern: RegExp,
  replacementOf: (match: RegExpExecArray) => string | undefined,
): TextView | undefined {
  const pieces: Piece[] = [];
  let view = '';
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    const replacement = replacementOf(match);
    if (replacement === undefined) continue;
    view += text.slice(from, match.index);
    from = match.index + match[0].length;
    const viewStart = view.length;
    view += replacement;
    pieces.push({ viewStart, viewEnd: view.length, start: match.index, end: from });
  }
  if (pieces.length === 0) return undefined;
  return {
    text: view + text.slice(from),
    originalSpan: (start, end) => ({
      start: originalOffset(pieces, start, 'start'),
      end: end === start ? originalOffset(pieces, start, 'start') : originalOffset(pieces, end - 1, 'end'),
    }),
  };
}

/** Returns a view of the lines in which `pattern`, which needs the flag `g`, matches; undefined if it matches nowhere. */
export function keepLines(text: string, pattern: RegExp): TextView | undefined {
  const pieces: Pick<Piece, 'viewStart' | 'start'>[] = [];
  let view = '';
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const start = text.lastIndexOf('\n', match.index) + 1;
    const next = text.indexOf('\n', match.index + match[0].length);
    const end = next < 0 ? text.length : next + 1;
    pieces.push({ viewStart: view.length, start });
    view += text.slice(start, end);
    pattern.lastIndex = end;
  }
  if (pieces.length === 0) return undefined;
  const original = (offset: number) => {
    const piece = pieces.findLast(({ viewStart }) => viewStart <= offset);
    return offset + (piece === undefined ? 0 : piece.start - piece.viewStart);
  };
  return {
    text: view,
    originalSpan: (start, end) => ({
      start: original(start),
      end: end === start ? original(start) : original(end - 1) + 1,
    }),
  };
}

/** Returns a view of a view as one of the first text. */
export function composeViews(first: TextView, second: TextView): TextView {
  return {
    text: second.text,
    originalSpan: (start, end) => {
      const middle = second.originalSpan(start, end);
      return first.originalSpan(middle.start, middle.end);
    },
  };
}

// Where the character at a view's offset starts or ends in the original text.
function originalOffset(pieces: readonly Piece[], offset: number, side: 'start' | 'end'): number {
  let low = 0;
  let high = pieces.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((pieces[middle] as Piece).viewStart <= offset) low = middle + 1;
    else high = middle;
  }
  const last = pieces[low - 1];
  if (last === undefined) return side === 'start' ? offset : offset + 1;
  if (offset < last.viewEnd) return last[side];
  const original = last.end + (offset - last.viewEnd);
  return side === 'start' ? original : original + 1;
}
