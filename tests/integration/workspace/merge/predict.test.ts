import { describe, expect, it } from 'vitest';
import { unwrap } from '../../../../src/system/result.ts';
import { predictMerge } from '../../../../src/workspace/merge/predict.io.ts';
import { commit, git, makeRepository } from '../../../hazards/git-scratch.ts';

/** A repository whose branches `one` and `two` add these files. */
function makeBranches(one: Record<string, string>, two: Record<string, string>): string {
  const project = makeRepository();
  for (const [name, files] of [
    ['one', one],
    ['two', two],
  ] as const) {
    git(project, 'switch', '--quiet', '-c', name, 'main');
    commit(project, files);
  }
  git(project, 'switch', '--quiet', 'main');
  return project;
}

describe('the merge of two builds of one repository', () => {
  it.each(['', 'packages/api/'])('joins the training pairs of both, in "%s"', async (folder) => {
    const path = `${folder}.orchestration/training/bootstrap.jsonl`;
    const project = makeBranches({ [path]: '{"a":1}\n{"b":1}\n' }, { [path]: '{"c":1}\n' });
    const before = git(project, 'status', '--porcelain', '--ignored');
    const prediction = unwrap(await predictMerge(project, 'one', 'two'));
    expect(prediction.clean).toBe(true);
    const tree = prediction.clean ? prediction.tree : '';
    expect(git(project, 'show', `${tree}:${path}`).split('\n').sort()).toEqual([
      '{"a":1}',
      '{"b":1}',
      '{"c":1}',
    ]);
    expect(git(project, 'status', '--porcelain', '--ignored')).toBe(before);
  });

  it('still reports a conflict in any other file', async () => {
    const training = '.orchestration/training/state.jsonl';
    const project = makeBranches(
      { [training]: '{"a":1}\n', 'src/a.txt': 'one\n' },
      { [training]: '{"b":1}\n', 'src/a.txt': 'two\n' },
    );
    const prediction = unwrap(await predictMerge(project, 'one', 'two'));
    expect(prediction).toMatchObject({ clean: false, conflicts: [{ path: 'src/a.txt' }] });
    expect(prediction.clean ? [] : prediction.conflicts).toHaveLength(1);
  });

  it.each(['.orchestration/brains/qc.md', '.orchestration/training/notes.md', 'training/a.jsonl'])(
    'joins no other file: %s',
    async (path) => {
      const project = makeBranches({ [path]: 'one\n' }, { [path]: 'two\n' });
      expect(unwrap(await predictMerge(project, 'one', 'two')).clean).toBe(false);
    },
  );
});
