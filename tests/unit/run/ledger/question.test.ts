import { expect, it } from 'vitest';
import { type AskedCall, isQuestionOf } from '../../../../src/run/ledger/question.ts';

const question: AskedCall = { toolUse: 't', session: 's1', action: 'reject' };

it.each<[string, AskedCall | undefined, { session: string | undefined; action: string }, boolean]>([
  ['the question of this session about this action', question, { session: 's1', action: 'reject' }, true],
  ['a no is no yes', question, { session: 's1', action: 'approve' }, false],
  ['another session has not asked', question, { session: 's2', action: 'reject' }, false],
  ['a shell has not asked', question, { session: undefined, action: 'reject' }, false],
  ['no question', undefined, { session: 's1', action: 'reject' }, false],
  ['one of an earlier version', { toolUse: 't' }, { session: undefined, action: 'approve' }, false],
])('%s', (_, asked, call, is) => {
  expect(isQuestionOf(asked, call)).toBe(is);
});
