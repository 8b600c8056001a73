import { describe, expect, it } from 'vitest';
import { splitIgnored } from '../../../../src/workspace/worktree/ignored-files.ts';

describe('ignored files of a worktree', () => {
  it.each([
    [['.env', 'dist/a.js'], ['.env', 'dist/a.js'], []],
    [['node_modules/a/b.js', 'node_modules/c.js', 'x'], ['x'], ['node_modules/']],
    [['pkg/a/node_modules/b.js', 'pkg/a/x'], ['pkg/a/x'], ['pkg/a/node_modules/']],
    [['node_modules'], ['node_modules'], []],
    [['my_node_modules/a'], ['my_node_modules/a'], []],
    [['target/CACHEDIR.TAG', 'target/debug/a', 'targets'], ['targets'], ['target/']],
    [['CACHEDIR.TAG', 'a'], ['CACHEDIR.TAG', 'a'], []],
    [['vendor/lib/'], ['vendor/lib/'], []],
    [[], [], []],
  ])('%j', (paths, kept, dropped) => {
    expect(splitIgnored(paths)).toEqual({ kept, dropped });
  });
});
