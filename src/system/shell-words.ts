/** One stretch of a word that is written in one way. */
export interface WordPart {
  /** `ansi` is `$'…'`; `escape` is a backslash and the character after it. */
  quoting: 'bare' | 'single' | 'double' | 'ansi' | 'escape';
  /** As written, quotes included. */
  source: string;
  /** With quotes and escapes removed. Expansions stay as written. */
  text: string;
}

export interface ShellWord {
  kind: 'word';
  source: string;
  text: string;
  parts: WordPart[];
  isQuoted: boolean;
  /** Has `$` or a backtick that a shell would act on. */
  hasExpansion: boolean;
  /** Has `*`, `?` or `[` outside of quotes. */
  hasGlob: boolean;
  /** A shell would replace the tilde by a home directory. */
  startsWithTilde: boolean;
  /** Whether the word follows the previous token without a blank. */
  isAdjacent: boolean;
}

/** The lines below a command that `<<` feeds to it. */
export interface ShellHeredoc {
  kind: 'heredoc';
  delimiter: string;
  /** Whether the delimiter is quoted, so that a shell expands nothing in the body. */
  isQuoted: boolean;
  body: string;
  isTerminated: boolean;
}

export type ShellToken =
  | ShellWord
  | ShellHeredoc
  | { kind: 'operator'; text: string; isAdjacent: boolean }
  /** The end of a line; with a backslash before it, the command goes on. */
  | { kind: 'newline'; isContinued: boolean }
  | { kind: 'comment'; text: string }
  /** A quote or escape that the command ends in; always the last token. */
  | { kind: 'unterminated'; opener: string };

