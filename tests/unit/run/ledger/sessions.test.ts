import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  bindSession,
  earlierSessions,
  handOverRuns,
  runsOfSession,
  unbindRun,
} from '../../../../src/run/ledger/sessions.io.ts';
import { makeScratch } from '../../../harness/scratch.ts';

const pid = process.pid;

/** A client whose session `old` has these runs, and whose hooks have run since. */
function clientWith(...runs: string[]): string {
  const root = makeScratch();
  for (const run of runs) bindSession(root, 'old', run);
  handOverRuns(root, { pid, session: 'old' });
  return root;
}

const recordsOf = (root: string) =>
  existsSync(join(root, '.clients')) ? readdirSync(join(root, '.clients')) : [];

describe('the hand-over of runs to a new session of the same client', () => {
  it('binds the runs of the earlier session, and keeps the order', () => {
    const root = clientWith('/r/1', '/r/2');
    handOverRuns(root, { pid, session: 'new' });
    expect(runsOfSession(root, 'new')).toEqual(['/r/1', '/r/2']);
    expect(runsOfSession(root, 'old')).toEqual(['/r/1', '/r/2']);
    expect(earlierSessions(root, { pid, session: 'new' })).toEqual(['old']);
  });

  it('follows the client through several sessions, and back', () => {
    const root = clientWith('/r/1');
    for (const session of ['b', 'c', 'old']) handOverRuns(root, { pid, session });
    expect(earlierSessions(root, { pid, session: 'old' })).toEqual(['c', 'b']);
    expect(runsOfSession(root, 'c')).toEqual(['/r/1']);
  });

  it('keeps a run that the new session started itself as its latest', () => {
    const root = clientWith('/r/1');
    bindSession(root, 'new', '/r/2');
    handOverRuns(root, { pid, session: 'new' });
    expect(runsOfSession(root, 'new')).toEqual(['/r/1', '/r/2']);
  });

  it('gives nothing to a session of another client', () => {
    const root = clientWith('/r/1');
    handOverRuns(root, { pid: process.ppid, session: 'new' });
    expect(runsOfSession(root, 'new')).toEqual([]);
    expect(recordsOf(root)).toEqual([String(pid)]);
  });

  it('gives nothing to a later process with the same pid', () => {
    const root = clientWith('/r/1');
    const path = join(root, '.clients', String(pid));
    writeFileSync(path, `{"client":{"pid":${pid},"started":"1","boot":"another"},"sessions":["old"]}`);
    handOverRuns(root, { pid, session: 'new' });
    expect(runsOfSession(root, 'new')).toEqual([]);
    expect(recordsOf(root)).toEqual([]);
  });

  it.each(['not json', '{}', '[]', '{"client":{"pid":"1"},"sessions":[]}', ''])(
    'takes a damaged record as none: %j',
    (text) => {
      const root = clientWith('/r/1');
      writeFileSync(join(root, '.clients', String(pid)), text);
      handOverRuns(root, { pid, session: 'new' });
      expect(runsOfSession(root, 'new')).toEqual([]);
      expect(earlierSessions(root, { pid, session: 'new' })).toEqual([]);
    },
  );

  it('keeps no record of a client without a run', () => {
    const root = makeScratch();
    handOverRuns(root, { pid, session: 'old' });
    expect(recordsOf(root)).toEqual([]);
    mkdirSync(join(root, '.sessions'), { mode: 0o700 });
    writeFileSync(join(root, '.sessions', 'old'), '');
    handOverRuns(root, { pid, session: 'old' });
    expect(recordsOf(root)).toEqual([String(pid)]);
    handOverRuns(root, { pid, session: 'new' });
    expect(recordsOf(root)).toEqual([]);
    expect(existsSync(join(root, '.sessions', 'new'))).toBe(false);
  });

  it('forgets the client when its last run is done', () => {
    const root = clientWith('/r/1', '/r/2');
    handOverRuns(root, { pid, session: 'new' });
    unbindRun(root, '/r/1');
    expect(recordsOf(root)).toEqual([String(pid)]);
    unbindRun(root, '/r/2');
    expect(recordsOf(root)).toEqual([]);
    expect(readdirSync(join(root, '.sessions'))).toEqual([]);
  });

  it('is not stopped by something else at the place of the records', () => {
    const root = clientWith('/r/1');
    mkdirSync(join(root, '.clients', 'folder'));
    unbindRun(root, '/r/1');
    expect(readdirSync(join(root, '.sessions'))).toEqual([]);
  });
});
