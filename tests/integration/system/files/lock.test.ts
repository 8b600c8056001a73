import { readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { acquireLock, tryLock, withLock } from '../../../../src/system/files/lock.ts';
import { createExclusively, parseLockClaim, readLockClaim } from '../../../../src/system/files/lock-file.ts';
import { identifyProcess, type ProcessIdentity } from '../../../../src/system/process/identity.ts';
import { makeScratch } from '../../../harness/scratch.ts';

const me = identifyProcess() as ProcessIdentity;
/** Our pid with another start: a process that has died, and whose pid is in use again. */
const dead: ProcessIdentity = { ...me, started: '1' };
const { space: _, ...ofUnknownSpace } = dead;
const claim = (owner: ProcessIdentity, nonce: string) => JSON.stringify({ owner, nonce });

function plant(files: Record<string, string>): { directory: string; path: string } {
  const directory = makeScratch();
  for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, name), content);
  return { directory, path: join(directory, 'run.lock') };
}

describe('a lock', () => {
  it('is free again after the work, also when the work throws', () => {
    const { directory, path } = plant({});
    expect(withLock(path, () => readLockClaim(path)?.owner)).toEqual(me);
    expect(() => withLock(path, () => JSON.parse('{'))).toThrow(SyntaxError);
    expect(readdirSync(directory)).toEqual([]);
  });

  it('is held until it is released', () => {
    const { path } = plant({});
    const lock = acquireLock(path);
    expect(tryLock(path)).toBeUndefined();
    expect(lock.isHeld()).toBe(true);
    lock.release();
    tryLock(path)?.release();
    expect(readLockClaim(path)).toBeUndefined();
  });

  it('throws a bug if the same thread acquires it twice, instead of a deadlock', () => {
    const { path } = plant({});
    expect(() => withLock(path, () => withLock(path, () => 1))).toThrow(/acquired twice/);
  });

  it('does not remove a lock that it has lost', () => {
    const { path } = plant({});
    const lock = acquireLock(path);
    writeFileSync(path, claim(me, 'ab12'));
    expect(lock.isHeld()).toBe(false);
    lock.release();
    expect(readLockClaim(path)?.nonce).toBe('ab12');
  });

  it.each<[string, Record<string, string>]>([
    ['a dead owner', { 'run.lock': claim(dead, 'aa') }],
    ['an owner of another boot', { 'run.lock': claim({ ...me, boot: 'before' }, 'aa') }],
    ['a dead breaker', { 'run.lock': claim(dead, 'aa'), 'run.lock.break-aa': claim(dead, 'bb') }],
    [
      'two dead breakers, and what others had written',
      {
        'run.lock': claim(dead, 'aa'),
        'run.lock.break-aa': claim(dead, 'bb'),
        'run.lock.break-bb': claim(dead, 'cc'),
        'run.lock.aa.tmp': claim(dead, 'aa'),
        'run.lock.dd.tmp': claim(dead, 'dd'),
      },
    ],
  ])('passes on from %s, and leaves no temporary files', (_, files) => {
    const { directory, path } = plant(files);
    expect(withLock(path, () => 'mine', { waitMs: 0 })).toBe('mine');
    expect(readdirSync(directory)).toEqual([]);
  });

  it.each<[string, Record<string, string>]>([
    ['a live owner', { 'run.lock': claim(me, 'aa') }],
    // Its pid cannot be looked up. What another container shows of its processes is tested with namespaces.
    ['an owner of an unknown pid namespace', { 'run.lock': claim(ofUnknownSpace, 'aa') }],
    ['a live breaker', { 'run.lock': claim(dead, 'aa'), 'run.lock.break-aa': claim(me, 'bb') }],
    ['a claim that is just being written', { 'run.lock': '' }],
  ])('is not taken from %s', (_, files) => {
    const { directory, path } = plant(files);
    expect(tryLock(path)).toBeUndefined();
    expect(() => withLock(path, () => 'mine', { waitMs: 5 })).toThrow(path);
    expect(readdirSync(directory).sort()).toEqual(Object.keys(files).sort());
  });

  it('reports its owner, the time waited and a fix', () => {
    const { path } = plant({ 'run.lock': claim(me, 'aa') });
    const [problem] = catchFailure(() => withLock(path, () => 1, { waitMs: 5 })).diagnostics;
    expect(problem).toMatchObject({ code: 'lock-held', target: path });
    expect(problem?.message).toContain(`process ${me.pid}; waited 5 ms`);
    expect(problem?.fix).toContain(`ps -p ${me.pid}`);
  });

  it('passes on from an unreadable claim that is old', () => {
    const { directory, path } = plant({ 'run.lock': '{"owner":{"pi' });
    utimesSync(path, new Date(0), new Date(0));
    expect(withLock(path, () => 'mine', { waitMs: 0 })).toBe('mine');
    expect(readdirSync(directory)).toEqual([]);
  });

  it('sweeps an empty temporary file only when it is old', () => {
    const { directory, path } = plant({
      'run.lock': claim(dead, 'aa'),
      'run.lock.1.tmp': '',
      'run.lock.2.tmp': '',
    });
    utimesSync(`${path}.1.tmp`, new Date(0), new Date(0));
    expect(withLock(path, () => 'mine')).toBe('mine');
    expect(readdirSync(directory)).toEqual(['run.lock.2.tmp']);
  });

  it('names a directory that is missing', () => {
    const { directory } = plant({});
    const failure = catchFailure(() => withLock(join(directory, 'none', 'run.lock'), () => 1));
    expect(failure).toMatchObject({ cause: 'environment', diagnostics: [{ code: 'file-missing' }] });
  });
});

it('a file system without links has locks as well', () => {
  const { path } = plant({});
  expect(createExclusively(path, 'ab')).toBe(true);
  expect(readLockClaim(path)).toEqual({ owner: me, nonce: 'ab' });
  expect(createExclusively(path, 'cd')).toBe(false);
});

it.each(['', 'null', '[]', '{"nonce":"aa"}', '{"owner":{"pid":"1","started":"1"},"nonce":"aa"}'])(
  '%j is no claim',
  (text) => expect(parseLockClaim(text)).toBeUndefined(),
);

it('a nonce that could leave the directory is no claim', () => {
  expect(parseLockClaim(claim(me, '../../x'))).toBeUndefined();
});

function catchFailure(act: () => unknown) {
  try {
    act();
  } catch (error) {
    if (error instanceof Error && 'failure' in error) return error.failure as { diagnostics: Problem[] };
    throw error;
  }
  throw new Error('it did not fail');
}

interface Problem {
  code: string;
  message: string;
  fix?: string;
}
