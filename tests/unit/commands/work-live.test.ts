import { expect, it } from 'vitest';
import { renderWorkLive } from '../../../src/commands/work-live.ts';
import { SlotStrip } from '../../../src/run/status/live-text.ts';
import { MemoryQueue, taskOf } from '../../harness/queue.ts';

it('shows the slots and tasks of this executor, and what the queue needs from a human', () => {
  const queue = new MemoryQueue(['a', 'b', 'c'].map((id) => taskOf(id)));
  queue.claim('mine', { slots: 3 });
  queue.claim('other', { slots: 1 });
  queue.now += 65_000;
  const lines = renderWorkLive(queue.view(), { id: 'mine', slots: 3 }, new SlotStrip(), 80).split('\n');
  expect(lines).toEqual([
    'needs you: nothing',
    '0 done · 2 running · 1 ready · 0 waiting · 0 blocked',
    '▇··  time left not known · 0 in the last hour',
    'i1.a  attempt 1  1:05  Create the parser of format a',
  ]);
});
