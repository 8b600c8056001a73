import { describe, expect, it } from 'vitest';
import {
  decideBlock,
  decideComplete,
  decideRelease,
  decideRenew,
} from '../../../../src/queue/decide/settle.ts';
import { openReadiness } from '../../../../src/queue/state/readiness.ts';
import { codeOf, MemoryQueue, OWNER, taskOf } from '../../../harness/queue.ts';

const COMMIT = 'a'.repeat(40);
const EVIDENCE = { commit: COMMIT, text: '' };
const complete = (queue: MemoryQueue, token: string, evidence = EVIDENCE) =>
  queue.act((view) => decideComplete(view, token, evidence));
const release = (queue: MemoryQueue, token: string, reason: 'failed' | 'rate-limit' = 'failed') =>
  queue.act((view) => decideRelease(view, token, { reason, note: 'tests fail', workAt: '' }));
const block = (queue: MemoryQueue, token: string) =>
  queue.act((view) =>
    decideBlock(view, token, { kind: 'needs-decision', question: 'Which one?', for: 'leader', workAt: '' }),
  );

describe('complete', () => {
  it('names the tasks that can be claimed now', () => {
    const queue = new MemoryQueue([
      taskOf('a'),
      taskOf('b', { after: ['i1.a'] }),
      taskOf('c', { after: ['i1.b'] }),
    ]);
    expect(complete(queue, queue.claim().token)).toMatchObject({
      ok: true,
      value: { task: 'i1.a', state: 'done', isLate: false, unblocked: ['i1.b'] },
    });
    expect(queue.leases).toEqual([]);
  });

  it('gives the same answer to a repeated call', () => {
    const queue = new MemoryQueue([taskOf('a')]);
    const { token } = queue.claim();
    complete(queue, token);
    const { seq } = queue.state;
    expect(complete(queue, token)).toMatchObject({ ok: true, value: { task: 'i1.a', state: 'done' } });
    expect(queue.state.seq).toBe(seq);
    expect(codeOf(complete(queue, token, { commit: 'b'.repeat(40), text: '' }))).toBe('claim-taken');
  });

  it.each([
    [{ commit: '', text: '' }, 'evidence-missing'],
    [{ commit: 'abc123', text: '' }, 'commit-wrong'],
    [{ commit: COMMIT, text: '', testExit: 1 }, 'evidence-test-failed'],
  ])('refuses %j', (evidence, code) => {
    const queue = new MemoryQueue([taskOf('a')]);
    expect(codeOf(complete(queue, queue.claim().token, evidence))).toBe(code);
    expect(queue.stateOf('a')).toBe('claimed');
  });
});

describe('a token whose lease is over', () => {
  it('still counts while the task was not taken, and is marked late', () => {
    const queue = new MemoryQueue([taskOf('a')]);
    const { token } = queue.claim();
    queue.now += 10_001;
    expect(complete(queue, token)).toMatchObject({ ok: true, value: { isLate: true, state: 'done' } });
    expect(queue.state.tasks.get('i1.a')?.isLate).toBe(true);
  });

  it('still counts after its claim was ended, if no other attempt has begun', () => {
    const queue = new MemoryQueue([taskOf('a'), taskOf('b', { priority: 9 })]);
    queue.write({ type: 'queue-set', limits: { perRepo: 1 }, by: 'ada' });
    const { token } = queue.claim('e1');
    queue.now += 10_001;
    queue.write({ type: 'task-set', task: 'i1.a', priority: 9, by: 'ada' });
    const other = queue.claim('e2');
    expect(other.task?.spec.id).toBe('i1.a');
    expect(complete(queue, token)).toMatchObject({ ok: true, value: { isLate: true, state: 'done' } });
  });

  it.each([
    ['complete', complete],
    ['release', release],
    ['block', block],
    ['renew', (queue: MemoryQueue, token: string) => decideRenew(queue.view(), token)],
  ])('is refused at %s once another attempt has begun', (_, settle) => {
    const queue = new MemoryQueue([taskOf('a')]);
    const { token } = queue.claim('e1');
    queue.now += 10_001;
    const holder = queue.claim('e2');
    expect(holder.attempt).toBe(2);
    expect(codeOf(settle(queue, token))).toBe('claim-taken');
    expect(queue.stateOf('a')).toBe('claimed');
    expect(complete(queue, holder.token)).toMatchObject({ ok: true, value: { isLate: false } });
  });
});

