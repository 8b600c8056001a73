import { describe, expect, it } from 'vitest';
import { decideClaim } from '../../../../src/queue/decide/claim.ts';
import { claimOf, codeOf, MemoryQueue, OWNER, phaseOf, taskOf } from '../../../harness/queue.ts';

const many = (count: number, prefix: string, more: object = {}) =>
  Array.from({ length: count }, (_, n) => taskOf(`${prefix}${n}`, more));

describe('which task is claimed', () => {
  it('the one with the highest priority, of equal ones the oldest', () => {
    const queue = new MemoryQueue([taskOf('a'), taskOf('b', { priority: 7 }), taskOf('c', { priority: 7 })]);
    expect([queue.claimName(), queue.claimName(), queue.claimName(), queue.claimName()]).toEqual([
      'b',
      'c',
      'a',
      undefined,
    ]);
  });

  it('one of the team with the fewest running tasks for its share', () => {
    const queue = new MemoryQueue([...many(6, 'x', { team: 'x' }), ...many(6, 'y', { team: 'y' })]);
    queue.write({
      type: 'team-set',
      team: { id: 'x', focus: '', leader: '', coders: ['1', '2'], cluster: 1 },
      by: 'ada',
    });
    const teams = Array.from({ length: 6 }, () => queue.claimName()?.[0]);
    expect(teams.filter((team) => team === 'x')).toHaveLength(4);
    expect(teams.filter((team) => team === 'y')).toHaveLength(2);
  });

  it('lets a small team wait one round at most, also with one slot', () => {
    const queue = new MemoryQueue([...many(50, 'x', { team: 'x' }), ...many(2, 'y', { team: 'y' })]);
    const order: string[] = [];
    for (let n = 0; n < 6; n += 1) {
      const { task, token } = queue.claim();
      order.push(task?.spec.team ?? '');
      queue.write({
        type: 'completed',
        task: task?.spec.id ?? '',
        token,
        evidence: { commit: '', text: 'x' },
      });
      queue.leases = [];
    }
    expect(order).toEqual(['x', 'y', 'x', 'y', 'x', 'x']);
  });
});

describe('what keeps a ready task from being claimed', () => {
  it.each([
    [{ needs: ['docker'] }, {}, { needs: 1 }],
    [{ env: ['API_KEY'] }, {}, { environment: 1 }],
    [{ team: 'a' }, { team: 'b' }, { team: 1 }],
    [{ repo: 'app' }, { repos: ['other'] }, { repository: 1 }],
    [{ uses: ['deploy'] }, {}, { resource: 1 }],
  ])('%j for %j', (task, executor, obstacles) => {
    const queue = new MemoryQueue([taskOf('a', task)]);
    expect(queue.claim('e1', executor)).toMatchObject({ task: null, obstacles });
  });

  it('is gone if the executor has what it needs', () => {
    const queue = new MemoryQueue([taskOf('a', { needs: ['docker'], env: ['API_KEY'], team: 'a' })]);
    expect(queue.claimName('e1', { can: ['docker'], env: ['API_KEY'], team: 'a' })).toBe('a');
  });

  it('limits per repository and team', () => {
    const queue = new MemoryQueue([
      ...many(3, 'x', { repo: 'x' }),
      ...many(3, 'y', { repo: 'y', team: 't' }),
    ]);
    queue.write({ type: 'queue-set', limits: { perRepo: 2, perTeam: 1 }, by: 'ada' });
    const claimed = Array.from({ length: 6 }, () => queue.claimName()).filter(Boolean);
    expect(claimed.sort()).toEqual(['x0', 'x1', 'y0']);
    expect(queue.claim().obstacles).toEqual({ 'repository-limit': 1, 'team-limit': 2 });
  });

  it('a resource until its holder is done', () => {
    const queue = new MemoryQueue(many(3, 'x', { uses: ['deploy'] }));
    queue.write({ type: 'capacity-changed', resource: 'deploy', from: 0, to: 2, by: 'ada' });
    expect([queue.claimName(), queue.claimName(), queue.claimName()]).toEqual(['x0', 'x1', undefined]);
  });

  it('the slots of the executor', () => {
    const queue = new MemoryQueue(many(2, 'x'));
    queue.claim('e1', { slots: 1 });
    const full = queue.act((view) => decideClaim(view, claimOf('e1', { slots: 1 })));
    expect(codeOf(full)).toBe('executor-full');
    expect(queue.claimName('e2', { slots: 1 })).toBe('x1');
  });

  it('a token for another team or a role below executor', () => {
    const queue = new MemoryQueue([taskOf('a', { team: 'a' }), taskOf('b')]);
    queue.caller = { ...OWNER, role: 'executor', team: 'b' };
    expect(queue.claim().obstacles).toEqual({ team: 2 });
    queue.caller = { ...OWNER, role: 'reader' };
    expect(codeOf(queue.act((view) => decideClaim(view, claimOf('e1'))))).toBe('queue-forbidden');
  });
});

