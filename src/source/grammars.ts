import type { Language } from './languages.ts';

/** Comments and strings of a language, as sources of regular expressions; the first match wins. */
export interface Grammar {
  comments: readonly string[];
  strings: readonly string[];
  /** Matches that open no comment or string, such as an escaped quote in a shell. */
  skips?: readonly string[];
}

const r = String.raw;

const LINE = r`\/\/[^\n]*`;
const BLOCK = r`\/\*[\s\S]*?(?:\*\/|$)`;
// `${#name}` and `$#` are no comments.
const HASH = r`(?<![^\s;()])#[^\n]*`;
const DOUBLE = r`"[^"\\\n]*(?:\\[\s\S][^"\\\n]*)*(?:"|(?=\n)|$)`;
const SINGLE = r`'[^'\\\n]*(?:\\[\s\S][^'\\\n]*)*(?:'|(?=\n)|$)`;
const DOUBLE_LINES = r`"[^"\\]*(?:\\[\s\S][^"\\]*)*(?:"|$)`;
const SINGLE_LINES = r`'[^'\\]*(?:\\[\s\S][^'\\]*)*(?:'|$)`;
const BACKTICK = r`\x60[^\x60\\]*(?:\\[\s\S][^\x60\\]*)*(?:\x60|$)`;
const TRIPLE = r`"""[^\\"]*(?:(?:\\[\s\S]|"(?!""))[^\\"]*)*(?:"""|$)`;
const TRIPLE_SINGLE = r`'''[^\\']*(?:(?:\\[\s\S]|'(?!''))[^\\']*)*(?:'''|$)`;
// At most one character, so that a Rust lifetime or a digit separator opens no string.
const CHARACTER = r`'(?:[^'\\\n]|\\[^\n][^'\n]{0,8})'`;
const REGEX = r`(?<=[=(,:;!&|?{}[]\s{0,4})\/(?![*\/])(?:[^\/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/`;

// Literals of Ruby such as %(a), %q{a} and %w[a b]; `%` after a value is an operator.
const PERCENT = r`(?:(?<=[=(,[{&|]\s{0,2}|\b(?:abort|raise|puts|return|and|or|not)\s)%[qQwWiI]?|%[qQwWiI])(?:\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}|\([^()]*(?:\([^()]*\)[^()]*)*\)|\[[^[\]]*\]|<[^<>\n]*>)`;

const C_LIKE: Grammar = { comments: [LINE, BLOCK], strings: [DOUBLE, CHARACTER] };
const JVM: Grammar = { comments: [LINE, BLOCK], strings: [TRIPLE, DOUBLE, CHARACTER] };
const SCRIPT: Grammar = { comments: [LINE, BLOCK], strings: [DOUBLE, SINGLE, BACKTICK, REGEX] };

// A heredoc ends at a line that contains only its tag.
function heredoc(open: string, tag: string): string {
  return r`${open}(?<quote>['"]?)(?<tag>${tag})\k<quote>[^\n]*\n[\s\S]*?(?:\n[ \t]*\k<tag>(?![\w])|$)`;
}

export const GRAMMARS: Record<Language, Grammar> = {
  js: SCRIPT,
  ts: SCRIPT,
  python: { comments: [r`#[^\n]*`], strings: [TRIPLE, TRIPLE_SINGLE, DOUBLE, SINGLE] },
  go: { comments: [LINE, BLOCK], strings: [r`\x60[^\x60]*(?:\x60|$)`, DOUBLE, CHARACTER] },
  java: JVM,
  kotlin: JVM,
  scala: JVM,
  swift: JVM,
  dart: { comments: [LINE, BLOCK], strings: [TRIPLE, TRIPLE_SINGLE, DOUBLE, SINGLE] },
  ruby: {
    comments: [r`(?<=^|\n)=begin\b[\s\S]*?(?:\n=end\b[^\n]*|$)`, r`(?<![^\s;(){}])#(?!\{)[^\n]*`],
    strings: [heredoc('<<[~-]?', r`[A-Z_]\w*`), PERCENT, DOUBLE_LINES, SINGLE_LINES, BACKTICK, REGEX],
    // Global variables such as $` and $'.
    skips: [r`\$[\x60'"]`],
  },
  php: {
    comments: [
      r`^(?!<\?php)[\s\S]*?(?:<\?(?:php\b|=)|$)`,
      r`\?>[\s\S]*?(?:<\?(?:php\b|=)|$)`,
      r`(?:\/\/|#(?!\[))(?:(?!\?>)[^\n])*`,
      BLOCK,
    ],
    strings: [heredoc(r`<<<[ \t]*`, r`\w+`), DOUBLE_LINES, SINGLE_LINES],
  },
  c: C_LIKE,
  cpp: {
    comments: [LINE, BLOCK],
    strings: [r`R"(?<delimiter>[^()\s\\]{0,16})\([\s\S]*?\)\k<delimiter>"`, DOUBLE, CHARACTER],
  },
  csharp: { comments: [LINE, BLOCK], strings: [r`"""[\s\S]*?"""`, r`@"(?:[^"]|"")*"`, DOUBLE, CHARACTER] },
  rust: {
    comments: [LINE, BLOCK],
    strings: [r`r(?<hashes>#*)"[\s\S]*?"\k<hashes>`, DOUBLE_LINES, CHARACTER],
  },
  shell: {
    comments: [HASH],
    strings: [heredoc(r`<<-?[ \t]*`, r`\w+`), r`\$'(?:[^'\\]|\\[\s\S])*'`, r`'[^']*(?:'|$)`, DOUBLE_LINES],
    skips: [r`\\[\s\S]`],
  },
  sql: { comments: [r`--[^\n]*`, BLOCK], strings: [r`'[^']*(?:'|$)`] },
  css: { comments: [BLOCK], strings: [DOUBLE, SINGLE] },
  html: { comments: [r`<!--[\s\S]*?(?:-->|$)`], strings: [] },
  yaml: { comments: [HASH], strings: [DOUBLE_LINES, r`(?<=[\s:[,])'[^']*(?:'|$)`] },
  docker: { comments: [r`(?<=^|\n)\s*#[^\n]*`], strings: [] },
};
