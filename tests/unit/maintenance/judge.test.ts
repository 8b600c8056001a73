import { describe, expect, it } from 'vitest';
import {
  isVersionAtLeast,
  judgeBundle,
  judgeClaude,
  judgeGit,
  judgeHooks,
  judgeNode,
  judgeSpace,
} from '../../../src/maintenance/judge.ts';

const MIB = 1024 * 1024;

describe('isAtLeast', () => {
  it.each([
    ['2.38', '2.38', true],
    ['2.38.0', '2.38', true],
    ['2.37.9', '2.38', false],
    ['2.100.0', '2.38', true],
    ['3', '2.38', true],
    ['2', '2.38', false],
    ['2.39.5.windows.1', '2.38', true],
    ['2.39-rc1', '2.39', true],
    ['v2', '1', false],
  ])('%s ≥ %s: %s', (version, least, is) => {
    expect(isVersionAtLeast(version, least)).toBe(is);
  });
});

describe('every check', () => {
  it.each([
    [judgeNode('20.1.0'), 'ok'],
    [judgeNode('18.20.0'), 'fail'],
    [judgeGit({ version: '2.39.5' }), 'ok'],
    [judgeGit({ version: '2.30.2' }), 'fail'],
    [judgeGit({ reason: 'git was not found' }), 'fail'],
    [judgeClaude({ version: '2.1.0' }), 'ok'],
    [judgeClaude({ reason: 'claude was not found' }), 'warn'],
    [judgeHooks('20260102-030405-0a1b2c3d', 3), 'ok'],
    [judgeHooks(undefined, 3), 'warn'],
    [judgeHooks(undefined, 1), 'warn'],
    [judgeHooks(undefined, 0), 'warn'],
    [judgeSpace('/r', 2048 * MIB), 'ok'],
    [judgeSpace('/r', 100 * MIB), 'warn'],
    [judgeSpace('/r', MIB), 'fail'],
    [judgeBundle({ version: '1.2.3' }, '1.2.3'), 'ok'],
    [judgeBundle({ version: '1.2.2' }, '1.2.3'), 'fail'],
    [judgeBundle({ reason: 'no bin/sao' }, '1.2.3'), 'fail'],
  ])('%j', (checkup, level) => {
    expect(checkup.level).toBe(level);
    expect(checkup.message).not.toBe('');
    expect(checkup.fix === undefined).toBe(level === 'ok');
  });
});
