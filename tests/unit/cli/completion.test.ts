import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatCompletion } from '../../../src/cli/completion.ts';
import { buildProgram } from '../../../src/cli/program.ts';
import { COMMANDS } from '../../../src/commands/index.ts';

const RUN = '20260101-120000-0a1b2c3d';
const OTHER = '20260202-120000-0a1b2c3d';
let folder = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sao-completion-'));
  mkdirSync(join(folder, 'runs', RUN), { recursive: true });
  writeFileSync(join(folder, 'runs', RUN, 'run.json'), '{}');
  // Another user may have made the folder of runs: names that are no run ids are not offered, and no shell expands them.
  for (const name of [
    '$(touch expanded)',
    '`touch expanded`',
    'x; touch expanded',
    '20260101-120000-$(id)',
  ]) {
    mkdirSync(join(folder, 'runs', name));
    writeFileSync(join(folder, 'runs', name, 'run.json'), '{}');
  }
  mkdirSync(join(folder, 'a folder with blanks'));
  mkdirSync(join(folder, 'others', OTHER), { recursive: true });
  writeFileSync(join(folder, 'others', OTHER, 'run.json'), '{}');
  const commands = await Promise.all(COMMANDS.map((entry) => entry.load()));
  const program = buildProgram(commands, '0', () => undefined);
  for (const shell of ['bash', 'zsh', 'fish'] as const)
    writeFileSync(join(folder, shell), formatCompletion(shell, program));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a script in a shell that has loaded the completion; its output as lines. */
function runShell(shell: string, args: string[], script: string): string[] {
  const { stdout, stderr, error } = spawnSync(shell, [...args, '-c', script], {
    encoding: 'utf8',
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder, SAO_RUNS_DIR: join(folder, 'runs') },
  });
  expect([error, stderr]).toEqual([undefined, '']);
  return stdout.split('\n').filter(Boolean);
}

