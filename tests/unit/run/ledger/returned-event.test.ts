import { describe, expect, it } from 'vitest';
import { buildReturnedEvent } from '../../../../src/run/ledger/events.ts';

const findings = { critical: 0, major: 1, minor: 2 };

describe('buildReturnedEvent', () => {
  it('writes the persisted keys in their order, without a fault for a valid output', () => {
    const check = { status: 'done' as const, words: 12, findings };
    const event = buildReturnedEvent({ agent: 'a1', attempt: 1, answer: 'Done.\nOK', check });
    expect(JSON.stringify(event)).toBe(
      '{"type":"returned","agent":"a1","attempt":1,"chars":8,"line":"Done. OK","verdict":"done","words":12,"findings":{"critical":0,"major":1,"minor":2}}',
    );
  });

  it('writes the fault last', () => {
    const check = { status: 'missing' as const, words: 0, findings };
    const event = buildReturnedEvent({ agent: 'a1', attempt: 2, answer: '', check, fault: 'no file' });
    expect(JSON.stringify(event)).toBe(
      '{"type":"returned","agent":"a1","attempt":2,"chars":0,"line":"","verdict":"missing","words":0,"findings":{"critical":0,"major":1,"minor":2},"fault":"no file"}',
    );
  });

  it('keeps the hash of an output that is done, and of no other', () => {
    const of = (status: 'done' | 'failed') =>
      buildReturnedEvent({
        agent: 'a1',
        attempt: 1,
        answer: '',
        check: { status, words: 1, findings, sha256: 'abc' },
      });
    expect(of('done')).toMatchObject({ verdict: 'done', outputHash: 'abc' });
    expect(of('failed')).not.toHaveProperty('outputHash');
  });

  it('counts all characters of an answer and records the first 200', () => {
    const check = { status: 'done' as const, words: 1, findings };
    const { chars, line } = buildReturnedEvent({
      agent: 'a1',
      attempt: 1,
      answer: 'x'.repeat(500),
      check,
    });
    expect(chars).toBe(500);
    expect(line.length).toBeLessThanOrEqual(200);
  });
});
