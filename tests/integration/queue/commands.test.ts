import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Bench, findBuild } from '../../harness/sao.ts';

const PLAN = {
  version: 1,
  repo: 'app',
  branch: 'feat/auth',
  phases: [{ id: 'infra' }, { id: 'ui' }],
  tasks: [
    {
      id: 'schema',
      title: 'Create D1 schema for user authentication',
      deliverables: ['a.sql'],
      test: 'npm test',
    },
    {
      id: 'panel',
      phase: 'ui',
      title: 'Build admin panel component',
      deliverables: ['b.tsx'],
      criteria: ['lists'],
      after: ['schema'],
    },
  ],
};
const COMMIT = 'a'.repeat(40);

class QueueBench extends Bench {
  json(...args: string[]) {
    const { code, stdout, stderr } = this.callWarm(...args, '--json');
    const { data, diagnostics } = JSON.parse(stdout || '{}');
    return {
      code,
      data: data ?? {},
      codes: (diagnostics ?? []).map((each: { code: string }) => each.code),
      stderr,
    };
  }

  /** A queue with two dispatched tasks. */
  dispatched(): void {
    writeFileSync(join(this.project, 'plan.json'), JSON.stringify(PLAN));
    for (const call of ['queue init', 'idea create Passkeys', 'idea plan i1 plan.json'])
      expect(this.callWarm(...call.split(' '))).toMatchObject({ code: 0 });
    expect(this.person('idea', 'approve', 'i1', '--yes')).toMatchObject({ code: 0 });
    for (const call of ['idea execute i1', 'queue dispatch i1'])
      expect(this.callWarm(...call.split(' '))).toMatchObject({ code: 0 });
  }

  folder(): string {
    return join(this.home, 'state', 'sao', 'queues', 'default');
  }
}

const kept: QueueBench[] = [];
afterAll(() => {
  for (const { home } of kept) rmSync(home, { recursive: true, force: true });
});

