import { describe, expect, it } from 'vitest';
import { isInOwnTerminal, judgeOrigin } from '../../../../src/system/process/origin.ts';
import { parseProcessSession } from '../../../../src/system/process/proc.ts';
import type { ProcessEntry } from '../../../../src/system/process/process-entry.ts';

const entry = (pid: number, parent: number, started: number, name = 'sh'): ProcessEntry => ({
  ...{ pid, parent, name, group: pid, started: String(started), isZombie: false },
});
const first = entry(1, 0, 0, 'systemd');
const client = entry(50, 40, 500, 'claude');

describe('judgeOrigin', () => {
  it.each<[string, ProcessEntry[], number | undefined]>([
    ['a daemon that is younger than the client', [entry(90, 1, 900), first], 50],
    ['a daemon whose shell still lives', [entry(90, 80, 900), entry(80, 1, 800), first], 50],
    ['a daemon that the user manager adopted', [entry(90, 7, 900), entry(7, 1, 5, 'systemd'), first], 50],
    [
      'a job of a service that is older than the client',
      [entry(90, 30, 900), entry(30, 1, 300, 'cron'), first],
      undefined,
    ],
    [
      'a descendant of the client itself',
      [entry(90, 50, 900), client, entry(40, 1, 400, 'bash'), first],
      undefined,
    ],
    ['a call from another container', [entry(90, 0, 900)], undefined],
    ['the first process of a container', [entry(1, 0, 900, 'node')], undefined],
  ])('%s', (_, line, expected) => {
    expect(judgeOrigin(line, [client])).toBe(expected);
  });

  it('finds nothing where no client or runner is', () => {
    expect(judgeOrigin([entry(90, 1, 900), first], [])).toBeUndefined();
  });
});

describe('isInOwnTerminal', () => {
  const line = [entry(90, 80, 900), entry(80, 1, 800), first];
  it.each([
    ['a call that a human types', { leader: 80, hasTerminal: true }, true],
    ['a process that has left the shell of its terminal', { leader: 33, hasTerminal: true }, false],
    ['a call without a terminal', { leader: 80, hasTerminal: false }, false],
  ])('%s', (_, session, expected) => {
    expect(isInOwnTerminal(session, line)).toBe(expected);
  });
});

it('the session is read behind a name with blanks and parentheses', () => {
  expect(parseProcessSession('90 (a ) 1 (b) S 80 90 77 34816 90')).toEqual({ leader: 77, hasTerminal: true });
  expect(parseProcessSession('90 (sh) S 80 90 77 0 -1')).toEqual({ leader: 77, hasTerminal: false });
  expect(parseProcessSession('90 (sh')).toBeUndefined();
});
