import { type ShellToken, type ShellWord, tokenizeShell } from '../../system/shell-words.ts';

/** A call of `sao` that is nothing else: no chain, no substitution, no variable. */
export interface PlainCall {
  /** The words after `sao`. */
  words: string[];
}

/** Whether a shell takes every character of a word literally. `bareCharacters` matches the text allowed outside of quotes. */
function isLiteral(word: ShellWord, bareCharacters: RegExp): boolean {
  return word.parts.every(({ quoting, source }) => {
    if (quoting === 'bare') return bareCharacters.test(source);
    return quoting === 'single' || (quoting === 'double' && !/[$`\\!]/.test(source));
  });
}

const PLAIN_CHARACTERS = /^[A-Za-z0-9_@%+=:,./~-]+$/;

/**
 * Reads a shell command that is exactly one `sao …` call, with a quoted heredoc or without; undefined for everything else. The whole
 * command must be understood: a prefix match would accept `sao x && rm -rf y`.
 */
export function parsePlainCall(command: string): PlainCall | undefined {
  const tokens = withoutStderrCopy(withoutHeredoc(tokenizeShell(command.trim())));
  const words: string[] = [];
  for (const [index, token] of tokens.entries()) {
    if (token.kind !== 'word' || token.source.includes('\n')) return undefined;
    if ((index > 0 && token.isAdjacent) || !isLiteral(token, PLAIN_CHARACTERS)) return undefined;
    words.push(token.text);
  }
  return words[0] === 'sao' ? { words: words.slice(1) } : undefined;
}

/** Removes a heredoc with a quoted delimiter from the end; any other stays, and its operator makes the caller refuse. */
function withoutHeredoc(tokens: readonly ShellToken[]): readonly ShellToken[] {
  const [operator, delimiter, newline, heredoc] = tokens.slice(-4);
  const isOnlyFeed =
    operator?.kind === 'operator' &&
    operator.text === '<<' &&
    delimiter?.kind === 'word' &&
    /^'[A-Za-z_]+'$/.test(delimiter.source) &&
    newline?.kind === 'newline' &&
    !newline.isContinued &&
    heredoc?.kind === 'heredoc' &&
    heredoc.isTerminated;
  return isOnlyFeed ? tokens.slice(0, -4) : tokens;
}

/** Removes each `2>&1`. */
function dropStderrCopies(tokens: readonly ShellToken[]): ShellToken[] {
  const kept: ShellToken[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    if (isStderrCopy(tokens.slice(at, at + 3))) at += 2;
    else kept.push(tokens[at] as ShellToken);
  }
  return kept;
}

/** Removes `2>&1` from the end. */
function withoutStderrCopy(tokens: readonly ShellToken[]): readonly ShellToken[] {
  return isStderrCopy(tokens.slice(-3)) ? tokens.slice(0, -3) : tokens;
}

function isStderrCopy([descriptor, operator, target]: readonly ShellToken[]): boolean {
  return (
    descriptor?.kind === 'word' &&
    descriptor.source === '2' &&
    !descriptor.isAdjacent &&
    operator?.kind === 'operator' &&
    operator.text === '>&' &&
    operator.isAdjacent &&
    target?.kind === 'word' &&
    target.source === '1' &&
    target.isAdjacent
  );
}

const CHAIN_CHARACTERS = /^[A-Za-z0-9_@%+=:,./~^-]+$/;

const JOINING_OPERATORS: ReadonlySet<string> = new Set(['&&', '||', ';', '|']);

/**
 * Reads a shell command that is nothing but plain calls, joined by these operators, as the words of each call. `2>&1` is left out.
 * Undefined if the command has anything else in it. A leading tilde is refused because the shell replaces it by a folder.
 */
export function parseChain(command: string, operators = JOINING_OPERATORS): string[][] | undefined {
  return parseTokens(dropStderrCopies(tokenizeShell(command.trim())), operators);
}

/** Takes each `> FILE` and `>> FILE`, of any stream, out of a command. `rest`: what is left, without `2>&1`. */
export function takeRedirections(command: string): { rest: ShellToken[]; targets: string[] } {
  const tokens = dropStderrCopies(tokenizeShell(command.trim()));
  const [rest, targets]: [ShellToken[], string[]] = [[], []];
  for (let at = 0; at < tokens.length; at += 1) {
    const [token, target] = [tokens[at] as ShellToken, tokens[at + 1]];
    const isWrite = token.kind === 'operator' && (token.text === '>' || token.text === '>>');
    if (
      !isWrite ||
      target?.kind !== 'word' ||
      target.startsWithTilde ||
      !isLiteral(target, CHAIN_CHARACTERS)
    ) {
      rest.push(token);
      continue;
    }
    const stream = rest.at(-1);
    if (token.isAdjacent && stream?.kind === 'word' && /^\d$/.test(stream.source)) rest.pop();
    targets.push(target.text);
    at += 1;
  }
  return { rest, targets };
}

/** Reads tokens that are nothing but plain calls, joined by these operators, like `parseChain`. */
export function parseTokens(
  tokens: readonly ShellToken[],
  operators = JOINING_OPERATORS,
): string[][] | undefined {
  const calls: string[][] = [[]];
  for (const token of tokens) {
    if (token.kind === 'operator' && operators.has(token.text)) calls.push([]);
    else if (token.kind !== 'word' || token.startsWithTilde || !isLiteral(token, CHAIN_CHARACTERS))
      return undefined;
    else calls.at(-1)?.push(token.text);
  }
  return calls.some((call) => call.length === 0) ? undefined : calls;
}

/** The folder that a command line begins with a change to, as in `cd 'a b' && …`; undefined if it is not known without a shell. */
export function readLeadingFolder(command: string): string | undefined {
  const [first, ...rest] = tokenizeShell(command.trimStart());
  if (first?.kind !== 'word' || first.source !== 'cd') return undefined;
  const [folder, end] = rest[0]?.kind === 'word' && rest[0].source === '--' ? rest.slice(1) : rest;
  if (folder?.kind !== 'word' || folder.hasExpansion || folder.hasGlob || folder.startsWithTilde)
    return undefined;
  const isEnd =
    end === undefined ||
    (end.kind === 'newline' && !end.isContinued) ||
    (end.kind === 'operator' && (end.text === '&&' || end.text === ';'));
  return isEnd ? folder.text : undefined;
}
