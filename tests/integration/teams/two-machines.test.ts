import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findPostgres, type PostgresServer, startPostgres } from '../../harness/postgres.ts';
import { findBuild } from '../../harness/sao.ts';
import { waitUntil } from '../../harness/wait.ts';
import { codeTask, readAnswer, WorkBench } from '../../harness/work-bench.ts';

/** Three phases, two teams, twelve tasks. */
const PHASES = [{ id: 'base' }, { id: 'parts', mode: 'parallel' }, { id: 'last' }];
const TASKS = [
  codeTask('core', { phase: 'base', team: 'team-1' }),
  codeTask('types', { phase: 'base', team: 'team-2' }),
  ...['read', 'send', 'hang', 'ask'].map((id) =>
    codeTask(id, { phase: 'parts', team: 'team-1', after: ['core'] }),
  ),
  ...['list', 'late', 'poison', 'sort'].map((id) =>
    codeTask(id, { phase: 'parts', team: 'team-2', after: ['types', 'core'] }),
  ),
  codeTask('join', { phase: 'last', team: 'team-1', after: ['read', 'list'] }),
  codeTask('ship', { phase: 'last', team: 'team-2' }),
];
const RULES = ['i1.hang@1=hang', 'i1.ask@1=block', 'i1.poison=broken', 'i1.late@1=wait'];

const isSkipped = findPostgres() === undefined;
const SLOTS: Readonly<Record<string, string>> = { 'team-1': '2', 'team-2': '1' };

const countTraced = (event: string, ...benches: WorkBench[]) =>
  benches.flatMap((bench) => bench.traced(event)).length;

let database: PostgresServer;
beforeAll(async () => {
  if (!isSkipped) database = await startPostgres();
}, 120_000);
afterAll(() => database?.remove());

/** Another machine with a clone of the same remote, and an executor's token. */
function joinQueue(first: WorkBench, url: string): WorkBench {
  const { token } = first.json('queue', 'token', 'create', '--role', 'executor').data;
  const second = new WorkBench(findBuild().path, { SAO_QUEUE_TOKEN: token });
  second.configure({ sandbox: 'off' });
  second.git(second.project, 'remote', 'set-url', 'origin', first.remote);
  second.git(second.project, 'fetch', '--quiet', 'origin');
  second.git(second.project, 'reset', '--quiet', '--hard', 'origin/main');
  expect(second.json('queue', 'init', '--engine', url)).toMatchObject({ code: 0, data: { isNew: false } });
  return second;
}

// biome-ignore lint/suspicious/noExplicitAny: the document of a task
function expectCompletedOnce(bench: WorkBench, id: string, { attempts, evidence, state }: any): void {
  const completed = attempts.filter(({ outcome }: { outcome: string }) => outcome === 'completed');
  expect([id, state, completed.length]).toEqual(id === 'poison' ? [id, 'cancelled', 0] : [id, 'done', 1]);
  if (id !== 'poison') bench.git(bench.remote, 'merge-base', '--is-ancestor', evidence.commit, 'feat/parts');
}

const missing = isSkipped ? ' (skipped: PostgreSQL is not installed)' : '';

