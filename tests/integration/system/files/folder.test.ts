import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { fillFolder } from '../../../../src/system/files/folder.ts';
import { makeScratch } from '../../../harness/scratch.ts';

let home: string;
let folder: string;

beforeEach(() => {
  home = makeScratch();
  folder = join(home, 'prompts');
});

const contents = () =>
  Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));

describe('fillFolder', () => {
  it('fills an empty folder, for its owner alone, and leaves nothing beside it', () => {
    mkdirSync(folder, { mode: 0o700 });
    fillFolder(
      folder,
      new Map([
        ['a.md', 'one'],
        ['b.md', 'two'],
      ]),
    );
    expect(contents()).toEqual({ 'a.md': 'one', 'b.md': 'two' });
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(readdirSync(home)).toEqual(['prompts']);
  });

  it('replaces single files in a folder that holds others', () => {
    mkdirSync(folder);
    writeFileSync(join(folder, 'a.md'), 'old');
    writeFileSync(join(folder, 'z.md'), 'kept');
    fillFolder(folder, new Map([['a.md', 'new']]));
    expect(contents()).toEqual({ 'a.md': 'new', 'z.md': 'kept' });
  });

  it('names the path that could not be written, and leaves the folder as it was', () => {
    mkdirSync(folder);
    const files = new Map([
      ['a.md', 'one'],
      ['no/such/folder.md', 'two'],
    ]);
    expect(() => fillFolder(folder, files)).toThrow(/prompts\/no\/such\/folder\.md/);
    expect(contents()).toEqual({});
    expect(readdirSync(home)).toEqual(['prompts']);
  });
});
