import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { QueueEngine } from '../../../src/queue/engine/engine.ts';
import { openFilesEngine, prepareFiles } from '../../../src/queue/engine/files.io.ts';
import { openPostgresEngine, preparePostgres } from '../../../src/queue/engine/postgres.io.ts';
import { readPostgresUrl } from '../../../src/queue/engine/postgres-url.ts';
import type { QueueEvent } from '../../../src/queue/model/queue-event.ts';
import { unwrap } from '../../../src/system/result.ts';
import { findPostgres, type PostgresServer, startPostgres } from '../../harness/postgres.ts';
import { makeKeptScratch } from '../../harness/scratch.ts';

const note = (text: string): QueueEvent => ({ type: 'noted', task: 'i1.a', from: 'a', to: 'b', text });
const take = (token: string, ms = 60_000) => ({ token, task: 'i1.a', executor: 'e1', ms });

interface Place {
  /** Makes a new, empty queue. Returns a function that opens another connection to it. */
  make(): Promise<() => Promise<QueueEngine>>;
}

let server: PostgresServer | undefined;
const folders: string[] = [];
let queues = 0;

const FILES: Place = {
  async make() {
    const folder = makeKeptScratch();
    folders.push(folder);
    prepareFiles(folder);
    return async () => openFilesEngine(folder);
  },
};
const POSTGRES: Place = {
  async make() {
    queues += 1;
    const name = `queue-${queues}`;
    const place = unwrap(readPostgresUrl(server?.url ?? ''));
    await preparePostgres(place, name);
    return async () => openPostgresEngine(place, name);
  },
};

