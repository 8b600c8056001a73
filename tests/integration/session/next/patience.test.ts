import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { appendEvents } from '../../../../src/run/ledger/store.io.ts';
import { peekNext } from '../../../../src/session/next/answer.io.ts';
import { answerPatiently } from '../../../../src/session/next/patience.io.ts';
import { callInProcess } from '../../../harness/in-process.ts';
import { Bench, findBuild } from '../../../harness/sao.ts';
import { dispatched } from '../../../harness/snapshots.ts';

const sao = findBuild();
const SESSION = { CLAUDE_CODE_SESSION_ID: 'session-1' };
const DONE = '# Found\n\nText.\n\n## Findings\n- [major] A thing — src/a.ts:1 — detail\n\n<!-- DONE -->\n';

/** A run of two workers that are both running, as `sao next` sees it. */
function setUp(env: NodeJS.ProcessEnv = SESSION) {
  const bench = new Bench(sao.path, env);
  const workers = [{ task: 'Read one part' }, { task: 'Read the other part' }];
  const { id, dir } = bench.plan([{ id: 'code', workers }]);
  bench.call('next', id, '--driver', 'agent');
  appendEvents(dir, [dispatched('a1'), dispatched('a2')], new Date());
  const ask = async () => (await callInProcess(bench, 'next', id)).stdout;
  return { bench, id, dir, ask, record: join(dir, 'last-wait.json') };
}

/** Asks in this process with a time that no test lasts; `stop` interrupts the waiting. */
function askLong({ bench, dir }: ReturnType<typeof setUp>, stopAtOnce = false) {
  const env = { ...bench.env, SAO_WAIT_MS: '90000' };
  const peek = () => peekNext({ dir, root: join(dir, '..') }, { env, now: () => new Date() });
  return answerPatiently({ dir }, peek(), {
    env,
    peek,
    answer: async () => peek(),
    now: () => new Date(),
    onInterrupt(stop) {
      if (stopAtOnce) stop();
      return () => undefined;
    },
  });
}

describe('a session that asks again while agents run', () => {
  it('is given the same action, and from the third unchanged answer on is told to end its turn', async () => {
    const { ask, bench, id } = setUp();
    const answers = [await ask(), await ask(), bench.call('next', id).stdout, await ask(), await ask()];
    expect(answers[0]).toContain(
      'wait (wave 1): 2 still running. Run the command, then `sao next`.\n$ sao verify',
    );
    expect(answers.slice(0, 3)).toEqual([answers[0], answers[0], answers[0]]);
    const told =
      'wait (wave 1): Nothing has changed. Do not ask again now: end your turn, and tell the user that `sao next` continues the run.\n';
    expect(answers.slice(3)).toEqual([told, told]);
    const { data } = JSON.parse((await callInProcess(bench, 'next', id, '--json')).stdout);
    expect(data).toMatchObject({
      action: 'wait',
      run: id,
      message: expect.stringContaining('end your turn'),
    });
  });

  it('is answered at once as soon as the answer changes', async () => {
    const scene = setUp();
    await scene.ask();
    const waiting = askLong(scene);
    writeFileSync(join(scene.dir, 'workers', 'a1.md'), DONE);
    const { action, isInterrupted } = await waiting;
    expect(action.message).toContain('1 still running');
    expect(isInterrupted).toBe(false);
    writeFileSync(join(scene.dir, 'workers', 'a2.md'), DONE);
    expect(await scene.ask()).toContain('coordinate');
  });

  it.each([
    ['an event', (dir: string) => appendEvents(dir, [{ type: 'session-seen', session: 's' }], new Date())],
    ['a part of an output', (dir: string) => appendFileSync(join(dir, 'workers', 'a1.md'), 'One line')],
  ])('counts anew after %s', async (_, change) => {
    const { ask, dir } = setUp();
    const first = await ask();
    for (let times = 0; times < 6; times++) {
      expect(await ask()).toBe(first);
      change(dir);
    }
  });

  it.each([
    ['lost', (path: string) => rmSync(path)],
    ['damaged', (path: string) => writeFileSync(path, '{"fingerprint"')],
    ['another document', (path: string) => writeFileSync(path, '[]')],
  ])('is answered at once if the record is %s', async (_, spoil) => {
    const scene = setUp();
    const first = await scene.ask();
    for (let times = 0; times < 2; times++) {
      spoil(scene.record);
      expect((await askLong(scene)).action.message).toContain('2 still running');
    }
    expect(await scene.ask()).toBe(first);
  });

  it('can interrupt the waiting', async () => {
    const scene = setUp();
    await scene.ask();
    expect(await askLong(scene, true)).toMatchObject({ action: { action: 'wait' }, isInterrupted: true });
  });

  it('leaves nothing in the ledger', async () => {
    const { ask, dir, record } = setUp();
    const before = readFileSync(join(dir, 'ledger.jsonl'), 'utf8');
    for (let times = 0; times < 5; times++) await ask();
    expect(readFileSync(join(dir, 'ledger.jsonl'), 'utf8')).toBe(before);
    expect(existsSync(record)).toBe(true);
  });
});

describe('outside of a session', () => {
  it('every answer is given at once and stays the same', async () => {
    const { ask, record } = setUp({ SAO_WAIT_MS: '90000' });
    const first = await ask();
    expect(first).toContain('2 still running');
    for (let times = 0; times < 4; times++) expect(await ask()).toBe(first);
    expect(existsSync(record)).toBe(false);
  });
});
