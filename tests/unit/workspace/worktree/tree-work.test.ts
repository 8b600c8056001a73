import { describe, expect, it } from 'vitest';
import { parseChangedGitlinks } from '../../../../src/workspace/worktree/tree-work.io.ts';

const [A, B, NONE] = ['a'.repeat(40), 'b'.repeat(40), '0'.repeat(40)];

describe('the submodules in a raw diff', () => {
  it.each([
    ['moved', `:160000 160000 ${A} ${B} M\0lib/with space\0`, [{ path: 'lib/with space', from: A, to: B }]],
    ['new', `:000000 160000 ${NONE} ${B} A\0lib\0`, [{ path: 'lib', to: B }]],
    ['in place of a file', `:100644 160000 ${A} ${B} T\0lib\0`, [{ path: 'lib', to: B }]],
    ['removed', `:160000 000000 ${A} ${NONE} D\0lib\0`, []],
    ['a file', `:100644 100644 ${A} ${B} M\0:160000 160000 x y M\0`, []],
    [
      'a file and a submodule',
      `:100644 100644 ${A} ${B} M\0a\0:160000 160000 ${B} ${A} M\0b\0`,
      [{ path: 'b', from: B, to: A }],
    ],
    ['nothing', '', []],
  ])('%s', (_, raw, expected) => {
    expect(parseChangedGitlinks(raw)).toEqual(expected);
  });
});
