import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  commitFolder,
  listNewGitlinks,
  revealHiddenChanges,
  stageAll,
} from '../../../../src/workspace/worktree/tree-work.io.ts';
import { commit, git, makeRepository, write } from '../../../hazards/git-scratch.ts';

describe('changes that git was told to overlook', () => {
  it.each(['--skip-worktree', '--assume-unchanged'])('are found and shown again: %s', async (mark) => {
    const place = makeRepository({ 'a.txt': 'broken\n', 'b é.txt': 'b\n', 'c.txt': 'c\n' });
    git(place, 'update-index', mark, 'a.txt', 'b é.txt', 'c.txt');
    write(place, { 'a.txt': 'good\n', 'b é.txt': 'good\n' });
    expect(git(place, 'status', '--porcelain')).toBe('');
    expect(await revealHiddenChanges(place)).toEqual(['a.txt', 'b é.txt']);
    expect(git(place, 'status', '--porcelain').split('\n')).toHaveLength(2);
    expect(await revealHiddenChanges(place)).toEqual([]);
  });

  it('are found under both marks at once, and of removed files', async () => {
    const place = makeRepository({ 'a.txt': 'a\n', 'b.txt': 'b\n' });
    git(place, 'update-index', '--skip-worktree', 'a.txt', 'b.txt');
    git(place, 'update-index', '--assume-unchanged', 'a.txt');
    write(place, { 'a.txt': 'good\n' });
    rmSync(join(place, 'b.txt'));
    expect(await revealHiddenChanges(place)).toEqual(['a.txt', 'b.txt']);
    expect(git(place, 'ls-files', '-v')).toBe('H a.txt\nH b.txt');
  });

  it('are not the files that a sparse checkout leaves out', async () => {
    const place = makeRepository({ 'a/a.txt': 'a\n', 'b/b.txt': 'b\n' });
    git(place, 'sparse-checkout', 'set', 'a');
    expect(await revealHiddenChanges(place)).toEqual([]);
    expect(git(place, 'ls-files', '-v')).toContain('S b/b.txt');
  });

  it('are removed files where the repository is sparse and the worktree is not', async () => {
    const place = makeRepository({ 'a.txt': 'a\n', 'b.txt': 'b\n' });
    git(place, 'config', 'core.sparseCheckout', 'true');
    git(place, 'update-index', '--skip-worktree', 'b.txt');
    rmSync(join(place, 'b.txt'));
    expect(await revealHiddenChanges(place)).toEqual(['b.txt']);
  });

  it('are committed in a sparse checkout, also outside of what it shows', async () => {
    const place = makeRepository({ 'a/a.txt': 'a\n', 'b/b.txt': 'b\n' });
    git(place, 'sparse-checkout', 'set', 'a');
    write(place, { 'c/c.txt': 'c\n', '.orchestration/contracts/x.md': 'x\n' });
    await stageAll(place);
    expect(git(place, 'diff', '--cached', '--name-status')).toBe(
      'A\t.orchestration/contracts/x.md\nA\tc/c.txt',
    );
    write(place, { '.orchestration/memory/y.md': 'y\n' });
    await commitFolder(place, '.orchestration/memory', 'Memory');
    expect(git(place, 'show', '--format=', '--name-only', 'HEAD')).toBe('.orchestration/memory/y.md');
  });
});

describe('a repository inside a tree', () => {
  /** A project whose commit after `base` has a nested repository as a git link. */
  function nest() {
    const place = makeRepository({ 'a.txt': 'a\n' });
    const base = git(place, 'rev-parse', 'HEAD');
    makeRepository({ 'x.txt': 'x\n' }, join(place, 'lib/dep'));
    git(place, '-c', 'advice.addEmbeddedRepo=false', 'add', 'lib/dep');
    git(place, 'commit', '--quiet', '-m', 'Nest');
    return { place, base, head: git(place, 'rev-parse', 'HEAD') };
  }

  it('is found unless the origin has it', async () => {
    const { place, base, head } = nest();
    expect(await listNewGitlinks(place, base, head, [])).toEqual(['lib/dep']);
    expect(await listNewGitlinks(place, undefined, head, [])).toEqual(['lib/dep']);
    expect(await listNewGitlinks(place, head, head, [])).toEqual([]);
    expect(await listNewGitlinks(place, base, base, [])).toEqual([]);
  });

  it('is allowed if .gitmodules and the contract name it', async () => {
    const { place, base } = nest();
    const modules = '[submodule "dep"]\n\tpath = lib/dep\n\turl = ../dep\n';
    const head = commit(place, { '.gitmodules': modules });
    expect(await listNewGitlinks(place, base, head, ['Use the submodule lib/dep.'])).toEqual([]);
    expect(await listNewGitlinks(place, base, head, ['No submodules.'])).toEqual(['lib/dep']);
  });
});