const BLANKS = /[ \t]+/y;
const OPERATOR = /<<<|<<-|<<|<\(|<&|<>|<|>>|>&|>\||>\(|>|&&|&>>|&>|&|\|\||\|&|\||;;&|;;|;&|;|\(|\)/y;
const COMMENT = /#([^\n]*)/y;
const LINE = /[^\n]*/y;
const NEWLINE = /\n/y;
const CONTINUATION = /\\\n/y;
const PART =
  /(?<single>'[^']*')|(?<double>"(?:\\[\s\S]|[^"\\])*")|(?<ansi>\$'(?:\\[\s\S]|[^'\\])*')|(?<escape>\\[\s\S])|(?<bare>(?:[^\s'"\\$;&|()<>]|[^\S \t\n]|\$(?!'))+)/y;
const OPENER = /\$'|['"\\]/y;

/** How far a command has been read. */
interface Scanner {
  command: string;
  position: number;
}

interface PendingHeredoc {
  delimiter: ShellWord;
  stripsTabs: boolean;
}

/**
 * Splits a command line into words, operators and heredocs by the quoting rules of bash. It reads only the surface: what is
 * inside `$(…)`, `${…}` and backticks is not parsed, and the parenthesis of an unquoted `$(` is an operator. Never throws.
 */
export function tokenizeShell(command: string): ShellToken[] {
  const scanner: Scanner = { command, position: 0 };
  const tokens: ShellToken[] = [];
  let pendingHeredocs: PendingHeredoc[] = [];
  for (;;) {
    const isAdjacent = scan(scanner, BLANKS) === undefined && tokens.length > 0;
    if (scanner.position >= command.length) return tokens;
    const token = readToken(scanner, isAdjacent);
    const previous = tokens.at(-1);
    tokens.push(token);
    if (token.kind === 'newline' && !token.isContinued) {
      tokens.push(...readHeredocs(scanner, pendingHeredocs));
      pendingHeredocs = [];
    } else if (token.kind === 'word' && previous?.kind === 'operator' && /^<<-?$/.test(previous.text)) {
      pendingHeredocs.push({ delimiter: token, stripsTabs: previous.text === '<<-' });
    } else if (token.kind === 'unterminated') {
      return tokens;
    }
  }
}

function scan(scanner: Scanner, pattern: RegExp): RegExpExecArray | undefined {
  pattern.lastIndex = scanner.position;
  const match = pattern.exec(scanner.command) ?? undefined;
  if (match) scanner.position = pattern.lastIndex;
  return match;
}

function readToken(scanner: Scanner, isAdjacent: boolean): ShellToken {
  if (scan(scanner, NEWLINE)) return { kind: 'newline', isContinued: false };
  if (scan(scanner, CONTINUATION)) return { kind: 'newline', isContinued: true };
  const comment = scan(scanner, COMMENT);
  if (comment) return { kind: 'comment', text: comment[1] ?? '' };
  const operator = scan(scanner, OPERATOR)?.[0];
  if (operator !== undefined) return { kind: 'operator', text: operator, isAdjacent };
  const parts = readParts(scanner);
  const opener = scan(scanner, OPENER)?.[0];
  return opener === undefined ? makeWord(parts, isAdjacent) : { kind: 'unterminated', opener };
}

function readParts(scanner: Scanner): WordPart[] {
  const parts: WordPart[] = [];
  for (let match = scan(scanner, PART); match; match = scan(scanner, PART)) {
    const [source] = match;
    const { single, double, ansi, escape: escaped } = match.groups ?? {};
    if (single !== undefined) parts.push({ quoting: 'single', source, text: source.slice(1, -1) });
    else if (double !== undefined)
      parts.push({ quoting: 'double', source, text: unescapeDouble(source.slice(1, -1)) });
    else if (ansi !== undefined)
      parts.push({ quoting: 'ansi', source, text: unescapeAnsi(source.slice(2, -1)) });
    else if (escaped !== undefined)
      parts.push({ quoting: 'escape', source, text: escaped === '\\\n' ? '' : escaped.slice(1) });
    else parts.push({ quoting: 'bare', source, text: source });
  }
  return parts;
}

function makeWord(parts: WordPart[], isAdjacent: boolean): ShellWord {
  const bareSources = parts.filter(({ quoting }) => quoting === 'bare').map(({ source }) => source);
  return {
    kind: 'word',
    source: parts.map(({ source }) => source).join(''),
    text: parts.map(({ text }) => text).join(''),
    parts,
    isQuoted: parts.some(({ quoting }) => quoting !== 'bare'),
    hasExpansion: parts.some(
      ({ quoting, source }) =>
        (quoting === 'bare' || quoting === 'double') && /[$`]/.test(source.replace(/\\[\s\S]/g, '')),
    ),
    hasGlob: bareSources.some((source) => /[*?[]/.test(source)),
    startsWithTilde: parts[0]?.quoting === 'bare' && parts[0].source.startsWith('~'),
    isAdjacent,
  };
}

/** Reads the bodies below the line that was just ended. The newline after the last delimiter stays: it ends that line. */
function readHeredocs(scanner: Scanner, pending: readonly PendingHeredoc[]): ShellHeredoc[] {
  return pending.map((heredoc, index) => {
    if (index > 0) scan(scanner, NEWLINE);
    return readHeredoc(scanner, heredoc);
  });
}

function readHeredoc(scanner: Scanner, { delimiter, stripsTabs }: PendingHeredoc): ShellHeredoc {
  const lines: string[] = [];
  let isTerminated = false;
  while (scanner.position < scanner.command.length) {
    const written = scan(scanner, LINE)?.[0] ?? '';
    const line = stripsTabs ? written.replace(/^\t+/, '') : written;
    isTerminated = line === delimiter.text;
    if (isTerminated) break;
    lines.push(`${line}\n`);
    scan(scanner, NEWLINE);
  }
  const { text, isQuoted } = delimiter;
  return { kind: 'heredoc', delimiter: text, isQuoted, body: lines.join(''), isTerminated };
}

function unescapeDouble(text: string): string {
  return text.replace(/\\(["\\$`\n])/g, (_, character: string) => (character === '\n' ? '' : character));
}

const ANSI_ESCAPE =
  /\\(?:([0-7]{1,3})|x([\dA-Fa-f]{1,2})|u([\dA-Fa-f]{1,4})|U([\dA-Fa-f]{1,8})|c(\\\\|[\s\S])|([abeEfnrtv\\'"?]))/g;
const ANSI_CHARACTERS: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  e: '\x1b',
  E: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

function unescapeAnsi(text: string): string {
  const unescaped = text.replace(
    ANSI_ESCAPE,
    (
      source: string,
      octal?: string,
      byte?: string,
      short?: string,
      long?: string,
      control?: string,
      letter?: string,
    ) => {
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
      if (control !== undefined)
        return control === '?' ? '\x7f' : String.fromCharCode(control.charCodeAt(0) & 0x1f);
      const digits = byte ?? short ?? long;
      if (digits === undefined) return ANSI_CHARACTERS[letter ?? ''] ?? letter ?? '';
      const codePoint = Number.parseInt(digits, 16);
      return codePoint > 0x10_ff_ff ? source : String.fromCodePoint(codePoint);
    },
  );
  // As in bash, a NUL ends the string.
  return unescaped.split('\0')[0] ?? '';
}
