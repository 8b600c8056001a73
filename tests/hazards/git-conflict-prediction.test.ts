import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { unwrap } from '../../src/system/result.ts';
import { predictMerge } from '../../src/workspace/merge/predict.io.ts';
import { scaled } from '../harness/scale.ts';
import { commit, fingerprint, git, makeRepository, tryGit, write } from './git-scratch.ts';

/** A change of one side; each case merges two of them. */
const EDITS: Record<string, (directory: string, side: string) => void> = {
  nothing: () => {},
  'first line': (directory, side) => edit(directory, (lines) => [`${side}`, ...lines.slice(1)]),
  'last line': (directory, side) => edit(directory, (lines) => [...lines.slice(0, -1), `${side}`]),
  'same change': (directory) => edit(directory, (lines) => ['same', ...lines.slice(1)]),
  'delete the file': (directory) => rmSync(join(directory, 'a.txt')),
  'rename the file': (directory, side) => void git(directory, 'mv', 'a.txt', `renamed-${side}.txt`),
  'rename to one name': (directory) => void git(directory, 'mv', 'a.txt', 'moved.txt'),
  'add a file': (directory, side) => write(directory, { 'new.txt': `${side}\n` }),
  'add the same file': (directory) => write(directory, { 'new.txt': 'same\n' }),
  'file becomes folder': (directory) => {
    rmSync(join(directory, 'b.txt'));
    write(directory, { 'b.txt/inner.txt': 'inner\n' });
  },
  'change b': (directory, side) => write(directory, { 'b.txt': `${side}\n` }),
  binary: (directory, side) => write(directory, { 'image.bin': `\0${side}\0` }),
  'rename the folder': (directory) => void git(directory, 'mv', 'dir', 'moved-dir'),
  'add to the folder': (directory, side) => write(directory, { [`dir/${side}.txt`]: side }),
};

function edit(directory: string, change: (lines: string[]) => string[]): void {
  const lines = Array.from({ length: 12 }, (_, n) => `line ${n}`);
  write(directory, { 'a.txt': `${change(lines).join('\n')}\n` });
}

function makePair(ours: string, theirs: string): string {
  const lines = Array.from({ length: 12 }, (_, n) => `line ${n}`);
  const files = {
    'a.txt': `${lines.join('\n')}\n`,
    'b.txt': 'b\n',
    'image.bin': '\0base\0',
    'dir/one.txt': 'one\n',
  };
  const project = makeRepository(files);
  git(project, 'switch', '--quiet', '-c', 'theirs');
  EDITS[theirs]?.(project, 'theirs');
  commit(project, {});
  git(project, 'switch', '--quiet', 'main');
  EDITS[ours]?.(project, 'ours');
  commit(project, {});
  return project;
}

describe('a prediction against the real merge', () => {
  const names = Object.keys(EDITS);
  const count = scaled(10, 40);
  const pairs = Array.from({ length: count }, (_, n) => {
    return [
      names[(n * 5) % names.length] ?? '',
      names[(n * 3 + Math.floor(n / 14)) % names.length] ?? '',
    ] as const;
  });
  it.each(pairs)('ours: %s, theirs: %s', async (ours, theirs) => {
    const project = makePair(ours, theirs);
    const before = fingerprint(project);
    const prediction = unwrap(await predictMerge(project, 'main', 'theirs'));
    expect(fingerprint(project)).toEqual(before);
    const real = tryGit(project, 'merge', '--quiet', '--no-ff', '-m', 'Real', 'theirs');
    expect(prediction.clean).toBe(real.code === 0);
    if (prediction.clean) return expect(prediction.tree).toBe(git(project, 'rev-parse', 'HEAD^{tree}'));
    const unmerged = git(project, 'ls-files', '--unmerged', '-z').split('\0').filter(Boolean);
    const paths = new Set(unmerged.map((line) => line.slice(line.indexOf('\t') + 1)));
    expect(prediction.conflicts.map(({ path }) => path)).toEqual(expect.arrayContaining([...paths]));
    for (const { kind, message } of prediction.conflicts) expect([kind, message]).not.toContain('');
  });
});
