import type { Language } from '../../source/languages.ts';
import type { Masked } from '../../source/mask.ts';
import { FLOW_LANGUAGES, type FlowLanguage } from './flow-language.ts';
import { CASTS, sanitizerPattern } from './sanitizers.ts';
import { type Assignment, readScopes, type Scopes } from './scopes.ts';
import { TextReader } from './text-reader.ts';
import { CONSTANT, HOLE, type Level, type Purpose, type Value, worse } from './value.ts';

const MAX_DEPTH = 6;
const NAME = /(?<![\w$@.]|->)[$@]{0,2}[A-Za-z_]\w*(?:(?:\.|->|::|\?\.)\w+)*/g;
/** The address of the request itself leads to this site. */
const OWN_ADDRESS =
  /\b(?:self\.)?(?:r|req|request)\.(?:URL\.(?:Path|String|RequestURI|RawQuery|EscapedPath|Host)|RequestURI|Host|path|full_path|fullpath|path_info|get_full_path|url|base_url|build_absolute_uri|META|host)\b/g;
const CONSTANT_NAME = /^(?:(?:self|cls)\._\w+|[A-Z][A-Z0-9_]+|(?:[\w\\]+(?:::|\.))+[A-Z][A-Z0-9_]+)$/;
/** Methods and functions that pass their arguments on as text. */
const TRANSPARENT =
  /(?:^|[.>:])(?:format|join|strip|lstrip|rstrip|trim|ltrim|rtrim|lower|upper|toLowerCase|toUpperCase|strtolower|strtoupper|ucfirst|replace|str_replace|sprintf|vsprintf|Sprintf|Sprint|Format|concat|decode|encode|to_s|toString|ToString|str|String|text|chomp|squish|strip_heredoc|implode|stripslashes|urldecode|unquote|dedent|cat|freeze|array|list|tuple|append|Append|byte|mb_\w+|substr|array_merge)$/;
/** Names of generated placeholders, such as `?, ?, ?`. */
const PLACEHOLDERS =
  /(?:^|[.$_>])(?:placeholders?|qmarks|marks|bind(?:s|ings)?|params_sql|columns?|cols|fields?)$/i;
