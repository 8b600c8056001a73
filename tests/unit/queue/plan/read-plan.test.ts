import { describe, expect, it } from 'vitest';
import { readQueuePlan } from '../../../../src/queue/plan/read-plan.ts';

const task = { id: 'a', title: 'Create the schema of users' };
const read = (plan: object) => readQueuePlan(JSON.stringify({ version: 1, tasks: [task], ...plan }), 'i3');
const codes = (plan: object) => read(plan).diagnostics.map(({ code, target }) => `${code} ${target}`);

describe('readQueuePlan', () => {
  it('fills in what the plan says once, and gives ids of the queue', () => {
    const tasks = [task, { ...task, id: 'b', after: ['a', 'i1.x', 'a'], repo: 'other' }];
    expect(read({ repo: 'app', branch: 'feat/x', tasks })).toMatchObject({
      ok: true,
      value: {
        phases: [{ id: 'main', mode: 'sequential' }],
        tasks: [
          { id: 'i3.a', idea: 'i3', phase: 'main', repo: 'app', branch: 'feat/x', priority: 5, size: 'M' },
          { id: 'i3.b', repo: 'other', after: ['i3.a', 'i1.x'] },
        ],
      },
    });
  });

  it.each([
    [{ version: 2 }, 'queue-plan-wrong $.version'],
    [{ tasks: [] }, 'queue-plan-wrong $.tasks'],
    [{ tasks: [{ ...task, priority: 10 }] }, 'queue-plan-wrong $.tasks[0].priority'],
    [{ tasks: [{ ...task, size: 'XL' }] }, 'queue-plan-wrong $.tasks[0].size'],
    [{ tasks: [{ ...task, due: '2026-01-01' }] }, 'queue-plan-wrong $.tasks[0]'],
    [{ tasks: [{ ...task, estimate: '2d' }] }, 'queue-plan-wrong $.tasks[0]'],
    [{ tasks: [{ ...task, id: '../a' }] }, 'queue-name-wrong task'],
    [{ tasks: [{ ...task, id: 'a b' }] }, 'queue-name-wrong task'],
    [{ phases: [{ id: '' }] }, 'queue-name-wrong phase'],
  ])('refuses %j', (plan, expected) => expect(codes(plan)).toEqual([expected]));

  it('refuses what is not JSON', () => {
    expect(readQueuePlan('{', 'i3').diagnostics[0]?.code).toBe('queue-plan-json');
  });
});