describe('bash completion', () => {
  it.each([
    [['sao', 'ver'], ['verify']],
    [['sao', 'report', '--form'], ['--format']],
    [['sao', 'report', '--fail-on', 'cr'], ['critical']],
    [['sao', 'status', ''], [RUN]],
    [['sao', 'retry', '2026'], [RUN]],
    [['sao', 'status', '--runs-dir', 'x', '2026'], []],
    [['sao', '--json', 'stat'], ['status']],
    [['sao', 'conflict', 'res'], ['resolve']],
    [
      ['sao', 'completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
    [['sao', 'audit', 'ru'], ['runs']],
    [['sao', 'audit', 'a f'], ['a folder with blanks']],
    [['sao', 'audit', '--runs-dir', 'a f'], ['a folder with blanks']],
    [['sao', 'nothing', ''], []],
    // Bash itself splits a word at the sign.
    [['sao', 'report', '--fail-on', '=', 'cr'], ['critical']],
    [
      ['sao', 'report', '--fail-on', '='],
      ['critical', 'major', 'minor'],
    ],
    [['sao', 'report', '--fail-on=cr'], ['--fail-on=critical']],
    [['sao', 'report', '--fail-on', '=', 'critical', '2026'], [RUN]],
    [['sao', 'report', '--fail-on=critical', '2026'], [RUN]],
    [['sao', 'status', '--runs-dir', 'others', ''], [OTHER]],
    [['sao', 'status', '--runs-dir', '=', 'others', '2026'], [OTHER]],
    [['sao', 'status', '--runs-dir=others', '2026'], [OTHER]],
    [['sao', '--runs-dir', 'others', 'status', '2026'], [OTHER]],
    [['sao', '--runs-dir=~/others', 'status', '2026'], [OTHER]],
    [['sao', 'status', '--runs-dir', '=', 'a f'], ['a folder with blanks']],
    [['sao', 'status', '--runs-dir=a f'], ['--runs-dir=a folder with blanks']],
    [['sao', '--runs-dir', '=', 'a f'], ['a folder with blanks']],
  ])('%j', (words, expected) => {
    const quoted = words.map((word) => `'${word}'`).join(' ');
    const script = `source ./bash; COMP_WORDS=(${quoted}); COMP_CWORD=${words.length - 1}; _sao; printf '%s\\n' "\${COMPREPLY[@]}"`;
    expect(runShell('bash', ['--norc'], script)).toEqual(expected);
    expect(existsSync(join(folder, 'expanded'))).toBe(false);
  });
});

const isInstalled = (shell: string) => spawnSync(shell, ['--version']).error === undefined;
// In CI a missing shell fails the test; elsewhere the title of the skipped test says why.
const isRequired = process.env.CI !== undefined;

describe.skipIf(!isRequired && !isInstalled('fish'))(
  'fish completion (skipped only where fish is missing)',
  () => {
    it.each([
      ['sao ver', ['verify']],
      ['sao report --fail-on cr', ['critical']],
      ['sao status 2026', [RUN]],
      ['sao conflict res', ['resolve']],
      // A run and a file are offered at their own places.
      ['sao receipt 2026', [RUN]],
      ['sao receipt zz', []],
      ['sao receipt verify a', ['a folder with blanks/']],
      ['sao receipt verify 2026', []],
      ['sao audit a', ['a folder with blanks/']],
      ['sao audit 2026', []],
      ['sao report --fail-on critical 2026', [RUN]],
      ['sao report --fail-on=cr', ['--fail-on=critical']],
      ['sao report --fail-on=critical 2026', [RUN]],
      ['sao report --runs-di', ['--runs-dir']],
      ['sao status --runs-dir a', ['a folder with blanks/']],
      ['sao status --runs-dir others ', [OTHER]],
      ['sao status --runs-dir=others 2026', [OTHER]],
      ['sao --runs-dir others status 2026', [OTHER]],
      ['sao status --runs-dir=a', ['--runs-dir=a folder with blanks/']],
      ['sao --runs-dir=~/others status 2026', [OTHER]],
      ['sao nothing ', []],
    ])('%s', (line, expected) => {
      const lines = runShell('fish', ['--no-config'], `source ./fish; complete -C '${line}'`);
      expect(lines.map((entry) => entry.split('\t')[0])).toEqual(expected);
    });
  },
);

describe.skipIf(!isRequired && !isInstalled('zsh'))(
  'zsh completion (skipped only where zsh is missing)',
  () => {
    const STUBS =
      'compdef() { :; }; _describe() { print -l -- $commands; }; _arguments() { print -l -- "$@"; }; source ./zsh;';

    it('offers the commands', () => {
      expect(runShell('zsh', ['-f'], `${STUBS} words=(sao ver); CURRENT=2; _sao`)).toContain(
        'verify:Check which outputs are done; exit 1 if any output is not.',
      );
    });

    it('offers options, choices and runs', () => {
      const specs = runShell('zsh', ['-f'], `${STUBS} words=(sao report ''); CURRENT=3; _sao`);
      expect(specs).toContain('1:run:_sao_runs');
      expect(specs.find((spec) => spec.startsWith('--fail-on=['))).toMatch(
        /:failOn:\(critical major minor\)$/,
      );
      const runs = 'compadd() { print -l -- $runs; }; _sao_runs';
      expect(runShell('zsh', ['-f'], `${STUBS} ${runs}`)).toEqual([RUN]);
    });

    it.each([
      ['words=(sao status --runs-dir others 2026); CURRENT=5', OTHER],
      ['words=(sao status --runs-dir=others 2026); CURRENT=4', OTHER],
      ['words=(sao --runs-dir others status 2026); CURRENT=5', OTHER],
      ['words=(sao --runs-dir=others status 2026); CURRENT=4', OTHER],
      ['words=(sao --json status 2026); CURRENT=4', RUN],
    ])('offers the runs of the folder that the line names: %s', (line, expected) => {
      const stubs =
        'compdef() { :; }; _arguments() { _sao_runs; }; compadd() { print -l -- $runs; }; source ./zsh;';
      expect(runShell('zsh', ['-f'], `${stubs} ${line}; _sao`)).toEqual([expected]);
    });
  },
);
