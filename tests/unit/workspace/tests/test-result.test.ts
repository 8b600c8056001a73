import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  describeTests,
  extractTail,
  formatTestLog,
  type TestEnd,
  testsPassed,
} from '../../../../src/workspace/tests/test-result.ts';

const end = (more: Partial<TestEnd> = {}): TestEnd => ({
  code: 0,
  signal: null,
  timedOut: false,
  durationMs: 3210,
  ...more,
});
const key = `ghp_${'a1B2c3D4e5F6'.repeat(3)}`;

describe('how a test command ended', () => {
  it.each([
    ['zero', end(), true, 'exit code 0 after 3.2 s'],
    ['another code', end({ code: 1 }), false, 'exit code 1 after 3.2 s'],
    ['a signal', end({ code: null, signal: 'SIGKILL' }), false, 'it was killed by SIGKILL after 3.2 s'],
    [
      'no time left',
      end({ code: null, timedOut: true }),
      false,
      'it did not end in time and was stopped after 3.2 s',
    ],
    [
      'zero, but only when it was stopped',
      end({ timedOut: true }),
      false,
      'it did not end in time and was stopped after 3.2 s',
    ],
    [
      'never started',
      end({ code: null, startError: 'x was not found' }),
      false,
      'it could not be started: x was not found',
    ],
  ])('%s', (_, given, isPassed, words) => {
    expect(testsPassed(given)).toBe(isPassed);
    expect(describeTests(given)).toBe(words);
  });
});

describe('writeTestLog', () => {
  it('contains the command, its end and both streams, without secrets and control characters', () => {
    const said = { stdout: `\u001b[31mone\u001b[0m\nkey ${key}\n`, stderr: 'two\n' };
    const log = formatTestLog({ ...end({ code: 1 }), command: ['npm', 'run', 'a b'], cwd: '/tree' }, said);
    expect(log).toBe(
      "$ npm run 'a b'\n# in /tree\n# exit code 1 after 3.2 s\n\n--- stdout\none\nkey [redacted:github-token]\n\n--- stderr\ntwo\n",
    );
  });

  it('leaves out an empty stream', () => {
    const log = formatTestLog({ ...end(), command: ['true'], cwd: '/t' }, { stdout: '', stderr: '' });
    expect(log).toBe('$ true\n# in /t\n# exit code 0 after 3.2 s\n');
  });
});

describe('tailOf', () => {
  const lines = (count: number, word: string) =>
    Array.from({ length: count }, (_, n) => `${word} ${n}`).join('\n');

  it('is the end of the only stream with output', () => {
    expect(extractTail({ stdout: `${lines(100, 'out')}\n`, stderr: ' \n' }).split('\n')).toHaveLength(40);
    expect(extractTail({ stdout: '', stderr: lines(3, 'err') })).toBe('err 0\nerr 1\nerr 2');
  });

  it('gives each of two streams half of the lines', () => {
    const tail = extractTail({ stdout: lines(100, 'out'), stderr: lines(100, 'err') });
    expect(tail).toContain('out 80\n');
    expect(tail).not.toContain('out 79\n');
    expect(tail.endsWith('err 99')).toBe(true);
  });

  it('redacts a secret at the cut', () => {
    const tail = extractTail({ stdout: `token ${key}${' x'.repeat(1990)}`, stderr: '' });
    expect(tail).not.toMatch(/[a-z0-9]{8}/i);
  });

  it('is bounded for any output', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 9000 }), fc.string({ maxLength: 9000 }), (stdout, stderr) => {
        expect(extractTail({ stdout, stderr }).length).toBeLessThanOrEqual(4020);
      }),
    );
  });
});
