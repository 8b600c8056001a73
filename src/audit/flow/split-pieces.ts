import { type Expression, findOpaque } from './find-opaque.ts';
import type { FlowLanguage } from './flow-language.ts';
import type { TextReader } from './text-reader.ts';

/** Replaces a call that is not followed. */
const UNKNOWN_NAME = ' unknownResult ';

/** A literal text, or code between or in literals. */
export interface ExpressionPiece {
  isText: boolean;
  text: string;
  /** An expression inside of a literal. */
  isInserted: boolean;
}

/** Splits an expression into its literals, the expressions inserted in them, and the code between them, in order. Harmless calls are left out. */
export function splitPieces(
  reader: TextReader,
  language: FlowLanguage,
  expression: Expression,
): ExpressionPiece[] {
  const pieces: ExpressionPiece[] = [];
  const { start, end } = expression;
  let at = start;
  for (const span of findOpaque(reader, language, expression)) {
    pieces.push(...splitLiterals(reader, language, at, span.start));
    if (!span.isHarmless) pieces.push({ isText: false, text: UNKNOWN_NAME, isInserted: false });
    at = span.end;
  }
  return joinSubscripts([...pieces, ...splitLiterals(reader, language, at, end)]);
}

function splitLiterals(
  reader: TextReader,
  language: FlowLanguage,
  start: number,
  end: number,
): ExpressionPiece[] {
  const pieces: ExpressionPiece[] = [];
  let at = start;
  for (const literal of reader.literalsIn(start, end)) {
    pieces.push(codePiece(reader.code.slice(at, literal.start)));
    pieces.push(...splitInserted(reader, language, literal.start, literal.end));
    at = literal.end;
  }
  pieces.push(codePiece(reader.code.slice(at, end)));
  return pieces;
}

function splitInserted(
  reader: TextReader,
  language: FlowLanguage,
  start: number,
  end: number,
): ExpressionPiece[] {
  const raw = reader.source.slice(start, end);
  const { inserted } = language;
  const isOpen = inserted?.isOpen(raw, reader.source.slice(Math.max(0, start - 4), start));
  const text = withoutQuotes(raw);
  if (!inserted || !isOpen) return [{ isText: true, text, isInserted: false }];
  const pieces: ExpressionPiece[] = [];
  let at = 0;
  for (const match of text.matchAll(inserted.pattern)) {
    pieces.push({ isText: true, text: text.slice(at, match.index), isInserted: false });
    const expression = (match[1] ?? match[2] ?? '').replace(/![rsa]$|:[^:[\]]*$/, '');
    pieces.push({ isText: false, text: expression, isInserted: true });
    at = match.index + match[0].length;
  }
  pieces.push({ isText: true, text: text.slice(at), isInserted: false });
  return pieces;
}

const codePiece = (text: string): ExpressionPiece => ({ isText: false, text, isInserted: false });

// In `$_GET['id']` and `params["id"]` the literal is a key and no text of the value.
function joinSubscripts(pieces: readonly ExpressionPiece[]): ExpressionPiece[] {
  const joined: ExpressionPiece[] = [];
  for (let i = 0; i < pieces.length; i++) {
    const [piece, next] = [pieces[i], pieces[i + 1]];
    if (!piece) continue;
    const last = joined.at(-1);
    const isKey =
      piece.isText &&
      last &&
      !last.isText &&
      /(?:[\w\])]\[|\b(?:get|fetch|getParameter|input|query|FormValue|Query|Get|getHeader|Param|PostForm|getlist|get_argument|getParam|post|filter_input|cookie|header)\(?\s*[\w,\s]*\(?)\s*$/.test(
        last.text,
      ) &&
      next &&
      /^\s*[\],)]/.test(next.text);
    if (isKey && last && next) {
      joined[joined.length - 1] = {
        ...last,
        text: `${last.text}'${piece.text.replace(/['"]/g, '')}'${next.text}`,
      };
      i += 1;
    } else joined.push(piece);
  }
  return joined;
}

function withoutQuotes(raw: string): string {
  const open =
    /^(?:[$@]{0,2}"""|'''|[$@]{0,2}"|'|`|<<<?[~-]?[ \t]*(['"]?)\w+\1[^\n]*\n)/.exec(raw)?.[0] ?? '';
  const body = raw.slice(open.length);
  return body.replace(/(?:"""|'''|["'`])$/, '');
}
