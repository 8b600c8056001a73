import { expect, it } from 'vitest';
import { combineSandboxSettings } from '../../../../src/run/sandbox/sandbox-setting.ts';

it.each([
  ['off', undefined, 'off'],
  ['auto', undefined, 'auto'],
  ['on', undefined, 'on'],
  ['off', 'auto', 'auto'],
  ['off', 'on', 'on'],
  ['auto', 'on', 'on'],
  ['on', 'auto', 'on'],
  ['on', 'off', 'on'],
] as const)('user %s, project %s: %s', (user, project, expected) => {
  expect(combineSandboxSettings(user, project)).toBe(expected);
});