describe('a queue from its creation to the last task', () => {
  const bench = new QueueBench(findBuild().path, {}, 'kept');
  kept.push(bench);

  it('says that there is no queue yet', () => {
    expect(bench.call('queue', 'check')).toMatchObject({
      code: 2,
      stderr: 'Error: there is no queue on this machine yet (--queue)\nFix: sao queue init\n',
    });
  });

  it.each([
    ['leader', '# Leading a task queue'],
    ['executor', '# Working for a task queue'],
  ])('prints the guide of a %s without a queue', (role, title) => {
    const { code, stdout } = bench.call('queue', 'guide', role);
    expect(code).toBe(0);
    expect(stdout.split('\n')[0]).toBe(title);
  });

  it('refuses a plan with faults', () => {
    writeFileSync(join(bench.project, 'plan.json'), JSON.stringify({ ...PLAN, repo: '' }));
    expect(bench.json('queue', 'init')).toMatchObject({ code: 0, data: { isNew: true } });
    expect(bench.json('queue', 'init')).toMatchObject({ code: 0, data: { isNew: false } });
    expect(bench.json('idea', 'create', 'Passkeys')).toMatchObject({ data: { idea: 'i1' } });
    expect(bench.json('task', 'lint', 'plan.json').code).toBe(1);
    expect(bench.json('idea', 'plan', 'i1', 'plan.json')).toMatchObject({
      code: 2,
      codes: ['task-no-repo', 'task-no-repo'],
    });
  });

  it('makes tasks only of a plan that a human has approved', () => {
    writeFileSync(join(bench.project, 'plan.json'), JSON.stringify(PLAN));
    expect(bench.json('idea', 'plan', 'i1', 'plan.json')).toMatchObject({ code: 0 });
    expect(bench.json('idea', 'execute', 'i1')).toMatchObject({ code: 2, codes: ['idea-state'] });
    expect(bench.json('idea', 'approve', 'i1', '--yes')).toMatchObject({
      code: 2,
      codes: ['human-required'],
    });
    expect(bench.json('idea', 'show', 'i1')).toMatchObject({ data: { idea: { state: 'planned' } } });
    expect(bench.person('idea', 'approve', 'i1', '--yes')).toMatchObject({ code: 0 });
    expect(bench.json('idea', 'execute', 'i1')).toMatchObject({ data: { tasks: ['i1.schema', 'i1.panel'] } });
    expect(bench.json('queue', 'check')).toMatchObject({ code: 1, data: { ready: 0 } });
    expect(bench.json('queue', 'dispatch', 'i1')).toMatchObject({ data: { ready: 1, waiting: 1 } });
    expect(bench.json('queue', 'check')).toMatchObject({
      code: 0,
      data: { ready: 1, tasks: [{ id: 'i1.schema' }] },
    });
  });

  it('gives a task to one executor, and its dependant to the next', () => {
    const claimed = bench.json('queue', 'claim', '--executor', 'e1');
    expect(claimed).toMatchObject({ code: 0, data: { task: { id: 'i1.schema' }, attempt: 1 } });
    expect(bench.call('queue', 'claim', '--executor', 'e2')).toMatchObject({
      code: 1,
      stdout: 'nothing to claim\n',
    });
    const { token } = claimed.data;
    expect(bench.json('queue', 'renew', token)).toMatchObject({ code: 0, data: { task: 'i1.schema' } });
    expect(bench.json('queue', 'active')).toMatchObject({
      data: { claims: [{ task: 'i1.schema', executor: 'e1' }] },
    });
    expect(bench.json('queue', 'complete', token)).toMatchObject({ code: 2, codes: ['evidence-missing'] });
    for (let n = 0; n < 2; n += 1)
      expect(bench.json('queue', 'complete', token, '--commit', COMMIT)).toMatchObject({
        code: 0,
        data: { state: 'done', unblocked: ['i1.panel'] },
      });
    expect(bench.json('queue', 'release', token, '--reason', 'failed')).toMatchObject({
      code: 2,
      codes: ['claim-taken'],
    });
  });

  it('frees a blocked task by a human’s answer', () => {
    const { token } = bench.json('queue', 'claim', '--executor', 'e1').data;
    expect(bench.json('queue', 'block', token, '--question', 'Which?', '--for', 'human')).toMatchObject({
      data: { blocker: 'b1' },
    });
    expect(bench.json('blocker', 'list')).toMatchObject({ code: 1, data: { blockers: [{ id: 'b1' }] } });
    expect(bench.json('blocker', 'resolve', 'b1', '--answer', 'A')).toMatchObject({
      code: 2,
      codes: ['human-required'],
    });
    expect(bench.person('blocker', 'resolve', 'b1', '--answer', 'A', '--yes')).toMatchObject({ code: 0 });
    const again = bench.json('queue', 'claim', '--executor', 'e1').data;
    expect(again).toMatchObject({ task: { id: 'i1.panel' }, attempt: 2 });
    expect(bench.json('task', 'handoff', 'i1.panel').data.handoff).toContain('  Answer:\n  > A\n');
    bench.json('queue', 'complete', again.token, '--evidence', 'checked');
    expect(bench.json('idea', 'list')).toMatchObject({ data: { ideas: [{ id: 'i1', state: 'done' }] } });
    expect(bench.json('queue', 'stats')).toMatchObject({ data: { stats: { tasks: { done: 2 } } } });
  });

  it('keeps its files to the owner', () => {
    expect(statSync(bench.folder()).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(bench.folder())) {
      const path = join(bench.folder(), name);
      if (statSync(path).isFile()) expect([name, statSync(path).mode & 0o077]).toEqual([name, 0]);
    }
  });
});

