import { expect, it } from 'vitest';
import { endInTime } from '../../../src/system/end-in-time.ts';

it('a check that does not end is a fault, which refuses the call', async () => {
  await expect(endInTime(new Promise(() => {}), 10)).rejects.toThrow('the check took longer than 0.01 s');
  expect(await endInTime(Promise.resolve('answer'), 10_000)).toBe('answer');
  expect(await endInTime(undefined, 10_000)).toBeUndefined();
});
