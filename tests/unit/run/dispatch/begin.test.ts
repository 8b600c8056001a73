import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { beginAttempt, moveToAttempts } from '../../../../src/run/dispatch/begin-attempt.io.ts';
import { makeScratch } from '../../../harness/scratch.ts';
import {
  agentOf,
  confirmed,
  dispatched,
  planWith,
  returned,
  snapshotOf,
} from '../../../harness/snapshots.ts';

const agent = agentOf('a1', { output: 'workers/a1.md' });
const NOW = new Date('2026-01-02T03:05:00Z');

function makeRunDir(): string {
  const dir = makeScratch();
  for (const folder of ['prompts', 'workers', 'attempts']) mkdirSync(join(dir, folder));
  writeFileSync(join(dir, 'prompts/a1.md'), 'Look.\n');
  return dir;
}

describe('a second attempt', () => {
  it('starts without the output of the first, which is kept in attempts/', () => {
    const dir = makeRunDir();
    writeFileSync(join(dir, 'workers/a1.md'), 'half of it');
    const events = [...confirmed, dispatched('a1'), returned('a1', 'incomplete')];
    const snapshot = { ...snapshotOf({ plan: planWith([agent]), events }), dir };
    const begun = beginAttempt(snapshot, 'a1', { driver: 'agent' }, NOW);
    expect(begun).toMatchObject({ ok: true, attempt: 2 });
    expect(existsSync(join(dir, 'workers/a1.md'))).toBe(false);
    expect(readFileSync(join(dir, 'attempts/a1.1.md'), 'utf8')).toBe('half of it');
    expect(readFileSync(join(dir, 'ledger.jsonl'), 'utf8')).toContain(
      '"type":"dispatched","agent":"a1","attempt":2',
    );
  });

  it('that is refused moves nothing and records nothing', () => {
    const dir = makeRunDir();
    writeFileSync(join(dir, 'workers/a1.md'), 'half of it');
    const events = [...confirmed, dispatched('a1')];
    const snapshot = { ...snapshotOf({ plan: planWith([agent]), events }), dir };
    expect(beginAttempt(snapshot, 'a1', { driver: 'agent' }, NOW)).toMatchObject({ ok: false });
    expect(readFileSync(join(dir, 'workers/a1.md'), 'utf8')).toBe('half of it');
    expect(existsSync(join(dir, 'ledger.jsonl'))).toBe(false);
  });
});

describe('setAside', () => {
  it('keeps the output of each attempt with the same number', () => {
    const dir = makeRunDir();
    const kept = ['first', 'second'].map((text) => {
      writeFileSync(join(dir, 'workers/a1.md'), text);
      return moveToAttempts(dir, agent, 1);
    });
    expect(kept).toEqual(['attempts/a1.1.md', 'attempts/a1.1-2.md']);
    expect(readFileSync(join(dir, 'attempts/a1.1.md'), 'utf8')).toBe('first');
    expect(readFileSync(join(dir, 'attempts/a1.1-2.md'), 'utf8')).toBe('second');
  });

  it('moves no file behind a folder that is a link', () => {
    const dir = makeRunDir();
    const elsewhere = makeScratch();
    writeFileSync(join(elsewhere, 'a1.md'), 'not of the run');
    symlinkSync(elsewhere, join(dir, 'linked'));
    expect(moveToAttempts(dir, { ...agent, output: 'linked/a1.md' }, 1)).toBeNull();
    expect(readFileSync(join(elsewhere, 'a1.md'), 'utf8')).toBe('not of the run');
  });
});
