import { describe, expect, it } from 'vitest';
import { computeStats } from '../../../../src/queue/stats/compute-stats.ts';
import { MemoryQueue, phaseOf, taskOf } from '../../../harness/queue.ts';

const MINUTE = 60_000;
const evidence = { commit: '', text: 'x' };
const announce = (queue: MemoryQueue, id: string, slots: number) =>
  queue.write({ type: 'executor-seen', executor: { id, host: 'h', slots, can: [], team: '', version: '1' } });
const signals = (queue: MemoryQueue) => computeStats(queue.state, queue.now).signals.map(({ code }) => code);

describe('computeStats', () => {
  it('counts by state and team, and measures speed and quality', () => {
    const queue = new MemoryQueue([
      taskOf('a', { team: 't' }),
      taskOf('b', { team: 't' }),
      taskOf('c', { team: 't', after: ['i1.b'] }),
      taskOf('d'),
    ]);
    const first = queue.claim('e1', { slots: 4, team: 't' });
    queue.now += MINUTE;
    queue.write({ type: 'completed', task: 'i1.a', token: first.token, evidence });
    queue.leases = [];
    const second = queue.claim('e1', { slots: 4, team: 't', task: 'i1.b' });
    queue.write({
      type: 'released',
      task: 'i1.b',
      token: second.token,
      reason: 'failed',
      note: '',
      workAt: '',
    });
    const third = queue.claim('e1', { slots: 4, team: 't', task: 'i1.b' });
    const blocked = { kind: 'other' as const, question: '?', for: 'leader' as const, workAt: '' };
    queue.write({ type: 'blocked', task: 'i1.b', token: third.token, blocker: 'b1', ...blocked });
    const stats = computeStats(queue.state, queue.now);
    expect(stats).toMatchObject({
      tasks: { done: 1, blocked: 1, waiting: 1, ready: 1, claimed: 0 },
      donePerHour: 1,
      openBlockers: 1,
      firstTry: 1,
      rework: 1 / 3,
      slots: 4,
      running: 0,
      utilisation: 0,
      headroom: 4,
      remainingMs: MINUTE,
    });
    expect(stats.teams).toContainEqual({ team: 't', assigned: 3, done: 1, blocked: 1, running: 0, ready: 0 });
    queue.now += 61 * MINUTE;
    expect(computeStats(queue.state, queue.now).donePerHour).toBe(0);
  });

  it('measures how long questions wait', () => {
    const queue = new MemoryQueue([taskOf('a')]);
    const { token } = queue.claim();
    const blocked = { kind: 'other' as const, question: '?', for: 'leader' as const, workAt: '' };
    queue.write({ type: 'blocked', task: 'i1.a', token, blocker: 'b1', ...blocked });
    queue.now += 5 * MINUTE;
    queue.write({ type: 'blocker-resolved', blocker: 'b1', answer: 'x', by: 'ada' });
    expect(computeStats(queue.state, queue.now)).toMatchObject({ blockerMs: 5 * MINUTE, openBlockers: 0 });
  });
});

describe('signals', () => {
  it('advise another team once more tasks than slots were ready for ten minutes', () => {
    const queue = new MemoryQueue(['a', 'b', 'c'].map((id) => taskOf(id)));
    announce(queue, 'e1', 1);
    queue.claim('e1', { slots: 1 });
    queue.now += 10 * MINUTE - 1;
    expect(signals(queue)).toEqual([]);
    queue.now += 1;
    expect(signals(queue)).toEqual(['add-team']);
  });

  it('advise more API capacity if over a fifth of the attempts end by a rate limit', () => {
    const queue = new MemoryQueue([taskOf('a')]);
    const end = (reason: 'rate-limit' | 'handed-back') =>
      queue.write({
        type: 'released',
        task: 'i1.a',
        token: queue.claim().token,
        reason,
        note: '',
        workAt: '',
      });
    for (let n = 0; n < 4; n += 1) end('handed-back');
    end('rate-limit');
    expect(signals(queue)).toEqual([]);
    end('rate-limit');
    expect(signals(queue)).toEqual(['add-api-capacity']);
  });

  it('advise to split a sequential phase that leaves slots idle', () => {
    const phases = [phaseOf('one'), phaseOf('two')];
    const queue = new MemoryQueue([taskOf('a', { phase: 'one' }), taskOf('b', { phase: 'two' })], phases);
    announce(queue, 'e1', 4);
    queue.claim('e1', { slots: 4 });
    expect(signals(queue)).toEqual(['split-phase']);
  });

  it('advise a tool or document after repeated missing access', () => {
    const queue = new MemoryQueue(['a', 'b', 'c'].map((id) => taskOf(id)));
    for (const n of [1, 2, 3]) {
      const { task, token } = queue.claim();
      const blocked = { kind: 'needs-access' as const, question: '?', for: 'human' as const, workAt: '' };
      queue.write({ type: 'blocked', task: task?.spec.id ?? '', token, blocker: `b${n}`, ...blocked });
    }
    expect(signals(queue)).toEqual(['add-tool-or-document']);
  });
});
