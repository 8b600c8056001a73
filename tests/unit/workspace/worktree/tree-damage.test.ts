import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isWholeIndex } from '../../../../src/workspace/worktree/index-file.ts';
import {
  describeRestored,
  judgeDamage,
  type TreeDamage,
} from '../../../../src/workspace/worktree/tree-damage.ts';

const WHOLE = {
  ...{ hasFolder: true, isLinked: true, hasEntry: true, hasHead: true },
  ...{ hasBranch: true, keepsKnown: true, hasIndex: true },
};

describe('the damage of a worktree', () => {
  it.each<[string, Partial<typeof WHOLE>, TreeDamage[]]>([
    ['nothing is wrong', {}, []],
    ['only its folder is gone', { hasFolder: false, isLinked: false, hasIndex: false }, ['folder']],
    ['its folder and branch are gone', { hasFolder: false, hasBranch: false }, ['folder', 'branch']],
    ['its HEAD leads nowhere', { hasHead: false }, ['head']],
    ['its entry and HEAD are gone', { hasEntry: false, hasHead: false }, ['entry']],
    ['its branch lost commits', { keepsKnown: false }, ['history']],
    ['its branch is gone', { hasBranch: false, keepsKnown: false }, ['branch']],
    [
      'git’s entry is gone',
      { isLinked: false, hasEntry: false, hasIndex: false },
      ['link', 'entry', 'index'],
    ],
  ])('is known if %s', (_, found, damage) => {
    expect(judgeDamage({ ...WHOLE, ...found })).toEqual(damage);
  });

  it('is described in one line, with what is kept elsewhere', () => {
    const tree = { module: 'core', damage: ['link', 'branch'] as TreeDamage[], head: 'a'.repeat(40) };
    expect(describeRestored({ ...tree, rescued: [] })).toBe(
      'restored at aaaaaaaaaaaa: its .git file is gone or damaged, its branch is gone',
    );
    expect(describeRestored({ ...tree, rescued: ['refs/sao/rescue/r/core/1'] })).toMatch(
      /; other work is kept as refs\/sao\/rescue\/r\/core\/1$/,
    );
  });
});

describe('an index file', () => {
  const header = (version: number) => {
    const bytes = Buffer.alloc(12);
    bytes.write('DIRC');
    bytes.writeUInt32BE(version, 4);
    return Buffer.concat([bytes, Buffer.from('entries')]);
  };
  const signed = (body: Buffer, algorithm: string) =>
    Buffer.concat([body, createHash(algorithm).update(body).digest()]);

  it.each<[string, Buffer, boolean]>([
    ['with a SHA-1 checksum', signed(header(2), 'sha1'), true],
    ['with a SHA-256 checksum', signed(header(4), 'sha256'), true],
    ['without a checksum (index.skipHash)', Buffer.concat([header(2), Buffer.alloc(20)]), true],
    ['that was cut', signed(header(2), 'sha1').subarray(0, -1), false],
    ['with a changed byte', signed(header(2), 'sha1').fill('x', 14, 15), false],
    ['of an unknown version', signed(header(5), 'sha1'), false],
    ['that is garbage', Buffer.from('garbage\n'.repeat(10)), false],
    ['that is empty', Buffer.alloc(0), false],
  ])('%s is whole: %s', (_, content, isWhole) => {
    expect(isWholeIndex(content)).toBe(isWhole);
  });
});
