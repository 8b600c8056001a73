import { describe, expect, it } from 'vitest';
import { buildReturnedEvent } from '../../../../src/run/ledger/events.ts';

const findings = { critical: 0, major: 1, minor: 2 };

describe('buildReturnedEvent', () => {
  it('writes the persisted keys in their order, without a fault for a valid output', () => {
    const judgement = { verdict: 'done' as const, words: 12, findings };
    const event = buildReturnedEvent({ agent: 'a1', attempt: 1, answer: 'Done.\nOK', judgement });
    expect(JSON.stringify(event)).toBe(
      '{"type":"returned","agent":"a1","attempt":1,"chars":8,"line":"Done. OK","verdict":"done","words":12,"findings":{"critical":0,"major":1,"minor":2}}',
    );
  });

  it('writes the fault last', () => {
    const judgement = { verdict: 'missing' as const, words: 0, findings };
    const event = buildReturnedEvent({ agent: 'a1', attempt: 2, answer: '', judgement, fault: 'no file' });
    expect(JSON.stringify(event)).toBe(
      '{"type":"returned","agent":"a1","attempt":2,"chars":0,"line":"","verdict":"missing","words":0,"findings":{"critical":0,"major":1,"minor":2},"fault":"no file"}',
    );
  });

  it('keeps the key order of the judgement, on which earlier ledgers differ', () => {
    const judgement = { words: 0, verdict: 'incomplete' as const, findings };
    const event = buildReturnedEvent({ agent: 'qc-auth', attempt: 1, answer: '', judgement, fault: 'bad' });
    expect(JSON.stringify(event)).toBe(
      '{"type":"returned","agent":"qc-auth","attempt":1,"chars":0,"line":"","words":0,"verdict":"incomplete","findings":{"critical":0,"major":1,"minor":2},"fault":"bad"}',
    );
  });

  it('counts all characters of an answer and records the first 200', () => {
    const judgement = { verdict: 'done' as const, words: 1, findings };
    const { chars, line } = buildReturnedEvent({
      agent: 'a1',
      attempt: 1,
      answer: 'x'.repeat(500),
      judgement,
    });
    expect(chars).toBe(500);
    expect(line.length).toBeLessThanOrEqual(200);
  });
});
