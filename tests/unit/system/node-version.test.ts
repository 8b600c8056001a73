import { expect, it } from 'vitest';
import { isSupportedNode } from '../../../src/system/node-version.ts';

it.each([
  ['12.22.12', false],
  ['18.20.8', false],
  ['20.9.0', false],
  ['20.12.0', true],
  ['20.20.2', true],
  ['22.1.0', true],
  ['101.0.0', true],
])('Node %s is supported: %s', (version, expected) => {
  expect(isSupportedNode(version)).toBe(expected);
});
