import { expect, it } from 'vitest';
import { ModelDurations } from '../../../src/headless/model-durations.ts';

it('expects of each model the mean of its ended agents, and one second before the first has ended', () => {
  const durations = new ModelDurations();
  expect(durations.expected('haiku')).toBe(1);
  durations.record('haiku', 10);
  durations.record('haiku', 20);
  durations.record(null, 4);
  expect([durations.expected('haiku'), durations.expected(null), durations.expected('opus')]).toEqual([
    15, 4, 1,
  ]);
});
