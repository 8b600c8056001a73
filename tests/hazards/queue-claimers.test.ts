import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { QueueCall } from '../../src/queue/call/queue-call.io.ts';
import { type Claimed, decideClaim } from '../../src/queue/decide/claim.ts';
import { decideBlock, decideComplete, decideRelease, decideRenew } from '../../src/queue/decide/settle.ts';
import type { QueueEngine } from '../../src/queue/engine/engine.ts';
import { openFilesEngine, prepareFiles } from '../../src/queue/engine/files.io.ts';
import { openPostgresEngine, preparePostgres } from '../../src/queue/engine/postgres.io.ts';
import { readPostgresUrl } from '../../src/queue/engine/postgres-url.ts';
import { accept, type Result, unwrap } from '../../src/system/result.ts';
import { findPostgres, type PostgresServer, startPostgres } from '../harness/postgres.ts';
import { claimOf, codeOf, OWNER, phaseOf, taskOf } from '../harness/queue.ts';
import { scaled } from '../harness/scale.ts';
import { makeKeptScratch } from '../harness/scratch.ts';

const CLAIMERS = 64;
const HOUR_MS = 3_600_000;
const EVIDENCE = { commit: 'c'.repeat(40), text: '' };
let server: PostgresServer | undefined;
const folders: string[] = [];
let queues = 0;

beforeAll(async () => {
  if (findPostgres()) server = await startPostgres();
});
afterAll(async () => {
  await server?.remove();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

type Connect = () => Promise<QueueEngine>;
/** The clock of an engine in files is the machine's, which these tests do not move with that of a caller. */
const machineClock = Date.now.bind(Date);

async function makeFiles(): Promise<Connect> {
  const folder = makeKeptScratch();
  folders.push(folder);
  prepareFiles(folder);
  return async () => openFilesEngine(folder, machineClock);
}

async function makePostgres(): Promise<Connect> {
  queues += 1;
  const name = `queue-${queues}`;
  const place = unwrap(readPostgresUrl(server?.url ?? ''));
  await preparePostgres(place, name);
  return async () => openPostgresEngine(place, name);
}

async function fill(connect: Connect, count: number, leaseSeconds = 3_600): Promise<void> {
  const engine = await connect();
  const tasks = Array.from({ length: count }, (_, n) => taskOf(`t${n}`));
  const limits = { leaseSeconds, attempts: 3, perRepo: 1_000_000, perTeam: 4 };
  await engine.append(0, {
    events: [
      { type: 'queue-created', id: 'q1', name: 'test', limits, guides: [], by: 'ada' },
      { type: 'idea-created', idea: 'i1', title: 'Parsers', body: '', by: 'ada' },
      { type: 'tasks-created', idea: 'i1', phases: [phaseOf('main')], tasks },
      { type: 'idea-executed', idea: 'i1', by: 'ada' },
      { type: 'tasks-dispatched', tasks: tasks.map(({ id }) => id), by: 'ada' },
    ],
  });
  await engine.close();
}

async function openCall(connect: Connect): Promise<QueueCall> {
  const engine = await connect();
  return new QueueCall(engine, { place: 'test', authorize: () => accept(OWNER), isLocal: true });
}

const claim = (call: QueueCall, executor: string): Promise<Result<Claimed>> =>
  call.decide((view) => decideClaim(view, claimOf(executor)));

const missing = findPostgres() ? '' : ' (skipped: PostgreSQL is not installed)';

describe.each([
  ['files', makeFiles, false],
  [`postgres${missing}`, makePostgres, missing !== ''],
] as const)('claims from %s', (_, make, isSkipped) => {
  const rounds = scaled(2, 1_000);

  it.skipIf(isSkipped)(
    `give one task to one of ${CLAIMERS} claimers, ${rounds} times`,
    { timeout: HOUR_MS },
    async () => {
      const connect = await make();
      await fill(connect, rounds);
      const calls = await Promise.all(Array.from({ length: CLAIMERS }, () => openCall(connect)));
      for (let round = 0; round < rounds; round += 1) {
        const only = `i1.t${round}`;
        const tries = calls.map((call, n) =>
          call.decide((view) => decideClaim(view, claimOf(`e${n}`, { task: only, slots: 1_000_000 }))),
        );
        const won = (await Promise.all(tries)).filter((each) => each.ok && each.value.task !== null);
        expect([round, won.length]).toEqual([round, 1]);
      }
      await Promise.all(calls.map((call) => call.close()));
    },
  );

  it.skipIf(isSkipped)('refuse a late holder once the task was taken, at each call', async () => {
    const connect = await make();
    await fill(connect, 1, 1);
    const [late, next] = await Promise.all([openCall(connect), openCall(connect)]);
    const { token } = unwrap(await claim(late, 'late'));
    // The late holder was stopped: it believes what it knew when it claimed.
    let taken = unwrap(await claim(next, 'next'));
    while (!taken.task) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      taken = unwrap(await claim(next, 'next'));
    }
    expect(taken.attempt).toBe(2);
    const end = { reason: 'failed' as const, note: '', workAt: '' };
    const question = { kind: 'other' as const, question: '?', for: 'leader' as const, workAt: '' };
    expect(codeOf(await late.renew(token, (view) => decideRenew(view, token)))).toBe('claim-taken');
    expect(codeOf(await late.decide((view) => decideComplete(view, token, EVIDENCE)))).toBe('claim-taken');
    expect(codeOf(await late.decide((view) => decideRelease(view, token, end)))).toBe('claim-taken');
    expect(codeOf(await late.decide((view) => decideBlock(view, token, question)))).toBe('claim-taken');
    expect(codeOf(await next.decide((view) => decideComplete(view, taken.token, EVIDENCE)))).toBe('');
    await Promise.all([late.close(), next.close()]);
  });

  it.skipIf(isSkipped).each([-HOUR_MS, HOUR_MS])(
    'do not depend on the clock of a caller (%i ms off)',
    async (offset) => {
      const connect = await make();
      await fill(connect, 1);
      const holder = await openCall(connect);
      const { token } = unwrap(await claim(holder, 'holder'));
      vi.spyOn(Date, 'now').mockImplementation(() => machineClock() + offset);
      try {
        const other = await openCall(connect);
        expect(unwrap(await claim(other, 'other')).task).toBeNull();
        const done = await other.decide((view) => decideComplete(view, token, EVIDENCE));
        expect(done).toMatchObject({ ok: true, value: { isLate: false } });
        await other.close();
      } finally {
        vi.restoreAllMocks();
      }
      await holder.close();
    },
  );
});
