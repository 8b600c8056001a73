import { describe, expect, it } from 'vitest';
import { stuckSteps } from '../../../../src/pipeline/machine/stuck.ts';

describe('the reason of a build that is stuck', () => {
  it('says a fault to its end, where it says what to do', () => {
    const fault = `the merge conflicts in ${'src/pay/index.ts, '.repeat(20)}; merge main into the branch and commit`;
    expect(fault.length).toBeGreaterThan(350);
    const step = stuckSteps.cycles('r', 'pay', 'build-pay', [fault]);
    expect(step).toMatchObject({ kind: 'stuck', command: 'sao retry r build-pay --force' });
    expect(step).toMatchObject({ reason: expect.stringMatching(/merge main into the branch and commit$/) });
  });

  it('names three faults, and counts the others', () => {
    const step = stuckSteps.faults('r', 'qc-pay', ['one', 'two', 'three', 'four', 'five']);
    expect(step).toMatchObject({
      reason: 'the work of qc-pay failed its checks three times: one; two; three; and 2 more',
    });
  });
});