describe.skipIf(isSkipped)(
  `executors on two machines with one database${missing}`,
  { timeout: 300_000 },
  () => {
    it('finish an idea of two teams, with a killed and a late executor, a question and a task that always fails', async () => {
      const first = new WorkBench(findBuild().path);
      first.configure({ sandbox: 'off' });
      const { url } = database;
      // Shorter leases end on a busy machine before the agent of a first attempt has begun, which alone plays its part.
      const limits = ['--limit', 'leaseSeconds=15', 'perRepo=9', 'perTeam=9'];
      first.json('queue', 'init', '--engine', url, ...limits);
      for (const team of ['team-1', 'team-2'])
        first.json('team', 'set', team, '--focus', 'parts', '--coders', 'c1,c2');
      first.dispatch(TASKS, { phases: PHASES }, ['--engine', url]);
      const second = joinQueue(first, url);
      const start = (bench: WorkBench, executor: string, team: string) =>
        bench.start(
          ...bench.workArgs(
            RULES,
            '--deliver',
            'merge',
            '--executor',
            executor,
            '--team',
            team,
            '--slots',
            SLOTS[team] ?? '2',
          ),
        );
      const executors = new Map([
        ['a1', start(first, 'a1', 'team-1')],
        ['a2', start(first, 'a2', 'team-2')],
        ['b1', start(second, 'b1', 'team-1')],
        ['b2', start(second, 'b2', 'team-2')],
      ]);
      const holderOf = (task: string) => {
        const claims: { task: string; executor: string }[] = first.json('queue', 'active').data.claims ?? [];
        return claims.find((claim) => claim.task === `i1.${task}`)?.executor;
      };

      // A late executor is stopped while its agent works, and goes on after another attempt has begun. It has one slot, so it holds no lock of its clone.
      await waitUntil(() => countTraced('waiting', first, second) > 0);
      const late = holderOf('late') ?? '';
      executors.get(late)?.child.kill('SIGSTOP');
      // A killed one: its task is free at once, because its process is known here.
      await waitUntil(() => countTraced('hanging', first, second) > 0);
      const killed = holderOf('hang') ?? '';
      executors.get(killed)?.child.kill('SIGKILL');
      executors.set('c1', start(first, 'c1', 'team-1'));
      const stateOf = (task: string) => first.json('task', 'show', `i1.${task}`).data.task;
      await waitUntil(() => stateOf('late').attempts.length > 1);
      for (const bench of [first, second]) bench.release();
      executors.get(late)?.child.kill('SIGCONT');
      await waitUntil(() => first.json('blocker', 'list').data.blockers.length > 0);
      expect(first.person('blocker', 'resolve', 'b1', '--answer', 'eu-west', '--yes').code).toBe(0);
      await waitUntil(() => stateOf('poison').state === 'dead');
      expect(first.json('task', 'cancel', 'i1.poison', '--reason', 'not possible').code).toBe(0);
      await waitUntil(() => first.json('idea', 'show', 'i1').data.idea.state === 'done');

      for (const { child } of executors.values()) child.kill('SIGTERM');
      const ended = await Promise.all(
        [...executors].map(async ([id, { ended: end }]) => [id, await end] as const),
      );
      const answers = new Map(
        ended.filter(([id]) => id !== killed).map(([id, end]) => [id, readAnswer(end)]),
      );
      expect(answers.get(late)?.data.ends).toContainEqual(
        expect.objectContaining({ task: 'i1.late', attempt: 1, state: 'lost' }),
      );
      for (const { id } of TASKS) expectCompletedOnce(first, id, stateOf(id));
      // A busy machine can add attempts that do not count.
      const counted = stateOf('poison').attempts.filter(
        ({ outcome = '' }: { outcome?: string }) =>
          !['rate-limit', 'unreachable', 'handed-back'].includes(outcome),
      );
      expect(counted).toHaveLength(3);
      expect(first.git(first.remote, 'log', '--all', '--format=%s', '--grep', 'ESCALATION: ')).toContain(
        '[TEAM-2]',
      );
      // What the late executor made was delivered by no one.
      expect(first.git(first.remote, 'for-each-ref', 'refs/heads/sao/default/i1.late/1')).toBe('');
      first.git(
        first.home,
        'clone',
        '--quiet',
        '--branch',
        'feat/parts',
        first.remote,
        `${first.home}/final`,
      );
      const files = first.git(`${first.home}/final`, 'ls-files').split('\n');
      expect(files.filter((path) => path.startsWith('src/'))).toHaveLength(11);
      expect(first.run(`${first.home}/final`, process.execPath, '--test')).toContain('# fail 0');
    });
  },
);
