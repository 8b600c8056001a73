import { expect, it } from 'vitest';
import { addMark, hasMark } from '../../../../src/system/process/survivors.ts';

it.each([
  ['SAO_MARK=ab', 'ab', true],
  ['SAO_MARK=ab/worker-1', 'ab', true],
  ['SAO_MARK=ab/worker-1', 'ab/worker-1', true],
  ['SAO_MARK=ab/worker-12', 'ab/worker-1', false],
  ['SAO_MARK=abc', 'ab', false],
  ['SAO_MARK=outer/a1 ab/b2', 'ab', true],
  ['SAO_MARK=outer/a1 ab/b2', 'outer', true],
  ['OTHER=ab', 'ab', false],
  ['X_SAO_MARK=ab', 'ab', false],
  ['', 'ab', false],
])('%j carries %j: %s', (entry, mark, expected) => expect(hasMark(entry, mark)).toBe(expected));

it('a mark is added to the mark of an outer run', () => {
  expect(addMark({ A: '1' }, 'ab')).toEqual({ A: '1', SAO_MARK: 'ab' });
  expect(addMark({ SAO_MARK: 'outer/a1' }, 'ab')).toEqual({ SAO_MARK: 'outer/a1 ab' });
});
