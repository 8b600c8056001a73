import { describe, expect, it } from 'vitest';
import { judgeToken, refuseTask } from '../../../../src/queue/decide/rights.ts';
import { codeOf, MemoryQueue, OWNER, taskOf } from '../../../harness/queue.ts';

const HASH = 'a'.repeat(64);

function queueWithToken() {
  const queue = new MemoryQueue([]);
  const token = { id: 'k1', hash: HASH, role: 'leader' as const, team: 't', repos: ['app'], until: 2_000 };
  queue.write({ type: 'token-created', ...token, by: 'ada' });
  return queue;
}
const judge = (queue: MemoryQueue, hash: string | undefined, needsToken = false, now = 1_999) =>
  judgeToken(queue.state, { hash, user: 'ada', needsToken }, now);

describe('judgeToken', () => {
  it('gives the rights of a valid token', () => {
    expect(judge(queueWithToken(), HASH)).toMatchObject({
      value: { role: 'leader', by: 'leader k1', team: 't', repos: ['app'] },
    });
  });

  it('refuses a token that is unknown, expired or revoked', () => {
    const queue = queueWithToken();
    expect(codeOf(judge(queue, 'b'.repeat(64)))).toBe('queue-token-wrong');
    expect(codeOf(judge(queue, HASH, false, 2_000))).toBe('queue-token-wrong');
    queue.write({ type: 'token-revoked', id: 'k1', by: 'ada' });
    expect(codeOf(judge(queue, HASH))).toBe('queue-token-wrong');
  });

  it('takes a call without a token for the owner only where others cannot reach the queue', () => {
    const queue = queueWithToken();
    expect(judge(queue, undefined)).toMatchObject({ value: { role: 'owner', by: 'ada' } });
    expect(codeOf(judge(queue, undefined, true))).toBe('queue-token-wrong');
    expect(judge(new MemoryQueue([]), undefined, true)).toMatchObject({ value: { role: 'owner' } });
  });
});

describe('refuseTask', () => {
  const [task] = new MemoryQueue([taskOf('a', { repo: 'app', team: 't' })]).state.tasks.values();
  it.each([
    [
      { repos: ['web', 'api'] },
      'this token is for the repositories "web", "api", and the task belongs to "app"',
    ],
    [{ team: 'u' }, 'this token is for team "u", and the task belongs to team "t"'],
  ])('names what the token is for: %j', (more, message) => {
    const refused = task && refuseTask({ ...OWNER, ...more }, task);
    expect(refused).toMatchObject({ code: 'queue-forbidden', message });
    expect(refused?.fix).not.toContain('--role');
  });

  it('lets the own team and repository pass', () => {
    expect(task && refuseTask({ ...OWNER, team: 't', repos: ['app'] }, task)).toBeUndefined();
  });
});
