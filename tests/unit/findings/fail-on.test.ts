import { describe, expect, it } from 'vitest';
import { exceeds } from '../../../src/findings/fail-on.ts';

describe('exceeds', () => {
  it.each([
    [[0, 0, 0], { critical: false, major: false, minor: false }],
    [[0, 0, 1], { critical: false, major: false, minor: true }],
    [[0, 1, 0], { critical: false, major: true, minor: true }],
    [[1, 0, 0], { critical: true, major: true, minor: true }],
    [[0, 2, 9], { critical: false, major: true, minor: true }],
    [[3, 0, 9], { critical: true, major: true, minor: true }],
  ] as const)('%j', ([critical, major, minor], expected) => {
    const counts = { critical, major, minor };
    expect({
      critical: exceeds(counts, 'critical'),
      major: exceeds(counts, 'major'),
      minor: exceeds(counts, 'minor'),
    }).toEqual(expected);
  });
});
