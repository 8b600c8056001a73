import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFindings } from '../../../src/findings/parse-findings.ts';
import { writeCommandFile } from '../../../src/headless/command-file.ts';
import { judgeOutput } from '../../../src/run/outputs/sentinel.ts';
import { agentOf } from '../../harness/snapshots.ts';
import { endOf } from './cases.ts';

const agent = agentOf('a1', {
  kind: 'command',
  model: null,
  command: ['npm', 'audit', '--json'],
  name: 'Advisories',
});
const write = (result: Parameters<typeof endOf>[0]) => writeCommandFile(agent, endOf(result));
const judge = (text: string) => judgeOutput({ head: text, tail: text, whole: true });

describe('the file of a command worker', () => {
  it('quotes what a program printed, with the command and its exit code', () => {
    expect(write({ stdout: 'hello\n', exitCode: 1 })).toBe(
      '# Advisories\n\nCommand: `npm audit --json` (exit code 1, 1.2 s)\n\n```\nhello\n```\n\n<!-- DONE -->\n',
    );
  });

  it('takes findings in Markdown as its own', () => {
    const text = write({ stdout: '## Findings\n- [major] bad — src/a.ts:3 — fix it\n', exitCode: 1 });
    expect(judge(text)).toBe('done');
    expect(parseFindings(text)).toEqual([
      { severity: 'major', title: 'bad', path: 'src/a.ts', line: 3, detail: 'fix it' },
    ]);
  });

  it.each([
    ['a start error', { startError: { code: 'ENOENT', message: 'npm was not found' }, exitCode: null }],
    ['a timeout', { timedOut: true, exitCode: null, stdout: 'some' }],
    ['a kill', { signal: 'SIGKILL' as const, exitCode: null, stdout: 'some' }],
    ['silence with an exit code', { exitCode: 1, stderr: 'no such option' }],
  ])('is an error after %s', (_, result) => {
    const text = write(result);
    expect(judge(text)).toBe('failed');
    expect(text).toMatch(/^# ERROR\n/);
  });

  it('is done after silence that is no failure', () => {
    expect(judge(write({}))).toBe('done');
  });

  it('keeps secrets and terminal sequences out', () => {
    const text = write({ stdout: `key \u001b[31mghp_${'a1B2'.repeat(10)}\u001b[0m\n` });
    expect(text).toContain('[redacted:github-token]');
    expect(text).not.toContain('\u001b');
  });

  it('is well-formed for any output', () => {
    const pieces = fc.constantFrom(
      '```',
      '~~~~',
      '<!-- DONE -->',
      '## Findings',
      '- [major] x',
      '# ERROR',
      '\n',
      'words',
      '\r\n',
      '`````',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 30 }), fc.boolean(), (words, joined) => {
        const stdout = words.join(joined ? '' : '\n');
        expect(judge(write({ stdout }))).toBe('done');
      }),
      { numRuns: 500 },
    );
  });
});
