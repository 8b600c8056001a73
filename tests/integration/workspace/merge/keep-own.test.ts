import { describe, expect, it } from 'vitest';
import { keepOwnFolders } from '../../../../src/workspace/merge/keep-own.io.ts';
import { predictOrThrow } from '../../../../src/workspace/merge/predict.io.ts';
import { commit, git, makeRepository } from '../../../hazards/git-scratch.ts';

const OWN = { whole: 'own/contract', conflicting: 'own/notes' };

/** A repository with a common commit and the branches `one` and `two`. */
function makeBranches(one: Record<string, string>, two: Record<string, string>): string {
  const project = makeRepository({ 'own/contract/a.json': 'old\n', 'README.md': 'read\n' });
  for (const [name, files] of Object.entries({ one, two })) {
    git(project, 'switch', '--quiet', '-c', name, 'main');
    commit(project, files);
  }
  return project;
}

async function merge(project: string) {
  const predicted = await predictOrThrow(project, 'one', 'two');
  const kept = await keepOwnFolders(project, predicted, 'one', OWN);
  const show = (path: string) => git(project, 'show', `${kept.tree}:${path}`);
  const names = git(project, 'ls-tree', '-r', '--name-only', kept.tree).split('\n');
  return { kept, show, names };
}

describe('a merge in which folders stay ours', () => {
  it('has the one as we have it, without files of the other side, and ours of conflicting files in the other', async () => {
    const project = makeBranches(
      {
        'own/contract/a.json': 'one\n',
        'own/contract/deep/one.md': '1\n',
        'own/notes/qc.md': 'one\n',
        'src/one.ts': '1\n',
      },
      {
        'own/contract/a.json': 'two\n',
        'own/contract/deep/two ä.md': '2\n',
        'own/notes/qc.md': 'two\n',
        'own/notes/two.md': '2\n',
        'src/two.ts': '2\n',
      },
    );
    const status = git(project, 'status', '--porcelain', '--ignored');
    const { kept, show, names } = await merge(project);
    expect(kept.clean).toBe(true);
    expect(git(project, 'rev-parse', `${kept.tree}:own/contract`)).toBe(
      git(project, 'rev-parse', 'one:own/contract'),
    );
    expect([show('own/notes/qc.md'), show('own/notes/two.md'), show('src/two.ts')]).toEqual([
      'one',
      '2',
      '2',
    ]);
    expect(names).toContain('src/one.ts');
    expect(git(project, 'status', '--porcelain', '--ignored')).toBe(status);
  });

  it('still conflicts in other files', async () => {
    const project = makeBranches(
      { 'own/contract/a.json': 'one\n', 'README.md': 'one\n' },
      { 'own/contract/a.json': 'two\n', 'README.md': 'two\n' },
    );
    const { kept, show } = await merge(project);
    expect(kept.clean ? [] : kept.conflicts.map(({ path }) => path)).toEqual(['README.md']);
    expect(show('own/contract/a.json')).toBe('one');
  });

  it('takes the folder away if we have none', async () => {
    const project = makeBranches(
      { 'src/one.ts': '1\n' },
      { 'own/notes/two.md': '2\n', 'own/contract/b.md': 'b\n' },
    );
    git(project, 'switch', '--quiet', 'one');
    git(project, 'rm', '-rq', 'own/contract');
    git(project, 'commit', '--quiet', '-m', 'Remove it');
    const { kept, names } = await merge(project);
    expect(kept.clean).toBe(true);
    expect(names).toEqual(['README.md', 'own/notes/two.md', 'src/one.ts']);
  });
});