beforeAll(async () => {
  if (findPostgres()) server = await startPostgres();
});
afterAll(async () => {
  await server?.remove();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const missing = findPostgres() ? '' : ' (skipped: PostgreSQL is not installed)';

describe.each([
  ['files', FILES, false],
  [`postgres${missing}`, POSTGRES, missing !== ''],
] as const)('the engine %s', (_, place, isSkipped) => {
  async function open(count = 1): Promise<QueueEngine[]> {
    const connect = await place.make();
    return Promise.all(Array.from({ length: count }, connect));
  }
  async function withEngines(
    count: number,
    work: (...engines: QueueEngine[]) => Promise<void>,
  ): Promise<void> {
    const engines = await open(count);
    try {
      await work(...engines);
    } finally {
      await Promise.all(engines.map((engine) => engine.close()));
    }
  }

  it.skipIf(isSkipped)('numbers batches from 1, and returns those after a number', () =>
    withEngines(1, async (engine) => {
      expect(await engine.read(0)).toMatchObject({ batches: [], leases: [] });
      for (const [seen, text] of ['a', 'ü\n"\\\u2028', 'c'].entries())
        expect(await engine.append(seen, { events: [note(text)] })).toMatchObject({
          ok: true,
          seq: seen + 1,
        });
      const { batches, now } = await engine.read(1);
      expect(batches.map(({ seq, events }) => [seq, events])).toEqual([
        [2, [note('ü\n"\\\u2028')]],
        [3, [note('c')]],
      ]);
      for (const { at } of batches) expect(at).toBeLessThanOrEqual(now);
    }),
  );

  it.skipIf(isSkipped)(
    'refuses a batch of a caller that has missed another one, and returns what it missed',
    () =>
      withEngines(2, async (first, second) => {
        await first.append(0, { events: [note('first')], take: take('1.aa') });
        const refused = await second.append(0, { events: [note('second')], take: take('1.bb') });
        expect(refused).toMatchObject({ ok: false, why: 'missed', leases: [{ token: '1.aa' }] });
        expect(!refused.ok && refused.batches.map(({ seq, events }) => [seq, events])).toEqual([
          [1, [note('first')]],
        ]);
        expect((await first.read(0)).batches).toHaveLength(1);
      }),
  );

  it.skipIf(isSkipped)('lets one of many win each number', () =>
    withEngines(6, async (...engines) => {
      for (let seen = 0; seen < 5; seen += 1) {
        const tries = engines.map((engine, n) =>
          engine.append(seen, { events: [note(`${n}`)], take: take(`${seen + 1}.${n}a`) }),
        );
        const won = (await Promise.all(tries)).filter(({ ok }) => ok);
        expect(won).toHaveLength(1);
      }
      const { batches, leases } = await (engines[0] as QueueEngine).read(0);
      expect([batches.length, leases.length]).toEqual([5, 5]);
    }),
  );

  it.skipIf(isSkipped)('keeps a lease until it is dropped, renewed or expired', () =>
    withEngines(2, async (engine, other) => {
      const taken = await engine.append(0, { events: [note('1')], take: take('1.aa', 60_000) });
      expect(taken).toMatchObject({ ok: true, leases: [{ token: '1.aa', task: 'i1.a', executor: 'e1' }] });
      const until = taken.ok ? (taken.leases[0]?.until ?? 0) : 0;
      expect(until - (taken.ok ? taken.at : 0)).toBe(60_000);
      const renewed = await other.renew('1.aa', 120_000);
      expect(renewed).toBeGreaterThan(until);
      expect((await engine.read(1)).leases).toMatchObject([{ token: '1.aa', until: renewed }]);
      expect(await engine.append(1, { events: [note('2')], dropIfExpired: ['1.aa'] })).toMatchObject({
        ok: false,
        why: 'renewed',
        leases: [{ token: '1.aa' }],
      });
      expect(await engine.append(1, { events: [note('2')], drop: ['1.aa'] })).toMatchObject({
        ok: true,
        leases: [],
      });
      expect(await other.renew('1.aa', 120_000)).toBe('taken');
      expect((await other.read(2)).leases).toEqual([]);
    }),
  );

  it.skipIf(isSkipped)('expires a lease by its own clock only', () =>
    withEngines(1, async (engine) => {
      await engine.append(0, { events: [note('1')], take: take('1.aa', 1) });
      await new Promise((resolve) => setTimeout(resolve, 5));
      const expired = await engine.append(1, {
        events: [note('2')],
        dropIfExpired: ['1.aa'],
        take: take('2.bb'),
      });
      expect(expired).toMatchObject({ ok: true, leases: [{ token: '2.bb' }] });
      expect(await engine.renew('1.aa', 1_000)).toBe('taken');
    }),
  );

  it.skipIf(isSkipped)('keeps the process of a claim', () =>
    withEngines(1, async (engine) => {
      const process = { pid: 7, started: '11', boot: 'b', space: 'pid:[1]' };
      await engine.append(0, { events: [note('1')], take: { ...take('1.aa'), process } });
      expect((await engine.read(1)).leases[0]?.process).toEqual(process);
    }),
  );

  it.skipIf(isSkipped)('gives a snapshot to a caller that knows nothing', () =>
    withEngines(2, async (engine, other) => {
      for (let seen = 0; seen < 3; seen += 1) await engine.append(seen, { events: [note(`${seen}`)] });
      await engine.keep({ seq: 3, text: 'state "3"' });
      await engine.append(3, { events: [note('3')] });
      const read = await other.read(0);
      expect(read.snapshot).toEqual({ seq: 3, text: 'state "3"' });
      expect(read.batches.map(({ seq }) => seq)).toEqual([4]);
      expect((await other.read(4)).batches).toEqual([]);
      expect((await other.read(2)).batches.map(({ seq }) => seq)).toEqual([3, 4]);
      expect((await engine.read(-1)).batches.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    }),
  );

  it.skipIf(isSkipped)('resets a caller that knows a batch which a crash has lost', () =>
    withEngines(1, async (engine) => {
      const first = await engine.append(0, { events: [note('1')] });
      const at = first.ok ? first.at : 0;
      expect(await engine.append(1, { seenAt: at, events: [note('2')] })).toMatchObject({ ok: true, seq: 2 });
      const refused = await engine.append(2, { seenAt: 1, events: [note('3')] });
      expect(refused).toMatchObject({ ok: false, why: 'missed', isReset: true });
      expect(!refused.ok && refused.batches.map(({ seq }) => seq)).toEqual([1, 2]);
      expect(await engine.read(1, 1)).toMatchObject({ isReset: true, batches: [{ seq: 1 }, { seq: 2 }] });
      expect(await engine.read(7, 1)).toMatchObject({ isReset: true, batches: [{ seq: 1 }, { seq: 2 }] });
      const right = await engine.read(1, at);
      expect([right.isReset, right.batches.map(({ seq }) => seq)]).toEqual([undefined, [2]]);
    }),
  );

  it.skipIf(isSkipped)('tells others of a new batch', () =>
    withEngines(2, async (engine, other) => {
      const told = new Promise<void>((resolve) => {
        const end = other.watch(() => {
          end();
          resolve();
        });
      });
      // A database needs a moment until it listens, so batches are written until one is noticed.
      let isTold = false;
      told.then(() => {
        isTold = true;
      });
      for (let seen = 0; !isTold; seen += 1) {
        await engine.append(seen, { events: [note('x')] });
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    }),
  );
});

describe('the files of a queue', () => {
  async function folderWith(count: number): Promise<{ folder: string; path: string }> {
    const folder = makeKeptScratch();
    folders.push(folder);
    prepareFiles(folder);
    const engine = openFilesEngine(folder);
    for (let seen = 0; seen < count; seen += 1) await engine.append(seen, { events: [note(`n${seen}`)] });
    return { folder, path: join(folder, 'events.jsonl') };
  }

  it('go on after a last line that a crash has cut at any byte', async () => {
    const { folder, path } = await folderWith(3);
    const whole = readFileSync(path, 'utf8');
    const start = whole.trimEnd().lastIndexOf('\n') + 1;
    for (let size = start; size <= whole.length; size += 1) {
      writeFileSync(path, whole);
      truncateSync(path, size);
      const engine = openFilesEngine(folder);
      const { batches } = await engine.read(0);
      // Only a line that is complete but for its newline counts.
      const seen = size >= whole.length - 1 ? 3 : 2;
      expect([size, batches.length]).toEqual([size, seen]);
      expect(await engine.append(seen, { events: [note('next')] })).toMatchObject({
        ok: true,
        seq: seen + 1,
      });
      expect((await openFilesEngine(folder).read(0)).batches.map(({ seq }) => seq)).toEqual(
        Array.from({ length: seen + 1 }, (_, n) => n + 1),
      );
    }
  });

  it('name a batch that is missing, and a newer version', async () => {
    const { folder, path } = await folderWith(3);
    const lines = readFileSync(path, 'utf8').split('\n');
    writeFileSync(path, [lines[0], lines[2], ''].join('\n'));
    await expect(openFilesEngine(folder).read(0)).rejects.toMatchObject({
      failure: { cause: 'environment', diagnostics: [{ code: 'queue-damaged' }] },
    });
    writeFileSync(path, `${lines[0]?.replace('"v":1', '"v":2')}\n`);
    await expect(openFilesEngine(folder).read(0)).rejects.toMatchObject({
      failure: { cause: 'environment', diagnostics: [{ code: 'queue-version' }] },
    });
  });

  it('skip a copied batch', async () => {
    const { folder, path } = await folderWith(2);
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text + text);
    expect((await openFilesEngine(folder).read(0)).batches.map(({ seq }) => seq)).toEqual([1, 2]);
  });

  it.each([
    ['is torn', (text: string) => text.slice(0, -3)],
    ['is empty', () => ''],
    ['is of another file', (text: string) => text.replace(/"tail":"./, '"tail":"x')],
    ['is behind the end of the events', (text: string) => text.replace(/"offset":\d+/, '"offset":99999')],
  ])('are read whole if the snapshot %s', async (_, damage) => {
    const { folder } = await folderWith(3);
    const engine = openFilesEngine(folder);
    await engine.read(0);
    await engine.keep({ seq: 3, text: 'state' });
    const path = join(folder, 'snapshot.json');
    expect((await openFilesEngine(folder).read(0)).snapshot).toEqual({ seq: 3, text: 'state' });
    writeFileSync(path, damage(readFileSync(path, 'utf8')));
    const read = await openFilesEngine(folder).read(0);
    expect([read.snapshot, read.batches.length]).toEqual([undefined, 3]);
  });
});
