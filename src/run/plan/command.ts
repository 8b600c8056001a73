import { type ParseEntry, parse } from 'shell-quote';
import { accept, type Result, reject } from '../../system/result.ts';

/**
 * Splits a command into program and arguments by the shell's quoting rules. It is started without a shell, so
 * what only a shell can do (pipes, redirections, variables) is refused rather than passed on as text.
 */
export function parseCommand(command: string, target: string): Result<string[]> {
  // A variable stays as it was written: nothing is filled in from the environment.
  const words = parse(command, (name) => `$${name}`);
  const operator = words.find((word) => typeof word !== 'string' && !isGlob(word));
  if (operator !== undefined) return refuse(command, target, describe(operator));
  const argv = words.map((word) => (typeof word === 'string' ? word : 'pattern' in word ? word.pattern : ''));
  if (argv.length === 0 || argv[0] === '') return refuse(command, target, 'nothing');
  return accept(argv);
}

function isGlob(word: ParseEntry): boolean {
  return typeof word !== 'string' && 'op' in word && word.op === 'glob';
}

function describe(word: ParseEntry): string {
  if (typeof word === 'string') return word;
  return 'comment' in word ? `#${word.comment}` : word.op;
}

function refuse(command: string, target: string, found: string) {
  const what = found === 'nothing' ? 'is empty' : `holds "${found}", which only a shell understands`;
  return reject({
    code: 'command-not-plain',
    message: `${target}: the command ${what}; commands are started without a shell`,
    target,
    fix:
      found === 'nothing'
        ? 'name a program'
        : `write sh -c '${command.replaceAll("'", "'\\''")}' if a shell is wanted`,
  });
}
