import { describe, expect, it } from 'vitest';
import { callOf } from '../../../../src/run/dispatch/call.ts';
import { parseReference } from '../../../../src/run/dispatch/reference.ts';
import { agentOf } from '../../../harness/snapshots.ts';

describe('the call that starts an agent', () => {
  it('asks the client for no worktree: the engine makes it', () => {
    const builder = agentOf('build-auth', {
      role: 'builder',
      tree: '/runs/r/builds/auth',
      model: 'opus',
    });
    expect(callOf('r', builder)).toEqual({
      id: 'build-auth',
      description: 'build-auth',
      prompt: expect.stringMatching(/^sao:r\/build-auth\b/),
      model: 'opus',
      background: false,
    });
  });
});

describe('the reference in a dispatch prompt', () => {
  it.each([
    ['sao:20260101-120000-0a1b2c3d/a1', { run: '20260101-120000-0a1b2c3d', id: 'a1' }],
    [
      'sao:20260101-120000-0a1b2c3d/a1\nRun `sao prompt r a1 --start` and follow it.',
      { run: '20260101-120000-0a1b2c3d', id: 'a1' },
    ],
    // A model copied the line end as two characters.
    [
      'sao:20260101-120000-0a1b2c3d/a1\\nRun `sao prompt r a1 --start` and follow it.',
      { run: '20260101-120000-0a1b2c3d', id: 'a1' },
    ],
    ['sao:20260101-120000-0a1b2c3d/a1 and more', undefined],
    // Forms that only look like it: the fan-out guard counts such a call.
    ['sao:x/y0\n\nDo the task.', undefined],
    ['sao:nothing/a1', undefined],
    ['sao:../../x/a1', undefined],
    ['look at sao:20260101-120000-0a1b2c3d/a1', undefined],
  ])('%j', (prompt, reference) => {
    expect(parseReference(prompt)).toEqual(reference);
  });
});
