import { accept, type Result, reject } from './result.ts';
import { type ShellToken, tokenizeShell } from './shell-words.ts';

/**
 * Splits a command into program and arguments by the shell's quoting rules. The command is started without a shell, so anything
 * that needs one (pipes, redirections, comments) is rejected as `command-not-plain`. Globs and variables are passed on as text.
 * `target` is the place in the plan that an error names.
 */
export function parseCommand(command: string, target: string): Result<string[]> {
  const argv: string[] = [];
  for (const token of tokenizeShell(command.trim())) {
    if (token.kind === 'newline') continue;
    if (token.kind === 'unterminated') return rejectUnterminated(token.opener, target);
    const shellSyntax = findShellSyntax(token);
    if (shellSyntax !== undefined) return rejectShellSyntax(command, target, shellSyntax);
    if (token.kind === 'word') argv.push(token.text);
  }
  return argv[0] ? accept(argv) : rejectEmpty(target);
}

/** The part of a token that only a shell understands, for the message. */
function findShellSyntax(token: ShellToken): string | undefined {
  if (token.kind === 'operator') return token.text;
  if (token.kind === 'comment') return `#${token.text}`;
  if (token.kind !== 'word') return undefined;
  // Inside a word `#` is text to bash, but some shells read a comment there.
  const comment = token.parts.find(({ quoting, source }) => quoting === 'bare' && source.includes('#'));
  return comment?.source.slice(comment.source.indexOf('#'));
}

function rejectShellSyntax(command: string, target: string, found: string) {
  return reject({
    code: 'command-not-plain',
    message: `${target}: the command contains "${found}", which needs a shell; commands are started without one`,
    target,
    fix: `write sh -c '${command.replaceAll("'", "'\\''")}' if a shell is wanted`,
  });
}

function rejectUnterminated(opener: string, target: string) {
  const message =
    opener === '\\' ? 'the command ends in a backslash' : `the command has no closing quote for ${opener}`;
  const fix = opener === '\\' ? 'remove the backslash' : 'close the quote, or escape it with a backslash';
  return reject({ code: 'command-not-plain', message: `${target}: ${message}`, target, fix });
}

function rejectEmpty(target: string) {
  return reject({
    code: 'command-not-plain',
    message: `${target}: the command is empty`,
    target,
    fix: 'name a program',
  });
}
/** Quotes a command for a POSIX shell. */

export function quoteCommand(argv: readonly string[]): string {
  return argv
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(' ');
}
