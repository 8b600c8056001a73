import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { QueueEngine } from '../../src/queue/engine/engine.ts';
import { openFilesEngine, prepareFiles } from '../../src/queue/engine/files.io.ts';
import { openPostgresEngine, preparePostgres } from '../../src/queue/engine/postgres.io.ts';
import { readPostgresUrl } from '../../src/queue/engine/postgres-url.ts';
import type { TaskSpec } from '../../src/queue/model/types.ts';
import { unwrap } from '../../src/system/result.ts';
import { type Bundle, bundleModule } from '../harness/bundle.ts';
import { startNode, type TalkingChild } from '../harness/child.ts';
import { findPostgres, type PostgresServer, startPostgres } from '../harness/postgres.ts';
import { phaseOf, taskOf } from '../harness/queue.ts';
import { findHistoryFaults } from '../harness/queue-history.ts';
import { scaled } from '../harness/scale.ts';
import { makeKeptScratch, makeScratch } from '../harness/scratch.ts';

let executor: Bundle;
let server: PostgresServer | undefined;
const folder = makeKeptScratch();

beforeAll(async () => {
  executor = bundleModule(join(import.meta.dirname, 'fixtures', 'queue-executor.ts'));
  if (findPostgres()) server = await startPostgres();
});
afterAll(async () => {
  executor.remove();
  await server?.remove();
  rmSync(folder, { recursive: true, force: true });
});

const kills = scaled(8, 2_000);
const count = scaled(200, 20_000);
/** Long enough that most kills hit an executor at work. */
const WORK_MS = '30';

/** Tasks of which each third waits for two earlier ones. */
const tasks = Array.from({ length: count }, (_, n) =>
  taskOf(`t${n}`, { after: n % 3 === 2 ? [`i1.t${n - 1}`, `i1.t${n - 2}`] : [] }),
);

async function fill(engine: QueueEngine, tasks: readonly TaskSpec[], leaseSeconds = 3_600): Promise<void> {
  const limits = { leaseSeconds, attempts: 1_000_000, perRepo: 1_000, perTeam: 1_000 };
  await engine.append(0, {
    events: [
      { type: 'queue-created', id: 'q1', name: 'kills', limits, guides: [], by: 'ada' },
      { type: 'idea-created', idea: 'i1', title: 'Parsers', body: '', by: 'ada' },
      { type: 'tasks-created', idea: 'i1', phases: [phaseOf('main')], tasks: [...tasks] },
      { type: 'idea-executed', idea: 'i1', by: 'ada' },
      { type: 'tasks-dispatched', tasks: tasks.map(({ id }) => id), by: 'ada' },
    ],
  });
}

/** Waits until an executor has claimed a task; false if it has ended. */
async function isAtWork(child: TalkingChild): Promise<boolean> {
  for (;;) {
    const line = await child.nextLine();
    if (line === undefined || line.startsWith('claimed')) return line !== undefined;
  }
}

/** Runs four executors, kills one that works on a task as often as wanted, and waits for the end of the others. */
async function killExecutors(place: string): Promise<void> {
  let started = 0;
  const start = (): TalkingChild => {
    started += 1;
    return startNode(executor.path, [place, 'kills', `e${started}`, WORK_MS]);
  };
  const crowd = Array.from({ length: 4 }, start);
  let killed = 0;
  for (; killed < kills; killed += 1) {
    const victim = crowd[killed % crowd.length] as TalkingChild;
    if (!(await isAtWork(victim))) break;
    victim.process.kill('SIGKILL');
    crowd[killed % crowd.length] = start();
  }
  // All tasks may be done before the last kill.
  expect(killed).toBeGreaterThan(kills / 2);
  for (const each of crowd) {
    while ((await each.nextLine()) !== undefined) {
      // It works on.
    }
    expect(await each.ended).toEqual({ code: 0, signal: null });
  }
}

describe(`${count} tasks while executors are killed ${kills} times`, () => {
  async function check(engine: QueueEngine, place: string): Promise<void> {
    await fill(engine, tasks);
    await killExecutors(place);
    const { batches, leases } = await engine.read(-1);
    expect(
      findHistoryFaults(
        batches,
        tasks.map(({ id }) => id),
      ),
    ).toEqual([]);
    expect(leases).toEqual([]);
    await engine.close();
  }

  it('are each done once, in files', { timeout: 3_600_000 }, async () => {
    prepareFiles(folder);
    await check(openFilesEngine(folder), folder);
  });

  const missing = findPostgres() ? '' : ' (skipped: PostgreSQL is not installed)';
  it(`are each done once, in PostgreSQL${missing}`, { timeout: 3_600_000 }, async (test) => {
    test.skip(missing !== '');
    const place = unwrap(readPostgresUrl(server?.url ?? ''));
    await preparePostgres(place, 'kills');
    await check(await openPostgresEngine(place, 'kills'), server?.url ?? '');
  });
});

describe('an executor that is stopped past its lease', () => {
  const times = scaled(1, 500);

  it(`is refused once another one has taken the task, ${times} times`, { timeout: 3_600_000 }, async () => {
    for (let n = 0; n < times; n += 1) {
      const place = makeScratch();
      prepareFiles(place);
      const engine = openFilesEngine(place);
      await fill(engine, [taskOf('a')], 1);
      const stopped = startNode(executor.path, [place, 'stop', 'stopped', '0']);
      expect(await stopped.nextLine()).toBe('claimed i1.a');
      stopped.process.kill('SIGSTOP');
      const next = startNode(executor.path, [place, 'stop', 'next', '0']);
      const lines = [await next.nextLine(), await next.nextLine()];
      stopped.process.kill('SIGCONT');
      const answer = await stopped.nextLine();
      // On a busy machine it may have completed the task before it was stopped.
      const isStopped = lines[0] !== undefined;
      expect([lines, answer]).toEqual(
        isStopped
          ? [['claimed i1.a', 'done i1.a'], 'refused claim-taken']
          : [[undefined, undefined], 'done i1.a'],
      );
      const { batches } = await engine.read(-1);
      expect(findHistoryFaults(batches, ['i1.a'])).toEqual([]);
    }
  });
});
