import { describe, expect, it } from 'vitest';
import { parseMergeTree } from '../../../../src/workspace/merge/merge-output.ts';

const TREE = 'a'.repeat(40);
const stage = (n: number, path: string) => `100644 ${'b'.repeat(40)} ${n}\t${path}`;
const join = (...fields: string[]) => `${fields.join('\0')}\0`;

describe('the output of git merge-tree', () => {
  it('of a clean merge is its tree, as SHA-1 or SHA-256', () => {
    expect(parseMergeTree(0, join(TREE))).toEqual({ clean: true, tree: TREE });
    expect(parseMergeTree(0, join('c'.repeat(64)))).toEqual({ clean: true, tree: 'c'.repeat(64) });
  });

  it.each([
    [1, ''],
    [1, 'merge-tree: nothing - not something we can merge'],
    [128, join(TREE)],
    [0, 'not an id\0'],
    [1, join('0'.repeat(40))],
  ])('with exit code %i and text %j is undefined', (code, output) => {
    expect(parseMergeTree(code, output)).toBeUndefined();
  });

  it('of a conflict names every file with its kind and message', () => {
    const output = join(
      TREE,
      ...[
        stage(1, 'a\tb\nc.txt'),
        stage(2, 'a\tb\nc.txt'),
        stage(3, 'a\tb\nc.txt'),
        stage(1, 'gone.txt'),
        stage(2, 'gone.txt'),
      ],
      '',
      ...['1', 'a\tb\nc.txt', 'Auto-merging', 'Auto-merging a\n'],
      ...['1', 'a\tb\nc.txt', 'CONFLICT (contents)', 'CONFLICT (content): Merge conflict in a\n'],
      ...['1', 'gone.txt', 'CONFLICT (modify/delete)', 'CONFLICT (modify/delete): gone.txt deleted\n'],
      ...['2', 'old', 'new', 'CONFLICT (file/directory)', 'CONFLICT (file/directory): in the way\n'],
    );
    expect(parseMergeTree(1, output)).toEqual({
      clean: false,
      tree: TREE,
      conflicts: [
        { path: 'a\tb\nc.txt', kind: 'contents', message: 'CONFLICT (content): Merge conflict in a' },
        { path: 'gone.txt', kind: 'modify/delete', message: 'CONFLICT (modify/delete): gone.txt deleted' },
        { path: 'old', kind: 'file/directory', message: 'CONFLICT (file/directory): in the way' },
      ],
    });
  });

  it('without messages still names the files', () => {
    expect(parseMergeTree(1, join(TREE, stage(2, 'a')))).toMatchObject({
      clean: false,
      conflicts: [{ path: 'a' }],
    });
  });
});
