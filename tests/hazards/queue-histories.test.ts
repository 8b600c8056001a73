import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { QueueCall } from '../../src/queue/call/queue-call.io.ts';
import { decideRenew } from '../../src/queue/decide/settle.ts';
import type { QueueEngine } from '../../src/queue/engine/engine.ts';
import { openFilesEngine, prepareFiles } from '../../src/queue/engine/files.io.ts';
import { openPostgresEngine, preparePostgres } from '../../src/queue/engine/postgres.io.ts';
import { readPostgresUrl } from '../../src/queue/engine/postgres-url.ts';
import type { Batch, QueueEvent } from '../../src/queue/model/queue-event.ts';
import { accept, unwrap } from '../../src/system/result.ts';
import { findPostgres, type PostgresServer, startPostgres } from '../harness/postgres.ts';
import { OWNER, phaseOf } from '../harness/queue.ts';
import { QueueModel, type Step, shapeArbitrary, stepArbitrary } from '../harness/queue-model.ts';
import { type Actor, makeStep, specsOf } from '../harness/queue-steps.ts';
import { scaled } from '../harness/scale.ts';
import { makeKeptScratch } from '../harness/scratch.ts';

/** The same queue on an engine, with two callers that take turns. */
interface Bench {
  calls: QueueCall[];
  /** Sets the end of a lease to the past, behind the back of all callers. */
  lapse(token: string): Promise<void>;
  end(): Promise<void>;
}

const LIMITS = { leaseSeconds: 3_600, attempts: 3, perRepo: 100, perTeam: 100 };
let server: PostgresServer | undefined;
let sql: postgres.Sql | undefined;
let queues = 0;

beforeAll(async () => {
  if (!findPostgres()) return;
  server = await startPostgres();
  sql = postgres(server.url, { max: 1, onnotice: () => undefined });
  await preparePostgres(unwrap(readPostgresUrl(server.url)), 'first');
});
afterAll(async () => {
  await sql?.end();
  await server?.remove();
});

const callOf = (engine: QueueEngine) =>
  new QueueCall(engine, { place: 'test', authorize: () => accept(OWNER), isLocal: true });

async function openFiles(): Promise<Bench> {
  const folder = makeKeptScratch();
  prepareFiles(folder);
  const calls = [openFilesEngine(folder), openFilesEngine(folder)].map(callOf);
  return {
    calls,
    async lapse(token) {
      const path = join(folder, 'leases', token);
      if (existsSync(path))
        writeFileSync(path, readFileSync(path, 'utf8').replace(/"until":\d+/, '"until":1'));
    },
    end: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function openPostgres(): Promise<Bench> {
  queues += 1;
  const name = `queue-${queues}`;
  const place = unwrap(readPostgresUrl(server?.url ?? ''));
  await sql?.unsafe(`insert into sao.queue (name) values ('${name}')`);
  const engines = await Promise.all([openPostgresEngine(place, name), openPostgresEngine(place, name)]);
  return {
    calls: engines.map(callOf),
    lapse: async (token) =>
      void (await sql?.unsafe(
        `update sao.lease set until = 1 where queue = '${name}' and token = '${token}'`,
      )),
    end: async () => void (await Promise.all(engines.map((engine) => engine.close()))),
  };
}

/** Plays a history, compares each answer with the model's, and returns the events without times and random parts. */
async function play(
  bench: Bench,
  shape: Parameters<typeof begin>[1],
  steps: readonly Step[],
): Promise<QueueEvent[][]> {
  const model = await begin(bench, shape);
  const tokens: string[] = [];
  for (const [n, step] of steps.entries()) {
    const call = bench.calls[n % 2] as QueueCall;
    // A caller that knows of ended leases: without it the next call would end them.
    unwrap(await call.readView());
    expect([n, step, await makeStep(actorOf(bench, call), tokens, step)]).toEqual([
      n,
      step,
      model.step(step),
    ]);
  }
  const { batches } = await (bench.calls[0] as QueueCall).engine.read(-1);
  return normalize(batches, tokens);
}

async function begin(bench: Bench, shape: ConstructorParameters<typeof QueueModel>[0]): Promise<QueueModel> {
  const model = new QueueModel(shape);
  const tasks = specsOf(model);
  const events: QueueEvent[] = [
    { type: 'queue-created', id: 'q1', name: 'test', limits: LIMITS, guides: [], by: 'ada' },
    { type: 'idea-created', idea: 'i1', title: 'Parsers', body: '', by: 'ada' },
    { type: 'tasks-created', idea: 'i1', phases: [phaseOf('main')], tasks },
    { type: 'tasks-dispatched', tasks: tasks.map(({ id }) => id), by: 'ada' },
  ];
  expect(await (bench.calls[0] as QueueCall).engine.append(0, { events })).toMatchObject({ ok: true });
  return model;
}

function actorOf(bench: Bench, call: QueueCall): Actor {
  return {
    decide: (make) => call.decide(make),
    renew: (token) => call.renew(token, (view) => decideRenew(view, token)),
    lapse: (token) => bench.lapse(token),
    async blocked() {
      const { state } = unwrap(await call.readView());
      const open = [...state.blockers.values()].filter(({ answer }) => answer === undefined);
      open.sort((a, b) => a.task.localeCompare(b.task));
      return open[0] && { blocker: open[0].id, task: open[0].task };
    },
  };
}

function normalize(batches: readonly Batch[], tokens: readonly string[]): QueueEvent[][] {
  const names = new Map(tokens.map((token, n) => [token, `${token.split('.')[0]}.${n}`]));
  const rename = (key: string, value: unknown) =>
    key === 'token' && typeof value === 'string' ? names.get(value) : value;
  return batches.map(({ events }) => JSON.parse(JSON.stringify(events, rename)) as QueueEvent[]);
}

const missing = findPostgres() ? '' : ' (skipped: PostgreSQL is not installed)';

describe('the same random history', () => {
  it(`answers as the model and writes equal events on both engines${missing}`, async (test) => {
    test.skip(missing !== '');
    await fc.assert(
      fc.asyncProperty(
        shapeArbitrary,
        fc.array(stepArbitrary, { minLength: 10, maxLength: 40 }),
        async (shape, steps) => {
          const benches = [await openFiles(), await openPostgres()] as const;
          try {
            const files = await play(benches[0], shape, steps);
            expect(await play(benches[1], shape, steps)).toEqual(files);
          } finally {
            for (const bench of benches) await bench.end();
          }
        },
      ),
      { numRuns: scaled(10, 10_000) },
    );
  }, 3_600_000);
});
