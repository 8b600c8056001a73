import { describe, expect, it } from 'vitest';
import type { ContextCost } from '../../../../src/run/cost/context-cost.ts';
import type { Action, ActionName } from '../../../../src/run/dispatch/action.ts';
import { holdCeiling } from '../../../../src/run/dispatch/next.ts';

const actionOf = (action: ActionName): Action => ({ action, run: 'r1', message: 'go' });
const paid = (tokens: number) =>
  ({ tokens, parts: { skill: 0, dispatch: 0, receipts: 0, results: 0 } }) as ContextCost;

describe('the context ceiling', () => {
  it.each<ActionName>(['dispatch', 'retry', 'coordinate', 'workflow'])(
    'turns %s into a question once the conversation has paid it',
    (name) => {
      expect(holdCeiling(actionOf(name), paid(8000), 8000, [])).toMatchObject({ action: 'ask', run: 'r1' });
      expect(holdCeiling(actionOf(name), paid(7999), 8000, [])).toEqual(actionOf(name));
    },
  );

  it.each<ActionName>(['plan', 'confirm', 'wait', 'run', 'report', 'done', 'halted', 'ask'])(
    'lets %s pass, since it costs the conversation little',
    (name) => {
      expect(holdCeiling(actionOf(name), paid(100_000), 8000, [])).toEqual(actionOf(name));
    },
  );

  it('does not stop a run whose cost is unknown', () => {
    expect(holdCeiling(actionOf('dispatch'), undefined, 0, [])).toEqual(actionOf('dispatch'));
  });
});
