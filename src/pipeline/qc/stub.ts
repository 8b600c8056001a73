import { isForeignPath, isProse } from '../../source/kinds.ts';
import { type Language, languageOf } from '../../source/languages.ts';
import { maskText } from '../../source/mask.ts';

/** Lines of code, without comments, that a stub may have. */
export const MAX_STUB_LINES = 60;

const NON_PROGRAM_LANGUAGES: readonly Language[] = ['css', 'html', 'yaml', 'docker'];
/** Starts of comment lines in languages for which there is no tokenizer. */
const OTHER_PROGRAMS =
  /\.(?:ex|exs|erl|hrl|clj|cljs|hs|ml|mli|fs|fsx|zig|lua|pl|pm|r|jl|nim|cr|groovy|elm|sol|m|mm|d|pas|vb|tcl)$/i;
const COMMENT_LINE = /^\s*(?:\/\/|\/\*|\*|#|--|;|%|\(\*|"""|''')/;

const STUB_MARKER =
  /\bnot[ _-](?:yet[ _-])?implemented\b|\bnotimplemented|\bunimplemented\b|\bunsupportedoperation|\btodo!?\(|\bstub\b/i;

// Where a statement begins: `match(text)` in an interface and `.catch(…)` behind a promise are no statements.
const STATEMENT_START = String.raw`(?:^|[{};]|\b(?:else|do|then)\b)[ \t]*`;
const BRANCH_OR_LOOP = new RegExp(
  [
    String.raw`${STATEMENT_START}(?:if|elif|elsif|unless|for|foreach|while|until|switch)\b(?!\s*[:=?,])`,
    String.raw`${STATEMENT_START}(?:try|loop|select|match|when)(?=\s*\{|\s*:[ \t]*$|[ \t]+[\w(&*])`,
    String.raw`\bcase\b[^\n]*\b(?:of|do)[ \t]*$`,
    String.raw`\b(?:match|cond)[ \t]*(?:\{|do[ \t]*$)`,
  ].join('|'),
  'm',
);

/** Returns whether a file is source code, by its name: not prose, data, styles, settings, or generated and third-party files. */
export function isProgram(path: string): boolean {
  if (isForeignPath(path) || isProse(path)) return false;
  const language = languageOf(path);
  return language === undefined ? OTHER_PROGRAMS.test(path) : !NON_PROGRAM_LANGUAGES.includes(language);
}

/**
 * Why a program's file is more than a stub; undefined for a stub. A stub is short, and either says that it is one or only declares:
 * code without a branch or loop counts as not built yet, in every language.
 */
export function describeImplementation(path: string, text: string): string | undefined {
  const code = maskedCode(path, text);
  const lines = code.split('\n').filter((line) => line.trim() !== '').length;
  if (lines > MAX_STUB_LINES) return `it has ${lines} lines of code; a stub has at most ${MAX_STUB_LINES}`;
  if (STUB_MARKER.test(text) || !BRANCH_OR_LOOP.test(code)) return undefined;
  return 'it branches or loops, and says nowhere "not implemented"';
}

/** The code alone: comments, and the inside of strings, are blank. */
function maskedCode(path: string, text: string): string {
  const language = languageOf(path);
  if (language !== undefined) return maskText(text, language).code;
  return text
    .split('\n')
    .map((line) => (COMMENT_LINE.test(line) ? '' : line))
    .join('\n');
}
