import { describe, expect, it } from 'vitest';
import { applyBatch } from '../../../../src/queue/state/replay.ts';
import { parseState, serializeState } from '../../../../src/queue/state/snapshot.ts';
import { MemoryQueue, taskOf } from '../../../harness/queue.ts';

describe('a snapshot of the state', () => {
  it('is the same state again, and goes on from there', () => {
    const queue = new MemoryQueue([taskOf('a', { team: 't' }), taskOf('b', { after: ['i1.a'] })]);
    queue.write({ type: 'capacity-changed', resource: 'deploy', from: 0, to: 2, by: 'ada' });
    const { token } = queue.claim();
    const copy = parseState(serializeState(queue.state));
    expect(copy).toEqual(queue.state);
    if (!copy) return;
    const batch = {
      seq: queue.state.seq + 1,
      at: queue.now,
      events: [{ type: 'completed' as const, task: 'i1.a', token, evidence: { commit: '', text: 'x' } }],
    };
    applyBatch(copy, batch);
    applyBatch(queue.state, batch);
    expect(copy).toEqual(queue.state);
  });

  it.each(['', '{}', 'null', '{"format":1}', '{"format":2}'])('%j is none', (text) => {
    expect(parseState(text)).toBeUndefined();
  });

  it('skips events of a newer version', () => {
    const queue = new MemoryQueue([taskOf('a')]);
    queue.write({ type: 'from-the-future', task: 'i1.a' } as never);
    queue.write({ type: 'constructor' } as never);
    expect(queue.stateOf('a')).toBe('queued');
  });
});
