import { describe, expect, it } from 'vitest';
import { type CleanCandidate, decideRemoval } from '../../../src/maintenance/decide.ts';

const DAY = 86_400_000;
const now = 100 * DAY;
const run: CleanCandidate = {
  name: 'r',
  kind: 'run',
  lastActivity: now - 10 * DAY,
  isReported: true,
  running: 0,
};
const decide = (more: Partial<CleanCandidate>, abandoned = false) =>
  decideRemoval({ ...run, ...more }, { now, olderThanMs: 7 * DAY, abandoned });

describe('decideClean', () => {
  it.each<[string, Partial<CleanCandidate>, boolean]>([
    ['a finished run that is old enough', {}, false],
    ['an abandoned run, when asked for', { isReported: false }, true],
    ['what an earlier clean could not finish', { kind: 'leftover', lastActivity: now }, false],
    ['what a killed process has not created whole', { kind: 'half-made', lastActivity: now - 61_000 }, false],
  ])('removes %s', (_, more, abandoned) => {
    expect(decide(more, abandoned)).toEqual({ remove: true });
  });

  it.each<[string, Partial<CleanCandidate>, boolean, RegExp]>([
    ['a run that is exactly as old', { lastActivity: now - 7 * DAY }, false, /7d ago/],
    ['a run of the future', { lastActivity: now + DAY }, true, /0s ago/],
    ['an old unfinished run', { isReported: false }, false, /--abandoned/],
    ['an old run with a running agent', { running: 1 }, true, /1 agent still running/],
    ['a run that is being created', { kind: 'half-made', lastActivity: now - 1000 }, true, /being created/],
    ['a link', { kind: 'link' }, true, /neither followed nor removed/],
    ['a file', { kind: 'not-directory' }, true, /not a directory/],
    ["another user's", { kind: 'foreign' }, true, /another user/],
    ['what is no run', { kind: 'no-run' }, true, /not a run/],
    ['a damaged one', { kind: 'damaged' }, true, /cannot be read/],
  ])('keeps %s', (_, more, abandoned, reason) => {
    expect(decide(more, abandoned)).toEqual({ remove: false, reason: expect.stringMatching(reason) });
  });
});
