import { describe, expect, it } from 'vitest';
import { callOf } from '../../../../src/run/dispatch/call.ts';
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
