import { expect, it } from 'vitest';
import { describeFileFault, describeReturn } from '../../../../src/run/dispatch/returns.ts';
import { NO_OUTPUT } from '../../../../src/run/outputs/check.ts';

const done = { path: '/r/workers/a1.md', check: { ...NO_OUTPUT, status: 'done' as const } };

it.each([
  ['one line', 'line', 'Done. Nothing found.', true],
  ['one line with blank lines around it', 'line', '\n\nDone.\n\n', true],
  ['two lines', 'line', 'Done.\nAnd more.', false],
  ['400 characters', 'line', 'x'.repeat(400), true],
  ['401 characters', 'line', 'x'.repeat(401), false],
  ['a summary of 2,400 characters', 'summary', 'x'.repeat(2400), true],
  ['a summary of 2,401 characters', 'summary', 'x'.repeat(2401), false],
  ['a summary of many lines', 'summary', 'a\nb\nc', true],
] as const)('an answer of %s', (_, returns, answer, isAccepted) => {
  expect(describeReturn({ returns }, { ...done, answer }) === undefined).toBe(isAccepted);
});

it.each(['missing', 'empty', 'incomplete'] as const)('an output that is %s is a fault', (status) => {
  const facts = { ...done, check: { ...NO_OUTPUT, status }, answer: 'Done.' };
  expect(describeReturn({ returns: 'line' }, facts)).toContain('/r/workers/a1.md');
});

it('the fault of a file for the ledger has no instruction in it', () => {
  const facts = { ...done, check: NO_OUTPUT, answer: 'Done.' };
  expect(describeFileFault(facts)).toBe('there is no regular file at /r/workers/a1.md');
  expect(describeFileFault({ ...facts, elsewhere: '/r/x.md' })).toBe(
    'it wrote /r/x.md, but its file is /r/workers/a1.md',
  );
  expect(describeFileFault({ ...done, answer: 'Done.' })).toBeUndefined();
});
