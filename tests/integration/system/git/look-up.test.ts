import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runPlainGit } from '../../../../src/system/git/call.io.ts';
import { turnProjectFiltersOff } from '../../../../src/system/git/project-filters.io.ts';
import { listChangedPaths } from '../../../../src/workspace/merge/checkouts.io.ts';
import { listUncommittedPaths, listUnmergedPaths } from '../../../../src/workspace/worktree/tree-work.io.ts';
import { makeScratch } from '../../../harness/scratch.ts';

describe('looking at a checkout', () => {
  it('starts no filter that the repository configures', async () => {
    const { project, touch, marker, git } = makeRepository();
    const looks: [string, () => Promise<unknown>][] = [
      ['listUncommittedPaths', () => listUncommittedPaths(project)],
      ['listUnmergedPaths', () => listUnmergedPaths(project)],
      ['listChangedPaths', () => listChangedPaths(project, 'all')],
    ];
    touch();
    git('status', '--porcelain');
    expect(existsSync(marker)).toBe(true);
    for (const [name, look] of looks) {
      rmSync(marker, { force: true });
      touch();
      await look();
      expect([name, existsSync(marker)]).toEqual([name, false]);
    }
  });

  it('keeps the filters of Git LFS and of the user', async () => {
    const { project, git } = makeRepository();
    git('config', 'filter.lfs.clean', 'git-lfs clean -- %f');
    git('config', 'filter.lfs.smudge', 'git-lfs smudge -- %f');
    git('config', 'filter.lfs.process', 'git-lfs filter-process');
    git('config', 'filter.lfs.required', 'true');
    const names = async () =>
      Object.entries(await turnProjectFiltersOff(project, runPlainGit))
        .filter(([key]) => key.startsWith('GIT_CONFIG_KEY_'))
        .map(([, key]) => key);
    expect(await names()).toEqual([
      'filter.evil.clean',
      'filter.evil.smudge',
      'filter.evil.process',
      'filter.evil.required',
    ]);
    git('config', 'filter.lfs.clean', 'git-lfs clean -- %f; touch /tmp/x');
    expect(await names()).toContain('filter.lfs.clean');
  });
});

it('no other place asks git for the state of a checkout', () => {
  const files = readdirSync(resolve('src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .filter((file) => /'status', '--porcelain/.test(readFileSync(join('src', file), 'utf8')));
  expect(files.length).toBeGreaterThan(5);
  for (const file of files)
    expect([file, /askLookUp|callLookUp/.test(readFileSync(join('src', file), 'utf8'))]).toEqual([
      file,
      true,
    ]);
});

/** A repository whose own configuration has a filter that leaves a mark; `touch` makes git compare the file's content. */
function makeRepository() {
  const home = makeScratch();
  const project = join(home, 'project');
  const marker = join(home, 'marker');
  execFileSync('git', ['init', '-q', project]);
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.c', ...args], { cwd: project });
  writeFileSync(join(project, '.gitattributes'), '*.txt filter=evil\n');
  writeFileSync(join(project, 'a.txt'), 'text\n');
  git('add', '.');
  git('commit', '-qm', 'First');
  git('config', 'filter.evil.clean', `touch ${marker}; cat`);
  git('config', 'filter.evil.smudge', `touch ${marker}; cat`);
  const touch = () => {
    writeFileSync(join(project, 'a.txt'), 'text\n');
    utimesSync(join(project, 'a.txt'), new Date(), new Date(Date.now() - 100_000 - Math.random() * 1e6));
  };
  return { project, git, touch, marker };
}
