import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findPostgres, type PostgresServer, startPostgres } from '../harness/postgres.ts';
import { Bench, findBuild } from '../harness/sao.ts';
import { scaled } from '../harness/scale.ts';
import { makeKeptScratch } from '../harness/scratch.ts';
import { codeTask, WorkBench } from '../harness/work-bench.ts';

const COMMIT = 'c'.repeat(40);
const missing = findPostgres() ? '' : ' (skipped: PostgreSQL is not installed)';
let server: PostgresServer | undefined;
let certificate = '';

beforeAll(async () => {
  if (!findPostgres()) return;
  certificate = makeCertificate();
  server = await startPostgres(['ssl=on', `ssl_cert_file=${certificate}`, `ssl_key_file=${certificate}.key`]);
});
afterAll(async () => server?.remove());

/** A certificate for localhost that no authority has signed. */
function makeCertificate(): string {
  const folder = makeKeptScratch();
  const path = join(folder, 'server.crt');
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const files = ['-keyout', `${path}.key`, '-out', path];
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '30', ...subject, ...files],
    {
      stdio: 'pipe',
    },
  );
  if (process.getuid?.() === 0) execFileSync('chown', ['-R', '65534:65534', folder]);
  execFileSync('chmod', ['600', `${path}.key`]);
  execFileSync('chmod', ['755', folder]);
  return path;
}

function answerOf({ code, stdout, stderr }: { code: number | null; stdout: string; stderr: string }) {
  expect(stdout + stderr).not.toContain('secret-of-the-test');
  const { data, diagnostics = [] } = JSON.parse(stdout || '{}');
  return { code, data, codes: diagnostics.map((each: { code: string }) => each.code) };
}

async function benchWithTasks(name: string, count = 3): Promise<WorkBench> {
  const bench = new WorkBench(findBuild().path);
  bench.env.SAO_QUEUE = name;
  const tasks = Array.from({ length: count }, (_, n) => codeTask(`t${n}`));
  bench.dispatch(tasks, {}, ['--queue', name, '--engine', server?.url ?? '']);
  return bench;
}

describe.skipIf(missing !== '')(`an engine that cannot be reached${missing}`, () => {
  const times = scaled(1, 50);

  it(`is never an empty queue, and a claim outlives it, ${times} times`, { timeout: 3_600_000 }, async () => {
    const bench = await benchWithTasks('restart', times + 1);
    for (let n = 0; n < times; n += 1) {
      const { token } = answerOf(bench.call('queue', 'claim', '--executor', `e${n}`, '--json')).data;
      // A claim alone may be lost in a crash; a durable change after it makes it durable too.
      expect(bench.callWarm('task', 'note', 'i1.t0', '--text', 'x').code).toBe(0);
      await server?.stop(n % 2 === 0 ? 'SIGINT' : 'SIGKILL');
      for (const call of [
        'check',
        'claim',
        'active',
        `renew ${token}`,
        `complete ${token} --commit ${COMMIT}`,
      ])
        expect([call, answerOf(bench.callWarm('queue', ...call.split(' '), '--json'))]).toEqual([
          call,
          { code: 3, data: undefined, codes: ['queue-unreachable'] },
        ]);
      expect(bench.call('queue', 'claim').stdout).toBe('');
      await server?.start();
      expect(answerOf(bench.callWarm('queue', 'renew', token, '--json')).code).toBe(0);
      expect(
        answerOf(bench.callWarm('queue', 'complete', token, '--commit', COMMIT, '--json')),
      ).toMatchObject({
        code: 0,
        data: { state: 'done', isLate: false },
      });
    }
  });

  it('is also one that refuses the password, and one that does not exist', () => {
    const bench = new Bench(findBuild().path);
    const wrong = (server?.url ?? '').replace('secret-of-the-test', 'wrong-password');
    const refused = bench.call('queue', 'init', '--engine', wrong, '--json');
    expect(answerOf(refused)).toMatchObject({ code: 3, codes: ['queue-unreachable'] });
    expect(refused.stdout).not.toContain('wrong-password');
    const nowhere = bench.call(
      'queue',
      'init',
      '--engine',
      'postgres://u:wrong-password@127.0.0.1:1/q',
      '--json',
    );
    expect(answerOf(nowhere)).toMatchObject({ code: 3, codes: ['queue-unreachable'] });
    expect(bench.call('queue', 'check').code).toBe(2);
  });
});

describe.skipIf(missing !== '')(`a queue in a database${missing}`, () => {
  it('is joined by another machine, which needs a token', { timeout: 120_000 }, async () => {
    const bench = await benchWithTasks('shared');
    const other = new Bench(findBuild().path);
    const joined = answerOf(
      other.call('queue', 'init', '--queue', 'shared', '--engine', server?.url ?? '', '--json'),
    );
    expect(joined).toMatchObject({ code: 0, data: { isNew: false } });
    expect(answerOf(other.callWarm('queue', 'check', '--json'))).toMatchObject({
      code: 2,
      codes: ['queue-token-wrong'],
    });
    const { token } = answerOf(bench.callWarm('queue', 'token', 'create', '--json')).data;
    other.env.SAO_QUEUE_TOKEN = token;
    expect(answerOf(other.callWarm('queue', 'claim', '--json'))).toMatchObject({
      code: 0,
      data: { attempt: 1 },
    });
    expect(answerOf(other.callWarm('idea', 'create', 'X', '--json'))).toMatchObject({
      code: 2,
      codes: ['queue-forbidden'],
    });
    expect(answerOf(bench.callWarm('queue', 'active', '--json')).data.claims).toHaveLength(1);
  });

  it('is refused if its schema is of another version', async () => {
    const bench = await benchWithTasks('version');
    const { default: postgres } = await import('postgres');
    const sql = postgres(server?.url ?? '', { max: 1 });
    await sql`update sao.version set version = 2`;
    expect(answerOf(bench.callWarm('queue', 'check', '--json'))).toMatchObject({
      code: 3,
      codes: ['queue-version'],
    });
    await sql`update sao.version set version = 1`;
    await sql.end();
    expect(answerOf(bench.callWarm('queue', 'check', '--json'))).toMatchObject({ code: 0 });
  });

  it.each([
    ['sslmode=require', 0],
    ['sslmode=verify-full', 3],
    ['sslmode=verify-full&sslrootcert=CERTIFICATE', 0],
    ['sslmode=verify-full&sslrootcert=/nowhere/ca.pem', 3],
  ])('is reached with %s: exit %i', (parameters, code) => {
    const bench = new Bench(findBuild().path);
    const address = (server?.url ?? '').replace('127.0.0.1', 'localhost');
    const copy = join(bench.home, 'ca.pem');
    mkdirSync(bench.home, { recursive: true });
    writeFileSync(copy, readFileSync(certificate));
    const given = `${address}?${parameters.replace('CERTIFICATE', copy)}`;
    const answer = bench.callWarm('queue', 'init', '--queue', 'tls', '--engine', given, '--json');
    expect(answerOf(answer)).toMatchObject({ code });
  });
});
