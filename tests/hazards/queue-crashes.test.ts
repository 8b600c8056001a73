import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { QueueCall } from '../../src/queue/call/queue-call.io.ts';
import { decideClaim } from '../../src/queue/decide/claim.ts';
import { decideComplete } from '../../src/queue/decide/settle.ts';
import { openFilesEngine } from '../../src/queue/engine/files.io.ts';
import { accept, unwrap } from '../../src/system/result.ts';
import { claimOf, codeOf, OWNER } from '../harness/queue.ts';
import { findHistoryFaults } from '../harness/queue-history.ts';
import { findBuild } from '../harness/sao.ts';
import { isFullScale, scaled } from '../harness/scale.ts';
import { codeTask, WorkBench } from '../harness/work-bench.ts';

const PRELOAD = join(import.meta.dirname, 'fixtures', 'die-after-write.cjs');
const COMMIT = 'c'.repeat(40);
const callOf = (folder: string) =>
  new QueueCall(openFilesEngine(folder), { place: folder, authorize: () => accept(OWNER), isLocal: true });

/** A queue in the middle of its work: `a` is claimed, `b` has an ended lease, `c` is ready, `d` is blocked, `e` is dead. */
async function prepare(bench: WorkBench): Promise<{ folder: string; token: string }> {
  bench.dispatch(
    ['d', 'e', 'a', 'b', 'c'].map((id) => codeTask(id, { title: `Create src/${id}.mjs and its test` })),
  );
  bench.json('idea', 'create', 'Later');
  const folder = join(bench.home, 'state', 'sao', 'queues', 'default');
  const engine = openFilesEngine(folder);
  const call = callOf(folder);
  const claim = async () => unwrap(await call.decide((view) => decideClaim(view, claimOf('e1')))).token;
  const [d, e, a, b] = [await claim(), await claim(), await claim(), await claim()];
  const { state } = unwrap(await call.readView());
  const end = { reason: 'failed' as const, note: '', workAt: '' };
  await engine.append(state.seq, {
    events: [
      {
        type: 'blocked',
        task: 'i1.d',
        token: d,
        blocker: 'b1',
        kind: 'other',
        question: '?',
        for: 'leader',
        workAt: '',
      },
      { type: 'released', task: 'i1.e', token: e, ...end },
      { type: 'released', task: 'i1.e', token: e, ...end },
      { type: 'released', task: 'i1.e', token: e, ...end },
    ],
    drop: [d, e],
  });
  lapse(folder, b);
  return { folder, token: a };
}

function lapse(folder: string, token: string): void {
  const path = join(folder, 'leases', token);
  writeFileSync(path, readFileSync(path, 'utf8').replace(/"until":\d+/, '"until":1'));
}

/** Ends all leases and finishes what can be claimed, as executors would. */
async function drain(folder: string): Promise<void> {
  for (const token of readdirSync(join(folder, 'leases')).filter((name) => /^\d+\.[0-9a-f]+$/.test(name)))
    lapse(folder, token);
  const call = callOf(folder);
  for (;;) {
    const { task, token } = unwrap(await call.decide((view) => decideClaim(view, claimOf('e2'))));
    if (!task) return;
    unwrap(await call.decide((view) => decideComplete(view, token, { commit: COMMIT, text: '' })));
  }
}