describe('phases and dependencies', () => {
  it('open a phase when the sequential one before it has ended', () => {
    const phases = [
      phaseOf('one'),
      phaseOf('two', { mode: 'parallel' }),
      phaseOf('three', { mode: 'parallel' }),
      phaseOf('four'),
    ];
    const queue = new MemoryQueue(
      phases.map(({ id }) => taskOf(id, { phase: id })),
      phases,
    );
    const first = queue.claim();
    expect(first.task?.spec.id).toBe('i1.one');
    expect(queue.claimName()).toBeUndefined();
    queue.write({
      type: 'completed',
      task: 'i1.one',
      token: first.token,
      evidence: { commit: '', text: 'x' },
    });
    expect([queue.claimName(), queue.claimName(), queue.claimName()]).toEqual(['two', 'three', undefined]);
  });

  it('keep later phases closed until a human approves the integration', () => {
    const integration = { criteria: [], rollback: '', approval: 'human' as const };
    const phases = [phaseOf('one', { integration }), phaseOf('two')];
    const queue = new MemoryQueue([taskOf('a', { phase: 'one' }), taskOf('b', { phase: 'two' })], phases);
    queue.write({ type: 'task-cancelled', task: 'i1.a', reason: 'r', by: 'ada' });
    expect(queue.claimName()).toBeUndefined();
    const approval = {
      run: '',
      project: '',
      stage: '',
      action: '',
      hash: '',
      at: '',
      by: '',
      level: 'terminal' as const,
    };
    queue.write({ type: 'phase-approved', idea: 'i1', phase: 'one', hash: '', by: 'ada', approval });
    expect(queue.claimName()).toBe('b');
  });

  it('make a fan-in of 5,000 ready at the last one', () => {
    const parts = many(5_000, 'p');
    const end = taskOf('end', { after: parts.map(({ id }) => id) });
    const queue = new MemoryQueue([...parts, end]);
    for (const { id } of parts.slice(1))
      queue.write({ type: 'task-cancelled', task: 'none', reason: id, by: '' });
    const done = parts.map(({ id }) => ({
      type: 'completed-by-hand' as const,
      task: id,
      reason: '',
      by: '',
      approval: {} as never,
    }));
    queue.write(...done.slice(1));
    expect(queue.claimName()).toBe('p0');
    expect(queue.claimName()).toBeUndefined();
    queue.write(...done.slice(0, 1));
    expect(queue.claimName()).toBe('end');
  });
});

describe('leases that are over', () => {
  it('go to the next executor as another attempt, and kill the task at the third', () => {
    const queue = new MemoryQueue([taskOf('a')]);
    for (const attempt of [1, 2, 3]) {
      expect(queue.claim(`e${attempt}`).attempt).toBe(attempt);
      expect(queue.claimName()).toBeUndefined();
      queue.now += 10_000;
    }
    expect(queue.claimName()).toBeUndefined();
    expect(queue.stateOf('a')).toBe('dead');
    expect(queue.state.escalations.map(({ task, to, reason }) => ({ task, to, reason }))).toEqual([
      { task: 'i1.a', to: 'leader', reason: '1. lease-over\n2. lease-over\n3. lease-over' },
    ]);
  });

  it('are not over one millisecond before their end', () => {
    const queue = new MemoryQueue([taskOf('a')]);
    queue.claim();
    queue.now += 9_999;
    expect(queue.claimName('e2')).toBeUndefined();
  });

  it('end at once with the process that holds them', () => {
    const queue = new MemoryQueue([taskOf('a')]);
    queue.claim('e1');
    queue.ended.add('e1');
    expect(queue.claim('e2').attempt).toBe(2);
    expect(queue.state.tasks.get('i1.a')?.attempts[0]?.outcome).toBe('process-ended');
  });

  it('are also those that a crash has lost', () => {
    const queue = new MemoryQueue([taskOf('a')]);
    queue.claim('e1');
    queue.leases = [];
    expect(queue.claim('e2').attempt).toBe(2);
  });
});
