import { expect, it } from 'vitest';
import { applyChangeTo, diffParts, isNoChange, type Parts } from '../../../src/dashboard/parts.ts';

it('sends what differs and names what is gone', () => {
  const before: Parts = { a: 1, b: [1, 2], 'agents/0': { id: 'a1' } };
  const { now } = diffParts(before, new Map());
  const after: Parts = { a: 1, b: [1, 3], 'agents/1': { id: 'a2' } };
  const { change } = diffParts(after, now);
  expect(change).toEqual({ set: { b: [1, 3], 'agents/1': { id: 'a2' } }, drop: ['agents/0'] });
  applyChangeTo(before, change);
  expect(before).toEqual(after);
});

it('sends nothing if nothing differs', () => {
  const { now } = diffParts({ a: { x: 1 } }, new Map());
  expect(isNoChange(diffParts({ a: { x: 1 } }, now).change)).toBe(true);
});
