import { expect, it } from 'vitest';
import { assessCapacity } from '../../../../src/queue/stats/assess-capacity.ts';
import { MemoryQueue, taskOf } from '../../../harness/queue.ts';

const HOUR = 3_600_000;
const executor = (id: string, can: string[]) => ({
  type: 'executor-seen' as const,
  executor: { id, host: 'h', slots: 2, can, team: '', version: '1' },
});
const change = (from: number, to: number, reason?: string) => ({
  type: 'capacity-changed' as const,
  resource: 'deploy',
  from,
  to,
  by: 'ada',
  ...(reason === undefined ? {} : { reason }),
});

it('counts who holds a resource, who waits for it, and what no executor can do', () => {
  const queue = new MemoryQueue([
    taskOf('a', { uses: ['deploy'] }),
    taskOf('b', { uses: ['deploy'] }),
    taskOf('c', { uses: ['deploy'] }),
    taskOf('d', { needs: ['docker', 'gpu'] }),
    taskOf('e', { needs: ['gpu'] }),
  ]);
  queue.write(change(0, 2), executor('e1', ['docker']));
  queue.claim('e1', { task: 'i1.a', slots: 2, can: ['docker'] });
  expect(assessCapacity(queue.state, queue.now)).toMatchObject({
    slots: 2,
    running: 1,
    ready: 4,
    resources: [{ resource: 'deploy', capacity: 2, used: 1, waiting: 1 }],
    missing: [{ need: 'gpu', tasks: 2 }],
  });
  queue.now += HOUR;
  expect(assessCapacity(queue.state, queue.now).missing).toEqual([
    { need: 'gpu', tasks: 2 },
    { need: 'docker', tasks: 1 },
  ]);
});

it('compares the hour before a change with the hour after it, the latest change first', () => {
  const queue = new MemoryQueue([taskOf('a'), taskOf('b'), taskOf('c'), taskOf('d')]);
  const done = { commit: '', text: 'x' };
  const finish = (id: string) => {
    const { token } = queue.claim('e1', { task: `i1.${id}` });
    queue.write({ type: 'completed', task: `i1.${id}`, token, evidence: done });
    queue.leases = [];
  };
  finish('a');
  queue.now += HOUR / 2;
  const first = queue.now;
  queue.write(change(0, 1));
  queue.now += HOUR / 4;
  finish('b');
  finish('c');
  queue.now += HOUR;
  queue.write(change(1, 3, 'second account'));
  finish('d');
  expect(assessCapacity(queue.state, queue.now).changes).toEqual([
    {
      resource: 'deploy',
      from: 1,
      to: 3,
      by: 'ada',
      reason: 'second account',
      at: queue.now,
      doneBefore: 2,
      doneAfter: 1,
      isRunning: true,
    },
    {
      resource: 'deploy',
      from: 0,
      to: 1,
      by: 'ada',
      reason: '',
      at: first,
      doneBefore: 1,
      doneAfter: 2,
      isRunning: false,
    },
  ]);
});