const PLAN = {
  version: 1,
  repo: 'app',
  branch: 'main',
  tasks: [{ id: 'x', title: 'Create the schema of users', deliverables: ['a'], criteria: ['b'] }],
};
const COMMANDS: [name: string, args: (token: string) => string[]][] = [
  ['claim', () => ['queue', 'claim', '--executor', 'e3']],
  ['complete', (token) => ['queue', 'complete', token, '--commit', COMMIT]],
  ['release', (token) => ['queue', 'release', token, '--reason', 'failed']],
  ['block', (token) => ['queue', 'block', token, '--question', 'x?']],
  ['renew', (token) => ['queue', 'renew', token]],
  ['resolve', () => ['blocker', 'resolve', 'b1', '--answer', 'x']],
  ['cancel', () => ['task', 'cancel', 'i1.c', '--reason', 'x']],
  ['retry', () => ['task', 'retry', 'i1.e', '--reason', 'x']],
  ['note', () => ['task', 'note', 'i1.c', '--text', 'x']],
  ['set', () => ['task', 'set', 'i1.c', '--priority', '9']],
  ['idea create', () => ['idea', 'create', 'Other']],
  ['idea plan', () => ['idea', 'plan', 'i2', 'plan.json']],
  ['team set', () => ['team', 'set', 'team-1', '--focus', 'x']],
  ['queue init', () => ['queue', 'init', '--limit', 'perRepo=9', '--resource', 'deploy=1']],
  ['token create', () => ['queue', 'token', 'create']],
  ['new queue', () => ['queue', 'init', '--queue', 'other']],
];
/** In a short run the commands that executors use all the time. */
const chosen = isFullScale ? COMMANDS : COMMANDS.slice(0, 3);

describe('a command that is killed after any of its writes', () => {
  it.each(chosen)('%s', { timeout: 600_000 }, async (_, argsOf) => {
    const bench = new WorkBench(findBuild().path);
    const { folder, token } = await prepare(bench);
    writeFileSync(join(bench.project, 'plan.json'), JSON.stringify(PLAN));
    const queues = join(folder, '..');
    const copy = join(bench.home, 'copy');
    cpSync(queues, copy, { recursive: true });
    let deaths = 0;
    for (let writes = 1; ; writes += 1) {
      rmSync(queues, { recursive: true });
      cpSync(copy, queues, { recursive: true });
      const { signal, status } = spawnSync(
        process.execPath,
        ['--require', PRELOAD, bench.sao, ...argsOf(token)],
        {
          cwd: bench.project,
          env: { ...bench.env, SAO_TEST_WRITES: String(writes) },
        },
      );
      if (signal === null) {
        expect(status).toBe(0);
        break;
      }
      deaths += 1;
      // The next command goes on: it breaks the lock and reads what is there.
      expect([writes, (await callOf(folder).readView()).ok]).toEqual([writes, true]);
      if (deaths % 3 === 1)
        expect([writes, bench.callWarm('queue', 'check', '--queue', 'default').code]).toEqual([writes, 0]);
      await drain(folder);
      const { batches } = await openFilesEngine(folder).read(-1);
      expect([writes, findHistoryFaults(batches, [])]).toEqual([writes, []]);
      const { state } = unwrap(await callOf(folder).readView());
      for (const id of ['a', 'b', 'c'])
        expect([writes, id, state.tasks.get(`i1.${id}`)?.state]).toEqual([
          writes,
          id,
          expect.stringMatching(/^(?:done|cancelled|blocked)$/),
        ]);
    }
    expect(deaths).toBeGreaterThan(3);
  });
});

describe('a crash of the machine', () => {
  const times = scaled(5, 100);
  it(`that loses a claim makes its token worthless, ${times} times`, async () => {
    const bench = new WorkBench(findBuild().path);
    const { folder } = await prepare(bench);
    const events = join(folder, 'events.jsonl');
    for (let n = 0; n < times; n += 1) {
      const { size } = statSync(events);
      const lost = unwrap(
        await callOf(folder).decide((view) => decideClaim(view, claimOf('lost', { task: 'i1.c' }))),
      );
      truncateSync(events, size);
      expect(existsSync(join(folder, 'leases', lost.token))).toBe(true);
      const call = callOf(folder);
      const next = unwrap(await call.decide((view) => decideClaim(view, claimOf('next', { task: 'i1.c' }))));
      expect(next.token.split('.')[0]).toBe(lost.token.split('.')[0]);
      const evidence = { commit: COMMIT, text: '' };
      expect(codeOf(await call.decide((view) => decideComplete(view, lost.token, evidence)))).toBe(
        'claim-unknown',
      );
      truncateSync(events, size);
    }
  });
});