const TEXT_MARK =
  /%(?:\([\w.]+\))?[-+0 #]*\d*(?:\.\d+)?[sqvxX]|%\d?\$?s|(?<!\{)\{(?:\w*|\w+[.:!][^{}]*)\}(?!\})/g;
const NUMBER_MARK = /%[-+0 ]*\d*(?:\.\d+)?[dfiu]/g;

/** Follows values through the assignments of a function. Knows nothing of other functions and files. */
export class Evaluator {
  readonly reader: TextReader;
  readonly language: FlowLanguage;
  private readonly code: string;
  private readonly source: string;
  private scopes: Scopes | undefined;

  private constructor(source: string, masked: Masked, language: FlowLanguage) {
    this.reader = new TextReader(source, masked);
    this.language = language;
    this.code = masked.code;
    this.source = source;
  }

  /** Returns an evaluator, or undefined if the language has none. */
  static open(source: string, masked: Masked, language: Language): Evaluator | undefined {
    const known = FLOW_LANGUAGES[language];
    return known && new Evaluator(source, masked, known);
  }

  /** Returns the value of the expression between two offsets, for a purpose. */
  evaluate(start: number, end: number, purpose: Purpose, depth = 0): Value {
    if (depth > MAX_DEPTH) return { level: 'unknown', text: HOLE };
    const pieces = this.cut(start, end, purpose);
    let level: Level = 'constant';
    let text = '';
    for (const piece of pieces) {
      const value = piece.isText
        ? { level: 'constant' as Level, text: piece.text }
        : this.evaluateCode(piece.text, start, purpose, depth);
      level = worse(level, value.level);
      // A piece of code without a value (an operator, a bracket) leaves no hole.
      text += value.text;
    }
    return this.finish(
      start,
      end,
      level,
      text,
      pieces.some((piece) => piece.isInserted),
    );
  }

  private finish(start: number, end: number, level: Level, text: string, isInserted: boolean): Value {
    const joined = this.fillMarks(start, end, level, text);
    const isJoined = isInserted || this.language.joins.test(this.code.slice(start, end));
    const hasText = joined.text.replaceAll(HOLE, '').trim() !== '';
    if (joined.level !== 'unknown' || !isJoined || !hasText) return joined;
    return { level: 'built', text: joined.text };
  }

  // `"… %s" % name` and `format("… {}", name)`: the marks are the holes. Numbers cannot carry text.
  private fillMarks(start: number, end: number, level: Level, text: string): Value {
    const isFormat = /%\s*[\w($[]|[fF]ormat\w*\s*\(|[sS]printf?\w*\s*\(|\.(?:format|formatted)\(/.test(
      this.code.slice(start, end),
    );
    if (level === 'constant' || !isFormat) return { level, text };
    const marks = text.match(TEXT_MARK)?.length ?? 0;
    const numbers = text.match(NUMBER_MARK)?.length ?? 0;
    if (marks === 0 && numbers > 0 && level !== 'outside') return { level: 'constant', text };
    if (marks === 0) return { level, text };
    const [first = '', ...rest] = text.split(HOLE);
    return { level, text: [first, ...rest].join('').replace(TEXT_MARK, HOLE) };
  }

  // The literals, their inserted expressions and the code between them, in order; harmless and unknown calls are left out.
  private cut(start: number, end: number, purpose: Purpose): Piece[] {
    const pieces: Piece[] = [];
    let at = start;
    for (const span of this.findOpaque(start, end, purpose)) {
      pieces.push(...this.cutPlain(at, span.start));
      if (!span.isHarmless) pieces.push({ isText: false, text: UNKNOWN_NAME, isInserted: false });
      at = span.end;
    }
    return joinSubscripts([...pieces, ...this.cutPlain(at, end)]);
  }

  // A call hands on its arguments only if it is known to; what else it returns is unknown.
  private findOpaque(start: number, end: number, purpose: Purpose): OpaqueSpan[] {
    const spans: OpaqueSpan[] = [];
    const code = this.code.slice(start, end);
    for (const match of code.matchAll(CALL)) {
      const [from, open] = [start + match.index, start + match.index + match[0].length - 1];
      if (from < (spans.at(-1)?.end ?? start)) continue;
      const kind = this.judgeCall(match[1] ?? '', from, purpose);
      if (kind === 'open') continue;
      spans.push({
        start: from,
        end: Math.min(this.reader.closingOf(open) + 1, end),
        isHarmless: kind === 'harmless',
      });
    }
    return [...spans, ...this.findConditions(start, end), ...this.findCalledResults(start, end)]
      .sort((a, b) => a.start - b.start)
      .filter(isFirstOf);
  }

  // The arguments of `(new Controller())(…)`.
  private findCalledResults(start: number, end: number): OpaqueSpan[] {
    return [...this.code.slice(start, end).matchAll(/\)\s*(?=\()/g)].map((match) => {
      const open = start + match.index + match[0].length;
      return { start: open, end: Math.min(this.reader.closingOf(open) + 1, end), isHarmless: false };
    });
  }

  private judgeCall(name: string, from: number, purpose: Purpose): 'open' | 'harmless' | 'unknown' {
    const pattern = sanitizerPattern(purpose);
    pattern.lastIndex = 0;
    if (pattern.exec(`${name}(`)?.index === 0) return 'harmless';
    // Of `request.args.get(` the pattern matches the object, of `x.getParameter(` the method.
    const found =
      this.language.outside.exec(this.source.slice(from, from + name.length + 80))?.index ?? Infinity;
    const isOutside = found <= name.length;
    return isOutside || TRANSPARENT.test(name) || KEYWORD_CALL.test(name) ? 'open' : 'unknown';
  }

  // `a if condition else b` has the values of a and b.
  private findConditions(start: number, end: number): OpaqueSpan[] {
    if (this.language.bodies !== 'indents') return [];
    return [...this.code.slice(start, end).matchAll(/(?<=\s)if\b[^\n]*?(?=\belse\b)/g)].map((match) => ({
      start: start + match.index,
      end: start + match.index + match[0].length,
      isHarmless: true,
    }));
  }

  private cutPlain(start: number, end: number): Piece[] {
    const pieces: Piece[] = [];
    let at = start;
    for (const literal of this.reader.literalsIn(start, end)) {
      pieces.push(codePiece(this.source.slice(at, literal.start), this.code.slice(at, literal.start)));
      pieces.push(...this.cutLiteral(literal.start, literal.end));
      at = literal.end;
    }
    pieces.push(codePiece(this.source.slice(at, end), this.code.slice(at, end)));
    return pieces;
  }

  private cutLiteral(start: number, end: number): Piece[] {
    const raw = this.source.slice(start, end);
    const { inserted } = this.language;
    const isOpen = inserted?.isOpen(raw, this.source.slice(Math.max(0, start - 4), start));
    const text = withoutQuotes(raw);
    if (!inserted || !isOpen) return [{ isText: true, text, isInserted: false }];
    const pieces: Piece[] = [];
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

  private evaluateCode(code: string, at: number, purpose: Purpose, depth: number): Value {
    const plain = this.language.symbols ? code.replace(this.language.symbols, ' ') : code;
    const called = removeCalls(plain, sanitizerPattern(purpose)).replace(CASTS, ' ');
    const left = withoutConditions(purpose === 'address' ? called.replace(OWN_ADDRESS, ' ') : called);
    if (this.language.outside.test(left)) return { level: 'outside', text: HOLE };
    // The keys of subscripts are no names.
    const names = left.replace(/'[^']*'/g, (key) => ' '.repeat(key.length));
    let value = CONSTANT;
    for (const match of names.matchAll(NAME)) {
      const name = match[0];
      const after = names.slice(match.index + name.length);
      if (/^\s*=(?!=)/.test(after) || /^:(?!:)/.test(after)) continue;
      const isCall = /^\s*\(/.test(after);
      const isTransparent = isCall && TRANSPARENT.test(name);
      // `text.trim()` has the value of `text`.
      const receiver = isTransparent ? name.replace(/(?:\?\.|->|::)?\w+$/, '') : name;
      if (receiver === '') continue;
      const found = isCall && !isTransparent ? UNKNOWN : this.lookUp(receiver, at, purpose, depth);
      value = { level: worse(value.level, found.level), text: value.text + found.text };
    }
    return value;
  }

  private lookUp(name: string, at: number, purpose: Purpose, depth: number): Value {
    const root = /^[$@]*\w+/.exec(name)?.[0] ?? name;
    if (this.language.words.test(name) || CONSTANT_NAME.test(name) || PLACEHOLDERS.test(name))
      return CONSTANT;
    if (this.language.words.test(root) && !/[.>]/.test(name)) return CONSTANT;
    this.scopes ??= readScopes(this.reader, this.language);
    const found = this.scopes.before(name, at) ?? (root === name ? undefined : this.scopes.before(root, at));
    if (!found) return this.scopes.isConstant(name) ? CONSTANT : UNKNOWN;
    const value = this.combine(found, purpose, depth);
    return value.level === 'outside' && this.isGuarded(root, at) ? UNKNOWN : value;
  }

  // A value that the function has compared with what is allowed counts as checked.
  private isGuarded(name: string, at: number): boolean {
    const start = this.scopes?.startOf(at) ?? 0;
    const plain = name.replaceAll(/[$@]/g, String.raw`\$&`);
    return new RegExp(
      String.raw`${GUARD}[^;{]{0,160}${plain}\b|${plain}[^\n;{=]{0,40}(?:${GUARD_METHOD})`,
      'i',
    ).test(this.source.slice(start, at));
  }

  private combine(found: readonly Assignment[], purpose: Purpose, depth: number): Value {
    let level: Level = 'constant';
    let text = '';
    for (const { start, end, isAppended } of found) {
      const value = this.evaluate(start, end, purpose, depth + 1);
      level = worse(level, isAppended && value.level === 'unknown' ? 'built' : value.level);
      text += value.text;
    }
    if (level === 'built' && text.replaceAll(HOLE, '').trim() === '') return { level: 'unknown', text };
    return { level, text };
  }
}

const GUARD = String.raw`\b(?:\w*allowed\w*|\w*is_?safe\w*|\w*validate\w*|\w*is_?valid\w*|in_array|preg_match|ctype_\w+|is_numeric|array_key_exists|re\.(?:full)?match|filter_var|MatchString|HasPrefix)\s*\(`;
const GUARD_METHOD = String.raw`\.starts_?with\(|\.start_with\?|\bnot in\b|\bin\s+(?:self\.)?[A-Z_]{3,}|\.match\?`;

const UNKNOWN: Value = { level: 'unknown', text: HOLE };
/** Stands for the result of a call that is not followed. */
const UNKNOWN_NAME = ' unknownResult ';
const CALL = /((?<![\w$@.:>])(?:new\s+)?\\?[$@]{0,2}[A-Za-z_]\w*(?:(?:\.|->|::|\?\.)\w+)*)\s*\(/g;
const KEYWORD_CALL =
  /^(?:URI|URI\.parse|URL|new\s+URL|Paths\.get|Path\.of|if|for|while|and|or|not|in|return|array|list|print|echo|isset|include|require|\w*StringBu(?:ilder|ffer)|new\s+\w*StringBu(?:ilder|ffer)|len|Markup|Template)$/;

/** A part of an expression that is not followed. */
interface OpaqueSpan {
  start: number;
  end: number;
  isHarmless: boolean;
}

function isFirstOf(span: OpaqueSpan, index: number, spans: readonly OpaqueSpan[]): boolean {
  return spans.slice(0, index).every((earlier) => earlier.end <= span.start);
}

interface Piece {
  isText: boolean;
  text: string;
  /** An expression inside of a literal. */
  isInserted: boolean;
}

function codePiece(source: string, code: string): Piece {
  // Comments are blank in `code`.
  return { isText: false, text: code === source ? source : code, isInserted: false };
}

// In `$_GET['id']` and `params["id"]` the literal is a key and no text of the value.
function joinSubscripts(pieces: readonly Piece[]): Piece[] {
  const joined: Piece[] = [];
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

// `isSet ? a : b` has the values of a and b.
function withoutConditions(code: string): string {
  return code.replace(/[^?:;,()]*\s\?(?![.>:?])(?=[^?]*:)/g, ' ');
}

/** Blanks the calls that a pattern finds, with their arguments. */
export function removeCalls(code: string, pattern: RegExp): string {
  let left = code;
  pattern.lastIndex = 0;
  for (let match = pattern.exec(left); match; match = pattern.exec(left)) {
    const open = match.index + match[0].length - 1;
    let depth = 0;
    let end = open;
    for (; end < left.length; end++) {
      if (left[end] === '(') depth += 1;
      else if (left[end] === ')' && --depth === 0) break;
    }
    left =
      left.slice(0, match.index) +
      ' '.repeat(Math.min(end + 1, left.length) - match.index) +
      left.slice(end + 1);
    pattern.lastIndex = match.index + 1;
  }
  return left;
}