describe('release', () => {
  it('counts a failure, but no rate limit', () => {
    const queue = new MemoryQueue([taskOf('a')]);
    for (let n = 0; n < 5; n += 1) release(queue, queue.claim().token, 'rate-limit');
    for (let n = 0; n < 2; n += 1) release(queue, queue.claim().token);
    expect(queue.stateOf('a')).toBe('queued');
    expect(release(queue, queue.claim().token)).toMatchObject({ ok: true, value: { state: 'dead' } });
    expect(queue.state.escalations[0]?.reason).toBe(
      '1. failed: tests fail\n2. failed: tests fail\n3. failed: tests fail',
    );
  });

  it('is refused for a token that was released before', () => {
    const queue = new MemoryQueue([taskOf('a')]);
    const { token } = queue.claim();
    release(queue, token);
    expect(codeOf(complete(queue, token))).toBe('claim-taken');
  });
});

describe('block', () => {
  it('holds no lease, and an answer makes the task ready', () => {
    const queue = new MemoryQueue([taskOf('a')]);
    expect(block(queue, queue.claim().token)).toMatchObject({ ok: true, value: { blocker: 'b1' } });
    expect(queue.leases).toEqual([]);
    expect(queue.claimName()).toBeUndefined();
    queue.write({ type: 'blocker-resolved', blocker: 'b1', answer: 'the first', by: 'ada' });
    expect(queue.claim().attempt).toBe(2);
    expect(queue.state.tasks.get('i1.a')?.failures).toBe(0);
  });

  it('needs a question', () => {
    const queue = new MemoryQueue([taskOf('a')]);
    const request = { kind: 'other', question: ' ', for: 'leader', workAt: '' } as const;
    expect(codeOf(queue.act((view) => decideBlock(view, queue.claim().token, request)))).toBe(
      'question-missing',
    );
  });
});

describe('tokens', () => {
  it.each(['1.abc', '../x', '', '99999.0'])('%j was never given', (token) => {
    const queue = new MemoryQueue([taskOf('a')]);
    queue.claim();
    expect(codeOf(complete(queue, token))).toBe('claim-unknown');
  });

  it('of a batch that a crash has lost is not the one of the next batch', () => {
    const queue = new MemoryQueue([taskOf('a')]);
    const lost = `${queue.state.seq + 1}.dead`;
    const { token } = queue.claim();
    expect(token.split('.')[0]).toBe(lost.split('.')[0]);
    expect(codeOf(complete(queue, lost))).toBe('claim-unknown');
  });

  it('settle a claim only for the executor that made it, or its leader', () => {
    const queue = new MemoryQueue([taskOf('a')]);
    queue.caller = { ...OWNER, role: 'executor', by: 'executor k1' };
    const { token } = queue.claim();
    queue.caller = { ...queue.caller, by: 'executor k2' };
    expect(codeOf(complete(queue, token))).toBe('queue-forbidden');
    queue.caller = { ...queue.caller, role: 'leader' };
    expect(codeOf(complete(queue, token))).toBe('');
    queue.caller = { ...queue.caller, role: 'executor' };
    expect(codeOf(complete(queue, token))).toBe('queue-forbidden');
  });

  it('of another team or a reader are refused', () => {
    const queue = new MemoryQueue([taskOf('a', { team: 'a' })]);
    const { token } = queue.claim();
    queue.caller = { ...OWNER, role: 'executor', team: 'b' };
    expect(codeOf(complete(queue, token))).toBe('queue-forbidden');
    queue.caller = { ...OWNER, role: 'reader' };
    expect(codeOf(complete(queue, token))).toBe('queue-forbidden');
  });
});

describe('dependencies that are lost', () => {
  it.each(['cancelled', 'dead'])('a %s one makes its dependants stuck', (how) => {
    const queue = new MemoryQueue([taskOf('a'), taskOf('b', { after: ['i1.a'] })]);
    if (how === 'cancelled') queue.write({ type: 'task-cancelled', task: 'i1.a', reason: 'r', by: 'ada' });
    else for (let n = 0; n < 3; n += 1) release(queue, queue.claim().token);
    const b = queue.state.tasks.get('i1.b');
    const readiness = openReadiness(queue.state);
    expect(b && readiness.of(b)).toBe('stuck');
    expect(b && readiness.reasonOf(b)).toBe(`its dependency i1.a is ${how}`);
  });
});
