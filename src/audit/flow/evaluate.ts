import type { Language } from '../../source/languages.ts';
import type { Masked } from '../../source/mask.ts';
import { FLOW_LANGUAGES, type FlowLanguage } from './flow-language.ts';
import { CASTS, removeCalls, sanitizerPattern, TRANSPARENT_CALL } from './sanitizers.ts';
import { type Assignment, readScopes, type Scopes } from './scopes.ts';
import { splitPieces } from './split-pieces.ts';
import { TextReader } from './text-reader.ts';
import { CONSTANT, HOLE, type Level, type Purpose, type Value, worse } from './value.ts';

const MAX_DEPTH = 6;
const NAME = /(?<![\w$@.]|->)[$@]{0,2}[A-Za-z_]\w*(?:(?:\.|->|::|\?\.)\w+)*/g;
/** The address of the request itself leads to this site. */
const OWN_ADDRESS =
  /\b(?:self\.)?(?:r|req|request)\.(?:URL\.(?:Path|String|RequestURI|RawQuery|EscapedPath|Host)|RequestURI|Host|path|full_path|fullpath|path_info|get_full_path|url|base_url|build_absolute_uri|META|host)\b/g;
const CONSTANT_NAME = /^(?:(?:self|cls)\._\w+|[A-Z][A-Z0-9_]+|(?:[\w\\]+(?:::|\.))+[A-Z][A-Z0-9_]+)$/;
/** Names of generated placeholders, such as `?, ?, ?`. */
const PLACEHOLDERS =
  /(?:^|[.$_>])(?:placeholders?|qmarks|marks|bind(?:s|ings)?|params_sql|columns?|cols|fields?)$/i;
/** Names of parts of a statement that the program itself writes: names of tables and columns, and texts in SQL. */
/** Properties of a handle of the database, such as `$wpdb->posts`, and settings of a class, such as `$this->timeCol`. */
const SQL_SETTING =
  /^\$(?:wpdb|db|dbh)->\w+$|^\$this->(?:wpdb|db)->\w+$|^\$this->\w*(?:col|column|table)s?$/i;
const SQL_PARTS =
  /(?:^|[.$_>])(?:table_?names?|table|tbl|col(?:umn)?_?names?|index_?name|\w*prefix|\w*suffix|quoted_\w+|schema|\w*_(?:sql|clause|select|statement|query)|sub_?(?:select|query)|(?:sql_)?conditions?)$/i;
