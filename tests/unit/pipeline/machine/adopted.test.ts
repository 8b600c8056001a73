import { describe, expect, it } from 'vitest';
import { readCommittedState } from '../../../../src/pipeline/machine/adopted.ts';
import { runOfBranch } from '../../../../src/workspace/worktree/names.ts';

const RUN = '20260101-120000-0a1b2c3d';
const commit = (id: string, subject: string, ...parents: string[]) => ({ commit: id, subject, parents });

describe('what the commits of an integration branch say about a lost build', () => {
  it('is the stages that passed and the last merge of each module', () => {
    const state = readCommittedState(RUN, [
      commit('c1', 'Lay down the contract', 'c0'),
      commit('c2', 'Add training pairs from the contract', 'c1'),
      commit('c3', 'Lay the scaffold', 'c2'),
      commit('c4', `Merge core (run ${RUN})`, 'c3', 'm1'),
      commit('c5', `Merge web (run ${RUN})`, 'c4', 'm2'),
      commit('c6', `Merge core (run ${RUN})`, 'c5', 'm3'),
      commit('c7', 'Merge branch main', 'c6', 'b1'),
    ]);
    expect(state).toEqual({
      stages: ['architect', 'bootstrap', 'scaffold'],
      merged: [
        { module: 'core', source: 'm3', onto: 'c5', commit: 'c6' },
        { module: 'web', source: 'm2', onto: 'c4', commit: 'c5' },
      ],
      last: 'c6',
    });
  });

  it('leaves out what is not a merge of this run, and stages that are repeated', () => {
    const state = readCommittedState(RUN, [
      commit('c1', 'Lay down the contract', 'c0'),
      commit('c2', 'Merge core (run 20250101-120000-0a1b2c3d)', 'c1', 'm1'),
      commit('c3', `Merge core (run ${RUN})`, 'c2'),
      commit('c4', `Merge ../x (run ${RUN})`, 'c3', 'm2'),
      commit('c5', 'Write down what ships', 'c4'),
    ]);
    expect(state).toEqual({ stages: ['architect'], merged: [], last: 'c5' });
  });

  it('is nothing without commits', () => {
    expect(readCommittedState(RUN, [])).toEqual({ stages: [], merged: [], last: undefined });
  });
});

it.each([
  [`orchestration/${RUN}/core`, RUN],
  [`refs/remotes/origin/orchestration/${RUN}/integration`, RUN],
  [`refs/heads/orchestration/${RUN}`, RUN],
  [`orchestration/${RUN}x/core`, undefined],
  [`my-orchestration/${RUN}/core`, undefined],
  [RUN, undefined],
])('the run of the branch %s is %s', (branch, run) => {
  expect(runOfBranch(branch)).toBe(run);
});
