import { describe, expect, it } from 'vitest';
import { pathsChangedByBranch } from '../../../../src/pipeline/stages/own-paths.io.ts';
import { commit, git, makeRepository, write } from '../../../hazards/git-scratch.ts';

/** A repository whose `integration` has moved on since the branch `auth` started from `base`. */
function setUp() {
  const place = makeRepository({ 'src/auth/a.txt': 'a\n', 'src/core/c.txt': 'c\n', 'shared.json': '{}\n' });
  const base = git(place, 'rev-parse', 'HEAD');
  git(place, 'switch', '--quiet', '-c', 'integration');
  const integration = commit(place, { 'src/core/c.txt': 'better\n', 'src/core/new.txt': 'new\n' }, 'Core');
  git(place, 'switch', '--quiet', '-c', 'auth', base);
  const own = () => pathsChangedByBranch(place, git(place, 'rev-parse', 'HEAD'), [base, integration]);
  return { place, base, integration, own };
}

describe('the paths that a branch itself has changed', () => {
  it('are those of its commits', async () => {
    const { place, own } = setUp();
    expect(await own()).toEqual([]);
    commit(place, { 'src/auth/a.txt': 'b\n', 'src/auth/new name.txt': 'n\n' });
    expect(await own()).toEqual(['src/auth/a.txt', 'src/auth/new name.txt']);
  });

  it('hold nothing that was taken back', async () => {
    const { place, own } = setUp();
    commit(place, { 'src/core/c.txt': 'mine\n' });
    expect(await own()).toEqual(['src/core/c.txt']);
    commit(place, { 'src/core/c.txt': 'c\n', 'src/auth/a.txt': 'b\n' });
    expect(await own()).toEqual(['src/auth/a.txt']);
  });

  it('hold nothing that a merge of what is known has brought', async () => {
    const { place, integration, own } = setUp();
    commit(place, { 'src/auth/a.txt': 'b\n' });
    git(place, 'merge', '--quiet', '--no-edit', integration);
    expect(await own()).toEqual(['src/auth/a.txt']);
  });

  it('hold what a merge has dropped of the others’ work', async () => {
    const { place, integration, own } = setUp();
    commit(place, { 'src/auth/a.txt': 'b\n' });
    git(place, 'merge', '--quiet', '--no-edit', '--strategy=ours', integration);
    expect(await own()).toEqual(['src/auth/a.txt', 'src/core/c.txt', 'src/core/new.txt']);
  });

  it('include changes hidden in a merge, and changes from unknown commits', async () => {
    const { place, base, integration, own } = setUp();
    git(place, 'merge', '--quiet', '--no-commit', '--no-ff', integration);
    write(place, { 'src/core/c.txt': 'worse\n' });
    git(place, 'commit', '--quiet', '--all', '--no-edit');
    expect(await own()).toEqual(['src/core/c.txt']);
    git(place, 'switch', '--quiet', '-c', 'foreign', base);
    const foreign = commit(place, { 'src/web/w.txt': 'w\n' });
    git(place, 'switch', '--quiet', 'auth');
    git(place, 'merge', '--quiet', '--no-edit', foreign);
    expect(await own()).toEqual(['src/core/c.txt', 'src/web/w.txt']);
  });

  it('hold everything of a history that has nothing in common with what is known', async () => {
    const { place, own } = setUp();
    git(place, 'switch', '--quiet', '--orphan', 'lost');
    commit(place, { 'src/auth/a.txt': 'b\n' });
    expect(await own()).toEqual(['src/auth/a.txt']);
  });

  it('leave out where what is known conflicts with itself and one side was kept as it is', async () => {
    const { place, base, integration } = setUp();
    git(place, 'switch', '--quiet', '-c', 'other', base);
    const other = commit(place, { 'src/core/c.txt': 'otherwise\n' });
    git(place, 'switch', '--quiet', 'auth');
    git(place, 'merge', '--quiet', '--no-edit', integration);
    git(place, 'merge', '--quiet', '--no-edit', '--strategy-option=ours', other);
    const known = [base, integration, other];
    expect(await pathsChangedByBranch(place, git(place, 'rev-parse', 'HEAD'), known)).toEqual([]);
    const mixed = commit(place, { 'src/core/c.txt': 'mixed\n' });
    expect(await pathsChangedByBranch(place, mixed, known)).toEqual(['src/core/c.txt']);
  });
});