/** Programs that the user of the machine has chosen. */
const OWN_PROGRAM =
  /\bENV(?:\.fetch)?[[(]\s*['"](?:EDITOR|VISUAL|PAGER|SHELL|BROWSER|GIT_EDITOR)['"][^\])]*[\])]|(?<![\w$])\$0\b|\bProcess\.pid\b|\bos\.getpid\(\)/g;
/** In Ruby arguments need no brackets. */
const RUBY_QUOTED = /\b(?:shell_quote|shellescape|sq|shell_escape)[ \t]+[\w:.@[\]]+/g;
/** Where the server itself has put an uploaded file. */
const UPLOADED =
  /\$_FILES(?:\s*\[[^\]]*\])+\s*\[\s*'?tmp_name'?\s*\]|\$_FILES\s*\[[^\]]*\]\s*\[\s*'?tmp_name'?\s*\]/g;
const TEXT_MARK =
  /%(?:\([\w.]+\))?[-+0 #]*\d*(?:\.\d+)?[sqvxX]|%\d?\$?s|(?<!\{)\{(?:\w*|\w+[.:!][^{}]*)\}(?!\})/g;
const NUMBER_MARK = /%[-+0 ]*\d*(?:\.\d+)?[dfiu]/g;
const GUARD = String.raw`\b(?:\w*allowed\w*|\w*is_?safe\w*|\w*validate\w*|\w*is_?valid\w*|in_array|preg_match|ctype_\w+|is_numeric|array_key_exists|re\.(?:full)?match|filter_var|MatchString|HasPrefix)\s*\(`;
const GUARD_METHOD = String.raw`\.starts_?with\(|\.start_with\?|\bnot in\b|\bin\s+(?:self\.)?[A-Z_]{3,}|\.match\?`;
const UNKNOWN: Value = { level: 'unknown', text: HOLE };

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
    const pieces = splitPieces(this.reader, this.language, { start, end, purpose });
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
    return this.classifyJoin(
      start,
      end,
      level,
      text,
      pieces.some((piece) => piece.isInserted),
    );
  }

  private classifyJoin(start: number, end: number, level: Level, text: string, isInserted: boolean): Value {
    const joined = this.replaceFormatMarks(start, end, level, text);
    const isJoined = isInserted || this.language.joins.test(this.code.slice(start, end));
    const hasText = joined.text.replaceAll(HOLE, '').trim() !== '';
    if (joined.level !== 'unknown' || !isJoined || !hasText) return joined;
    return { level: 'built', text: joined.text };
  }

  // `"… %s" % name` and `format("… {}", name)`: the marks are the holes. Numbers cannot carry text.
  private replaceFormatMarks(start: number, end: number, level: Level, text: string): Value {
    const isFormat = /%\s*[\w($[]|[fF]ormat\w*\s*\(|[sS]printf?\w*\s*\(|\.(?:format|formatted)\(/.test(
      this.code.slice(start, end),
    );
    if (level === 'constant' || !isFormat) return { level, text };
    const marks = text.match(TEXT_MARK)?.length ?? 0;
    const numbers = text.match(NUMBER_MARK)?.length ?? 0;
    if (marks === 0 && numbers > 0 && level !== 'request') return { level: 'constant', text };
    if (marks === 0) return { level, text };
    const [first = '', ...rest] = text.split(HOLE);
    return { level, text: [first, ...rest].join('').replace(TEXT_MARK, HOLE) };
  }

  private evaluateCode(code: string, at: number, purpose: Purpose, depth: number): Value {
    const plain = this.language.symbols ? code.replace(this.language.symbols, ' ') : code;
    const harmless = removeOwn(plain, purpose);
    const called = removeCalls(harmless, sanitizerPattern(purpose)).replace(CASTS, ' ');
    const left = withoutConditions(purpose === 'address' ? called.replace(OWN_ADDRESS, ' ') : called);
    if (this.language.request.test(left)) return { level: 'request', text: HOLE };
    // The keys of subscripts are no names.
    const names = left.replace(/'[^']*'/g, (key) => ' '.repeat(key.length));
    let value = CONSTANT;
    for (const match of names.matchAll(NAME)) {
      const name = match[0];
      const after = names.slice(match.index + name.length);
      if (/^\s*=(?!=)/.test(after) || /^:(?!:)/.test(after)) continue;
      const isCall = /^\s*\(/.test(after);
      const isTransparent = isCall && TRANSPARENT_CALL.test(name);
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
    const found =
      this.scopes.findAssignments(name, at) ??
      (root === name ? undefined : this.scopes.findAssignments(root, at));
    if (!found) {
      const isPart = purpose === 'sql' && (SQL_PARTS.test(name) || SQL_SETTING.test(name));
      return isPart || this.scopes.isConstant(name) ? CONSTANT : UNKNOWN;
    }
    const value = this.combine(found, purpose, depth);
    return value.level === 'request' && this.isGuarded(root, at) ? UNKNOWN : value;
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

// Values that are harmless for one purpose by what they are.
function removeOwn(code: string, purpose: Purpose): string {
  if (purpose === 'shell') return code.replace(OWN_PROGRAM, ' ').replace(RUBY_QUOTED, ' ');
  return purpose === 'path' ? code.replace(UPLOADED, ' ') : code;
}

// `isSet ? a : b` has the values of a and b.
function withoutConditions(code: string): string {
  return code.replace(/[^?:;,()]*\s\?(?![.>:?])(?=[^?]*:)/g, ' ');
}
