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
    ['sao:r/a1', { run: 'r', id: 'a1' }],
    ['sao:r/a1\nRun `sao prompt r a1 --start` and follow it.', { run: 'r', id: 'a1' }],
    // A model copied the line end as two characters.
    ['sao:r/a1\\nRun `sao prompt r a1 --start` and follow it.', { run: 'r', id: 'a1' }],
    ['sao:r/a1 and more', undefined],
    ['look at sao:r/a1', undefined],
  ])('%j', (prompt, reference) => {
    expect(parseReference(prompt)).toEqual(reference);
  });
});
