/** A piece of a text: words, or the content of backticks. */
export interface Piece {
  text: string;
  isCode: boolean;
}

/** Splits a plain text at its backticks; returns one piece if they are not simple pairs. */
export function splitCode(text: string): Piece[] {
  const pieces = text.split('`').map((piece, i) => ({ text: piece, isCode: i % 2 === 1 }));
  const isPaired = pieces.length % 2 === 1 && pieces.every((piece) => !piece.isCode || /\S/.test(piece.text));
  return isPaired ? pieces.filter((piece) => piece.text !== '') : [{ text, isCode: false }];
}

/** A paragraph of a summary that is a list item: its mark (`1.` or `•`) and its words. */
export function splitItem(paragraph: string): { mark: string; words: string } | undefined {
  const [, mark, words = ''] = /^(•|\d{1,4}[.)]) (.*)$/.exec(paragraph) ?? [];
  return mark === undefined ? undefined : { mark, words };
}
