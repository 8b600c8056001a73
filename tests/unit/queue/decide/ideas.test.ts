import { describe, expect, it } from 'vitest';
import { decideResolve } from '../../../../src/queue/decide/blockers.ts';
import {
  decideApprove,
  decideCreate,
  decideDrop,
  decideExecute,
  decidePlan,
  hashDrop,
} from '../../../../src/queue/decide/ideas.ts';
import { decideSetTeam } from '../../../../src/queue/decide/settings.ts';
import {
  decideCancel,
  decideDispatch,
  decideRetry,
  decideSetTask,
} from '../../../../src/queue/decide/tasks.ts';
import { hashPlan } from '../../../../src/queue/plan/hash-plan.ts';
import { openReadiness } from '../../../../src/queue/state/readiness.ts';
import { codeOf, MemoryQueue, OWNER, phaseOf, taskOf } from '../../../harness/queue.ts';

const PLAN = { phases: [phaseOf('main')], tasks: [{ ...taskOf('a'), id: 'i2.a', idea: 'i2' }] };
const OTHER = { phases: [phaseOf('main')], tasks: [{ ...taskOf('b'), id: 'i2.b', idea: 'i2' }] };
const PROOF = {
  approval: {
    run: '',
    project: '',
    stage: '',
    action: '',
    hash: '',
    at: '',
    by: '',
    level: 'terminal' as const,
  },
};
const hash = hashPlan(PLAN);
const counted = () => undefined;
/** What a human decides who drops the idea for this reason. */
const dropOf = ({ state }: Parameters<typeof decideDrop>[0], reason: string) => {
  const idea = state.ideas.get('i2');
  return { hash: idea ? hashDrop(idea, reason) : '', proof: PROOF };
};

function planned(): MemoryQueue {
  const queue = new MemoryQueue([]);
  queue.act((view) => decideCreate(view, { title: 'Search', body: '' }));
  queue.act((view) => decidePlan(view, 'i2', PLAN));
  return queue;
}

describe('the life of an idea', () => {
  it('goes from draft to done', () => {
    const queue = planned();
    const stateOf = () => queue.state.ideas.get('i2')?.state;
    expect(stateOf()).toBe('planned');
    queue.act((view) => decideApprove(view, 'i2', hash, PROOF));
    expect(stateOf()).toBe('approved');
    expect(queue.act((view) => decideExecute(view, 'i2', counted))).toMatchObject({
      value: { tasks: ['i2.a'], isNew: true },
    });
    expect(queue.act((view) => decideExecute(view, 'i2', counted))).toMatchObject({
      value: { tasks: ['i2.a'], isNew: false },
    });
    expect(stateOf()).toBe('executing');
    expect(queue.claimName()).toBeUndefined();
    expect(queue.act((view) => decideDispatch(view, { idea: 'i2' }))).toMatchObject({ value: { ready: 1 } });
    const { token } = queue.claim();
    queue.write({ type: 'completed', task: 'i2.a', token, evidence: { commit: '', text: 'x' } });
    expect(stateOf()).toBe('done');
  });

  it('needs an approval of exactly this plan', () => {
    const queue = planned();
    expect(codeOf(queue.act((view) => decideExecute(view, 'i2', counted)))).toBe('idea-state');
    expect(codeOf(queue.act((view) => decideApprove(view, 'i2', 'other', PROOF)))).toBe('plan-changed');
    queue.act((view) => decideApprove(view, 'i2', hash, PROOF));
    queue.act((view) => decidePlan(view, 'i2', OTHER));
    expect(queue.state.ideas.get('i2')?.state).toBe('planned');
    expect(codeOf(queue.act((view) => decideExecute(view, 'i2', counted)))).toBe('idea-state');
  });

  it('makes no tasks if the proof of the approval does not count', () => {
    const queue = planned();
    queue.act((view) => decideApprove(view, 'i2', hash, PROOF));
    expect(codeOf(queue.act((view) => decideExecute(view, 'i2', () => 'no seal')))).toBe(
      'approval-not-proved',
    );
    expect(queue.state.tasks.size).toBe(0);
  });

  it('ends with its open tasks if it is dropped, and needs a reason', () => {
    const queue = planned();
    queue.act((view) => decideApprove(view, 'i2', hash, PROOF));
    queue.act((view) => decideExecute(view, 'i2', counted));
    queue.act((view) => decideDispatch(view, {}));
    queue.claim();
    expect(codeOf(queue.act((view) => decideDrop(view, 'i2', ' ', dropOf(view, ' '))))).toBe(
      'reason-missing',
    );
    const approved = dropOf(queue.view(), 'other words');
    expect(codeOf(queue.act((view) => decideDrop(view, 'i2', 'not needed', approved)))).toBe('plan-changed');
    queue.act((view) => decideDrop(view, 'i2', 'not needed', dropOf(view, 'not needed')));
    expect(queue.state.tasks.get('i2.a')?.state).toBe('cancelled');
    expect(queue.leases).toEqual([]);
  });

  it.each([
    ['', 'text-empty'],
    ['x'.repeat(1_000_000), 'text-too-long'],
    ['a\u0000b', 'text-hidden'],
    ['a\u202eb', 'text-hidden'],
  ])('refuses a title (row %#)', (title, code) => {
    const queue = new MemoryQueue([]);
    expect(codeOf(queue.act((view) => decideCreate(view, { title, body: '' })))).toBe(code);
  });
});

