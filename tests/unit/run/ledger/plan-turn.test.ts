import { describe, expect, it } from 'vitest';
import type { HumanTurn } from '../../../../src/run/ledger/human-turn.ts';
import { hasTurnFor, type ShownPlan } from '../../../../src/run/ledger/plan-turn.ts';

const A = { run: '20260102-030405-0000000a', plannedAt: 10 };
const B = { run: '20260102-030405-0000000b', plannedAt: 20 };
const typed = (at: number, text: string): HumanTurn => ({ at, text });
const answered = (at: number, question: string, text: string): HumanTurn => ({ at, question, text });

describe('a human’s turn about the only plan', () => {
  it.each<[string, HumanTurn[], boolean]>([
    ['a prompt after it', [typed(11, 'yes')], true],
    ['an answer to a question for the start', [answered(11, 'Start the run?', 'Yes')], true],
    ['an answer to another question', [answered(11, 'Shall I delete the old logs?', 'Yes')], false],
    [
      'answers to both questions',
      [answered(11, 'Start the run?', 'Yes'), answered(11, 'Delete the old logs?', 'No')],
      true,
    ],
    [
      'a no to the start and a yes to another question for one',
      [answered(11, 'Start the run?', 'No'), answered(11, 'Start the agents in waves?', 'Yes')],
      false,
    ],
    ['a prompt before it', [typed(9, 'Plan it')], false],
    ['a prompt after it that refuses', [typed(11, 'No. Do not start it.')], false],
    ['a prompt after it that asks', [typed(11, 'How much does it cost?')], false],
    ['a refusal and then a yes', [typed(11, 'No'), typed(12, 'OK, start it')], false],
    ['a refusal and then a yes that says to what', [typed(11, 'No'), typed(12, 'OK, start the run')], true],
    ['another topic and then a yes', [typed(11, 'Show me the logs'), typed(12, 'yes')], false],
    [
      'another topic and then an answer to a question for the start',
      [typed(11, 'Show me the logs'), answered(12, 'Start the run?', 'Yes')],
      true,
    ],
    ['a yes and then another topic', [typed(11, 'yes'), typed(12, 'Use haiku for all')], false],
    ['two yeses', [typed(11, 'yes'), typed(12, 'yes')], true],
    ['a yes and then a refusal', [typed(11, 'Yes'), typed(12, 'No, stop')], false],
    ['a prompt at the same time', [typed(10, 'Plan it')], false],
    ['no prompt', [], false],
  ])('%s', (_, turns, expected) => {
    expect(hasTurnFor(turns, A, [])).toBe(expected);
  });
});

describe('a human’s turn after two plans', () => {
  it.each<[string, HumanTurn[], { a: boolean; b: boolean }]>([
    ['that names neither', [typed(30, 'yes start A')], { a: false, b: false }],
    ['that names one by its id', [typed(30, `yes, ${A.run}`)], { a: true, b: false }],
    ['that names one by the end of its id', [typed(30, 'Start 0000000b')], { a: false, b: true }],
    ['that names both', [typed(30, `${A.run}, not ${B.run}`)], { a: false, b: false }],
    ['that answers a question about one', [answered(30, `Start ${A.run}?`, 'Yes')], { a: true, b: false }],
    [
      'that answers a question about both with one',
      [answered(30, `${A.run} or ${B.run}?`, `Run ${B.run}`)],
      { a: false, b: true },
    ],
    ['that answers another question', [answered(30, 'Which?', 'The first')], { a: false, b: false }],
    ['between them', [typed(15, 'Yes.')], { a: true, b: false }],
    ['between them with more than a yes', [typed(15, 'Yes. And another')], { a: false, b: false }],
    ['between them without a yes', [typed(15, 'And another')], { a: false, b: false }],
    [
      'between them, and one after both',
      [typed(15, 'Rather another'), typed(30, 'yes')],
      { a: false, b: true },
    ],
    ['before them', [typed(5, 'Plan two')], { a: false, b: false }],
  ])('%s', (_, turns, { a, b }) => {
    expect({ a: hasTurnFor(turns, A, [B]), b: hasTurnFor(turns, B, [A]) }).toEqual({ a, b });
  });

  it.each<[string, ShownPlan, boolean]>([
    ['was confirmed before it', { ...A, confirmedAt: 25 }, true],
    ['was confirmed after it', { ...A, confirmedAt: 31 }, false],
  ])('concerns the second without a name if the first %s', (_, first, expected) => {
    expect(hasTurnFor([typed(30, 'yes')], B, [first])).toBe(expected);
  });
});
