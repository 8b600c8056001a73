import { describe, expect, it } from 'vitest';
import { parseCommand, quoteCommand } from '../../../src/system/command-line.ts';

function argvOf(command: string): string[] | string | undefined {
  const result = parseCommand(command, '$.run');
  return result.ok ? result.value : result.diagnostics[0]?.code;
}

describe('parseCommand', () => {
  it.each([
    ['npm audit --json', ['npm', 'audit', '--json']],
    [`grep -rn "a b" 'c d' e\\ f`, ['grep', '-rn', 'a b', 'c d', 'e f']],
    ['ls *.ts', ['ls', '*.ts']],
    ['ls src/**/*.ts', ['ls', 'src/**/*.ts']],
    ["grep '$HOME'", ['grep', '$HOME']],
    ["check '{item}'", ['check', '{item}']],
    ['check {item}', ['check', '{item}']],
    [`sh -c 'a | b > c'`, ['sh', '-c', 'a | b > c']],
    ['git log --format=%H', ['git', 'log', '--format=%H']],
    [`printf ''`, ['printf', '']],
  ])('%s', (command, argv) => {
    expect(argvOf(command)).toEqual(argv);
  });

  it.each([
    'a | b',
    'a > b',
    'a < b',
    'a && b',
    'a; b',
    'a &',
    '(a)',
    'a 2>&1',
    'npm audit # comment',
    '',
    '   ',
    "''",
    'a || b',
    'a >> b',
    "a 'b",
    'a "b',
    'a \\',
    'a b#c',
  ])('refuses %j, which only a shell understands', (command) => {
    expect(argvOf(command)).toBe('command-not-plain');
  });

  it('says how to ask for a shell', () => {
    const result = parseCommand(`a 'x' | b`, '$.run');
    expect(!result.ok && result.diagnostics[0]?.fix).toBe(
      `write sh -c 'a '\\''x'\\'' | b' if a shell is wanted`,
    );
  });

  it.each([['a b'], ["it's"], ['$HOME'], ['*'], ['-n'], ['{item}'], ['"']])(
    'reads %j again as it was shown',
    (word) => {
      expect(argvOf(quoteCommand(['run', word]))).toEqual(['run', word]);
    },
  );
});