describe('what a role may do', () => {
  const queue = planned();
  it.each([
    [
      'executor',
      'create',
      (view: Parameters<typeof decideCreate>[0]) => decideCreate(view, { title: 'X', body: '' }),
    ],
    ['executor', 'plan', (view: Parameters<typeof decideCreate>[0]) => decidePlan(view, 'i2', PLAN)],
    [
      'leader',
      'approve',
      (view: Parameters<typeof decideCreate>[0]) => decideApprove(view, 'i2', hash, PROOF),
    ],
    ['executor', 'execute', (view: Parameters<typeof decideCreate>[0]) => decideExecute(view, 'i2', counted)],
    [
      'leader',
      'drop',
      (view: Parameters<typeof decideCreate>[0]) => decideDrop(view, 'i2', 'x', dropOf(view, 'x')),
    ],
    ['executor', 'dispatch', (view: Parameters<typeof decideCreate>[0]) => decideDispatch(view, {})],
    ['leader', 'cancel', (view: Parameters<typeof decideCreate>[0]) => decideCancel(view, 'i2.a', 'x')],
    ['executor', 'retry', (view: Parameters<typeof decideCreate>[0]) => decideRetry(view, 'i2.a', 'x')],
    [
      'executor',
      'resolve',
      (view: Parameters<typeof decideCreate>[0]) => decideResolve(view, 'b1', 'x', undefined),
    ],
  ] as const)('%s may not %s', (role, _, decide) => {
    queue.caller = { ...OWNER, role };
    expect(codeOf(decide(queue.view()))).toBe('queue-forbidden');
  });
});

describe('retry', () => {
  it('frees a stuck task from dependencies that it can never have', () => {
    const queue = new MemoryQueue([taskOf('a'), taskOf('b', { after: ['i1.a'] })]);
    queue.act((view) => decideCancel(view, 'i1.a', 'not needed'));
    expect(codeOf(queue.act((view) => decideRetry(view, 'i1.b', '')))).toBe('reason-missing');
    expect(queue.act((view) => decideRetry(view, 'i1.b', 'works without'))).toMatchObject({
      value: { state: 'ready' },
    });
  });

  it('is refused for a task that can still be claimed', () => {
    const queue = new MemoryQueue([taskOf('a')]);
    expect(codeOf(queue.act((view) => decideRetry(view, 'i1.a', 'x')))).toBe('task-state');
  });

  it('gives a dead task all its attempts again', () => {
    const queue = new MemoryQueue([taskOf('a')]);
    for (let n = 0; n < 3; n += 1) {
      queue.claim();
      queue.now += 10_000;
    }
    queue.claim();
    queue.act((view) => decideRetry(view, 'i1.a', 'fixed the machine'));
    expect(queue.claim().attempt).toBe(4);
    queue.now += 10_000;
    expect(queue.claim().attempt).toBe(5);
  });
});

describe('blockers', () => {
  function blocked(who: 'leader' | 'human'): MemoryQueue {
    const queue = new MemoryQueue([taskOf('a', { team: 't' })]);
    const { token } = queue.claim();
    const event = { kind: 'other' as const, question: '?', for: who, workAt: '' };
    queue.write({ type: 'blocked', task: 'i1.a', token, blocker: 'b1', ...event });
    return queue;
  }

  it('for a leader are answered by the leader of that team only', () => {
    const queue = blocked('leader');
    queue.caller = { ...OWNER, role: 'leader', team: 'u' };
    expect(codeOf(queue.act((view) => decideResolve(view, 'b1', 'x', undefined)))).toBe('queue-forbidden');
    queue.caller = { ...OWNER, role: 'leader', team: 't' };
    expect(codeOf(queue.act((view) => decideResolve(view, 'b1', 'x', undefined)))).toBe('');
    expect(codeOf(queue.act((view) => decideResolve(view, 'b1', 'y', undefined)))).toBe('blocker-state');
  });

  it('for a human need a proof of a human, also from an owner', () => {
    const queue = blocked('human');
    expect(codeOf(queue.act((view) => decideResolve(view, 'b1', 'x', undefined)))).toBe('human-required');
    expect(codeOf(queue.act((view) => decideResolve(view, 'b1', 'x', PROOF)))).toBe('');
  });
});

describe('teams', () => {
  const team = { id: 't', focus: '', leader: '', coders: ['1'], cluster: 1 };
  it('stay within four clusters; more than four teams or coders are a warning', () => {
    const queue = new MemoryQueue([]);
    expect(codeOf(queue.act((view) => decideSetTeam(view, { ...team, cluster: 5 })))).toBe('number-wrong');
    for (const id of ['a', 'b', 'c', 'd'])
      expect(queue.act((view) => decideSetTeam(view, { ...team, id }))).toMatchObject({
        ok: true,
        diagnostics: [],
      });
    const coders = ['1', '2', '3', '4', '5'];
    const large = queue.act((view) => decideSetTeam(view, { ...team, id: 'e', coders }));
    expect(large.diagnostics.map(({ code, message }) => `${code}: ${message.split(';')[0]}`)).toEqual([
      'team-large: team e has 5 coders',
      'team-large: cluster 1 has 5 teams',
    ]);
  });

  it('can be given a task', () => {
    const queue = new MemoryQueue([taskOf('a')]);
    expect(codeOf(queue.act((view) => decideSetTask(view, 'i1.a', { team: 't' })))).toBe('team-unknown');
    queue.act((view) => decideSetTeam(view, team));
    queue.act((view) => decideSetTask(view, 'i1.a', { team: 't', priority: 9 }));
    const task = queue.state.tasks.get('i1.a');
    expect([task?.spec.team, task?.spec.priority]).toEqual(['t', 9]);
    expect(task && openReadiness(queue.state).of(task)).toBe('ready');
  });
});