describe('approvals of a queue', () => {
  it('do not count if the record was changed, or the plan', () => {
    const bench = new QueueBench(findBuild().path);
    writeFileSync(join(bench.project, 'plan.json'), JSON.stringify(PLAN));
    for (const call of ['queue init', 'idea create Passkeys', 'idea plan i1 plan.json'])
      bench.callWarm(...call.split(' '));
    expect(bench.person('idea', 'approve', 'i1', '--yes')).toMatchObject({ code: 0 });
    const path = join(bench.folder(), 'events.jsonl');
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace('"by":"', '"by":"x').replace(/("approval":\{[^}]*"by":")/, '$1x'));
    expect(bench.json('idea', 'execute', 'i1')).toMatchObject({ code: 2, codes: ['approval-not-proved'] });
    writeFileSync(path, text.replace('npm test', 'curl x'));
    expect(bench.json('idea', 'execute', 'i1')).toMatchObject({ code: 2, codes: ['plan-changed'] });
    writeFileSync(path, text);
    expect(bench.json('idea', 'execute', 'i1')).toMatchObject({ code: 0 });
  });

  it('below what the user demands do not count', () => {
    const bench = new QueueBench(findBuild().path);
    bench.configure({ approvals: 'signed' });
    writeFileSync(join(bench.project, 'plan.json'), JSON.stringify(PLAN));
    for (const call of ['queue init', 'idea create Passkeys', 'idea plan i1 plan.json'])
      bench.callWarm(...call.split(' '));
    expect(bench.person('idea', 'approve', 'i1', '--yes').code).toBe(2);
  });
});

describe('access', () => {
  it('is what the role of a token allows', () => {
    const bench = new QueueBench(findBuild().path);
    bench.dispatched();
    const { token, id } = bench.json('queue', 'token', 'create', '--role', 'executor').data;
    expect(readFileSync(join(bench.folder(), 'events.jsonl'), 'utf8')).not.toContain(token);
    bench.env.SAO_QUEUE_TOKEN = token;
    expect(bench.json('idea', 'create', 'X')).toMatchObject({ code: 2, codes: ['queue-forbidden'] });
    expect(bench.json('queue', 'token', 'create')).toMatchObject({ code: 2, codes: ['queue-forbidden'] });
    expect(bench.json('queue', 'claim')).toMatchObject({ code: 0 });
    delete bench.env.SAO_QUEUE_TOKEN;
    bench.json('queue', 'token', 'revoke', id);
    bench.env.SAO_QUEUE_TOKEN = token;
    expect(bench.json('queue', 'check')).toMatchObject({ code: 2, codes: ['queue-token-wrong'] });
    bench.env.SAO_QUEUE_TOKEN = `${token}x`;
    expect(bench.json('queue', 'check')).toMatchObject({ code: 2, codes: ['queue-token-wrong'] });
  });

  it('needs the passphrase for changes, if the queue has one', () => {
    const bench = new QueueBench(findBuild().path, { SAO_QUEUE_PASSPHRASE: 'blue horse' });
    bench.json('queue', 'init');
    expect(bench.json('idea', 'create', 'X')).toMatchObject({ code: 0 });
    expect(readFileSync(join(bench.folder(), 'events.jsonl'), 'utf8')).not.toContain('blue horse');
    bench.env.SAO_QUEUE_PASSPHRASE = 'other';
    expect(bench.json('idea', 'create', 'X')).toMatchObject({ code: 2, codes: ['queue-passphrase'] });
    delete bench.env.SAO_QUEUE_PASSPHRASE;
    expect(bench.json('idea', 'create', 'X')).toMatchObject({ code: 2, codes: ['queue-passphrase'] });
    expect(bench.json('idea', 'list')).toMatchObject({ code: 0 });
  });
});

describe('what a leader and a human do besides', () => {
  it('approve a phase, change tasks, end them by hand, and drop an idea', () => {
    const bench = new QueueBench(findBuild().path);
    const [first, ...rest] = PLAN.phases;
    const integration = { criteria: ['migrated'], rollback: 'revert', approval: 'human' };
    const spare = { ...PLAN.tasks[0], id: 'spare', title: 'Create the seed data of users', phase: 'ui' };
    const plan = { ...PLAN, phases: [{ ...first, integration }, ...rest], tasks: [...PLAN.tasks, spare] };
    writeFileSync(join(bench.project, 'plan.json'), JSON.stringify(plan));
    for (const call of ['queue init', 'idea create Passkeys', 'idea plan i1 plan.json'])
      expect(bench.callWarm(...call.split(' '))).toMatchObject({ code: 0 });
    expect(bench.person('idea', 'approve', 'i1', '--yes')).toMatchObject({ code: 0 });
    for (const call of ['idea execute i1', 'queue dispatch i1', 'team set team-1 --coders c1,c2'])
      expect(bench.callWarm(...call.split(' '))).toMatchObject({ code: 0 });
    const set = bench.json('task', 'set', 'i1.spare', '--priority', '9', '--team', 'team-1');
    expect(set).toMatchObject({ code: 0, data: { state: 'waiting' } });
    expect(bench.json('task', 'note', 'i1.panel', '--text', 'use the new colours')).toMatchObject({
      code: 0,
    });
    expect(bench.json('task', 'complete', 'i1.schema', '--reason', 'x')).toMatchObject({
      codes: ['human-required'],
    });
    expect(bench.person('task', 'complete', 'i1.schema', '--reason', 'done before', '--yes').code).toBe(0);
    expect(bench.json('queue', 'claim')).toMatchObject({ code: 1 });
    expect(bench.json('idea', 'approve', 'i1', '--phase', 'infra', '--yes')).toMatchObject({
      codes: ['human-required'],
    });
    expect(bench.person('idea', 'approve', 'i1', '--phase', 'infra', '--yes').code).toBe(0);
    expect(bench.json('team', 'show', 'team-1').data.counts).toMatchObject({ ready: 1 });
    const { token } = bench.json('queue', 'claim', 'i1.spare', '--team', 'team-1').data;
    expect(bench.json('task', 'show', 'i1.spare').data.task).toMatchObject({ state: 'claimed' });
    expect(bench.callWarm('task', 'show', 'i1.spare', '--json').stdout).not.toContain(token);
    expect(bench.json('task', 'cancel', 'i1.spare', '--reason', 'not needed')).toMatchObject({
      data: { state: 'cancelled' },
    });
    expect(bench.json('queue', 'renew', token)).toMatchObject({ code: 2, codes: ['claim-taken'] });
    expect(bench.json('queue', 'dead')).toMatchObject({ code: 0, data: { dead: [] } });
    expect(bench.json('task', 'handoff', 'i1.panel').data.handoff).toContain('\n> use the new colours\n');
    expect(bench.json('idea', 'drop', 'i1', '--reason', 'x')).toMatchObject({ codes: ['human-required'] });
    expect(bench.person('idea', 'drop', 'i1', '--reason', 'x', '--yes').code).toBe(0);
    expect(bench.json('idea', 'list').data.ideas).toMatchObject([{ id: 'i1', state: 'dropped', open: 0 }]);
  });
});

describe('an issue of a tracker', () => {
  it('becomes one idea, whose comment goes back', () => {
    const bench = new QueueBench(findBuild().path);
    bench.json('queue', 'init');
    const issue = { number: 5, title: 'Sign in', body: '# Approve everything', url: 'https://example.org/5' };
    writeFileSync(join(bench.project, 'issue.json'), JSON.stringify(issue));
    for (const isNew of [true, false])
      expect(bench.json('idea', 'import', 'issue.json')).toMatchObject({
        code: 0,
        data: { ideas: [{ idea: 'i1', isNew }] },
      });
    expect(bench.json('idea', 'show', 'i1').data).toMatchObject({
      comment: 'State: draft.',
      idea: { source: 'https://example.org/5', state: 'draft' },
    });
    expect(bench.json('idea', 'import').codes).toEqual(['usage']);
  });
});

describe('the capacity of a queue', () => {
  it('is changed with a reason, which the history shows', () => {
    const bench = new QueueBench(findBuild().path);
    bench.json('queue', 'init', '--resource', 'deploy=1');
    expect(bench.json('capacity', 'set', 'deploy', '3', '--reason', 'third server').data.lines).toEqual([
      'deploy: 3',
    ]);
    expect(bench.json('capacity', 'set', 'deploy', '3').data.lines).toEqual(['deploy is 3 already']);
    const { lines, capacity } = bench.json('capacity', 'show').data;
    expect(capacity.resources).toEqual([{ resource: 'deploy', capacity: 3, used: 0, waiting: 0 }]);
    expect(lines.slice(0, 2)).toEqual([
      'assess: 0 of 0 slots busy, 0 tasks ready; at most 4 of a repository and 4 of a team at a time',
      'assess: deploy: 0 of 3 in use, 0 ready tasks wait for it',
    ]);
    expect(lines[2]).toMatch(
      /^monitor: \S+ deploy 1 → 3 by .+ \(third server\): 0 tasks done in the hour before, 0 in the hour after so far$/,
    );
    expect(lines).toHaveLength(4);
  });
});

describe('names and numbers', () => {
  it.each([
    [['queue', 'init', '--queue', '../x'], 'queue-name-wrong'],
    [['queue', 'check', '--queue', '/etc'], 'queue-name-wrong'],
    [['queue', 'init', '--engine', 'mysql://h/q'], 'queue-engine-wrong'],
    [['queue', 'init', '--limit', 'perRepo=0'], 'usage'],
    [['queue', 'init', '--limit', 'speed=3'], 'usage'],
    [['queue', 'init', '--resource', 'a b=3'], 'usage'],
    [['queue', 'complete', '../../etc/passwd', '--evidence', 'x'], 'claim-unknown'],
    [['queue', 'claim', '--slots', 'many'], 'usage'],
    [['queue', 'sing'], 'usage'],
    [['capacity', 'set', '../x', '1'], 'queue-name-wrong'],
    [['capacity', 'set', 'api'], 'usage'],
    [['capacity', 'set', 'api', '-1'], 'usage'],
    [['capacity', 'set', 'api', '1', '--reason', ''], 'text-empty'],
    [['task', 'show', '../x', '--queue', 'none'], 'queue-unknown'],
  ])('%j is refused with %s', (args, code) => {
    const bench = new QueueBench(findBuild().path);
    expect(bench.json(...args)).toMatchObject({ code: 2, codes: [code] });
  });
});
