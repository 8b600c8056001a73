import { expect, it } from 'vitest';
import { drawTeamTree } from '../../../../src/queue/describe/team-tree.ts';
import { computeStats } from '../../../../src/queue/stats/compute-stats.ts';
import { MemoryQueue, taskOf } from '../../../harness/queue.ts';

const teamOf = (id: string, cluster: number, coders: string[] = []) => ({
  type: 'team-set' as const,
  team: {
    id,
    focus: id === 'team-1' ? 'infrastructure' : '',
    leader: id === 'team-1' ? 'ada' : '',
    coders,
    cluster,
  },
  by: 'ada',
});

it('draws clusters, teams and coders with the most urgent state of their tasks', () => {
  const queue = new MemoryQueue([
    taskOf('a', { team: 'team-1', coder: 'c1.1' }),
    taskOf('b', { team: 'team-1', coder: 'c1.1' }),
    taskOf('c', { team: 'team-1', after: ['i1.a'] }),
    taskOf('d', { team: 'team-3' }),
  ]);
  queue.write(teamOf('team-3', 2), teamOf('team-2', 1), teamOf('team-1', 1, ['c1.1', 'c1.2']));
  queue.claim('e1', { task: 'i1.b', team: 'team-1', slots: 4 });
  expect(drawTeamTree(queue.state, computeStats(queue.state, queue.now).teams)).toEqual([
    'cluster 1',
    '├ team-1: 0 of 3 done, 1 running, 0 blocked; leader ada; infrastructure',
    '│ ├ c1.1: i1.b claimed and 1 more',
    '│ ├ c1.2: no open task',
    '│ └ any coder: i1.c waiting',
    '└ team-2: 0 of 0 done, 0 running, 0 blocked; no leader',
    'cluster 2',
    '└ team-3: 0 of 1 done, 0 running, 0 blocked; no leader',
    '  └ any coder: i1.d ready',
  ]);
});

it('draws nothing without a team', () => {
  expect(drawTeamTree(new MemoryQueue([taskOf('a')]).state, [])).toEqual([]);
});
