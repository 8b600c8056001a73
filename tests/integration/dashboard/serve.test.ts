import { once } from 'node:events';
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Dashboard, serveDashboard } from '../../../src/dashboard/serve.io.ts';
import { parseMessages, type StreamMessage } from '../../../src/dashboard/web/link.io.ts';
import { appendEvents } from '../../../src/run/ledger/store.io.ts';
import { unwrap } from '../../../src/system/result.ts';
import { Bench, domainsOf, findBuild, type Run } from '../../harness/sao.ts';
import { dispatched } from '../../harness/snapshots.ts';

let bench: Bench;
let run: Run;
let dashboard: Dashboard;
let token: string;

const placeOf = () => ({
  choice: { env: bench.env, cwd: bench.project, flag: join(bench.home, 'runs') },
  roots: [join(bench.home, 'runs')],
  project: bench.project,
  now: () => new Date(),
});

beforeAll(async () => {
  bench = new Bench(findBuild().path, {}, 'kept');
  run = bench.plan(domainsOf([3]));
  dashboard = unwrap(await serveDashboard(placeOf(), 0));
  token = new URLSearchParams(new URL(dashboard.url()).hash.slice(1)).get('token') ?? '';
});
afterAll(async () => {
  await dashboard.close();
  rmSync(bench.home, { recursive: true, force: true });
});

interface Got {
  status: number | undefined;
  headers: NodeJS.Dict<string | string[]>;
  body: string;
}

async function get(path: string, headers: Record<string, string> = {}): Promise<Got> {
  const call = request({ host: '127.0.0.1', port: dashboard.port, path, headers, agent: false }).end();
  const [answer] = await once(call, 'response');
  let body = '';
  for await (const chunk of answer) body += chunk;
  return { status: answer.statusCode, headers: answer.headers, body };
}

const own = () => ({ Authorization: `Bearer ${token}` });

/** Listens until `isOver`, and returns the messages. */
async function listen(
  path: string,
  isOver: (messages: readonly StreamMessage[]) => boolean,
  headers: Record<string, string> = {},
): Promise<StreamMessage[]> {
  const options = { host: '127.0.0.1', port: dashboard.port, path, agent: false };
  const call = request({ ...options, headers: { ...own(), ...headers } }).end();
  const [answer] = await once(call, 'response');
  const messages: StreamMessage[] = [];
  let text = '';
  for await (const chunk of answer) {
    const parsed = parseMessages(text + chunk);
    text = parsed.rest;
    messages.push(...parsed.messages);
    if (isOver(messages)) break;
  }
  call.destroy();
  return messages;
}

describe('the server', () => {
  it('gives the page with a policy that allows only its own script and style', async () => {
    const { status, headers, body } = await get('/');
    expect(status).toBe(200);
    expect(headers['content-security-policy']).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
    );
    expect(headers['set-cookie']).toBeUndefined();
    expect(body).not.toMatch(/https?:|<script>|style=/);
    expect((await get('/page.js')).body).toMatch(/trusted|textContent|createTextNode/);
    expect((await get('/page.css')).status).toBe(200);
    expect((await get('/icon.svg')).headers['content-type']).toBe('image/svg+xml');
  });

  it('refuses data without the token, and exchanges a code once', async () => {
    expect((await get('/api/runs')).status).toBe(401);
    expect((await get('/api/runs', { ...own(), Host: 'evil.example' })).status).toBe(421);
    const url = new URL(dashboard.makeOneTimeUrl());
    expect(url.hash).not.toContain(token);
    const code = new URLSearchParams(url.hash.slice(1)).get('code') ?? '';
    const first = await get('/api/token', { Authorization: `Code ${code}` });
    expect(JSON.parse(first.body)).toEqual({ token });
    expect((await get('/api/token', { Authorization: `Code ${code}` })).status).toBe(404);
  });

  it('gives runs, a run, its findings and an agent as JSON, and says what is not there', async () => {
    const read = async (path: string) => JSON.parse((await get(path, own())).body);
    expect(Object.keys(await read('/api/runs'))).toContain(`runs/${run.id}`);
    expect((await read(`/api/run/${run.id}`)).overview).toMatchObject({ run: run.id, total: 4 });
    expect(await read(`/api/run/${run.id}/findings`)).toMatchObject({ findings: [], hidden: 0 });
    expect(await read(`/api/run/${run.id}/agent/a1`)).toMatchObject({ id: 'a1', attempts: [], output: null });
    expect((await get(`/api/run/${run.id}/agent/missing`, own())).status).toBe(404);
    expect((await get('/api/run/20260101-000000-00000000', own())).status).toBe(404);
  });
});

describe('the stream of a run', () => {
  it('sends the state, then what differs; a page that has the last state gets nothing again', async () => {
    const path = `/api/events/run/${run.id}`;
    let isAppended = false;
    const messages = await listen(path, (all) => {
      if (all.length > 0 && !isAppended) appendEvents(run.dir, [dispatched('a1')], new Date());
      isAppended ||= all.length > 0;
      return all.some(({ event, data }) => event === 'change' && data.includes('"attempts/0"'));
    });
    expect(messages[0]?.event).toBe('state');
    const change = messages.find(({ data }) => data.includes('"attempts/0"'));
    expect(Object.keys(JSON.parse(change?.data ?? '').set)).not.toContain('agents/1');
    expect(messages.every(({ id }) => /^\d+-[0-9a-f]{64}$/.test(id))).toBe(true);
  });

  it('says what is wrong while a run cannot be read, and goes on once it can', async () => {
    const path = join(run.dir, 'plan.json');
    const steps = [
      { until: '"overview/run"', act: () => renameSync(path, `${path}.away`) },
      { until: '"problems"', act: () => renameSync(`${path}.away`, path) },
      { until: '"overview/run"', act: () => undefined },
    ];
    const messages = await listen(`/api/events/run/${run.id}`, (all) => {
      if (all.at(-1)?.data.includes(steps[0]?.until ?? '') === true) steps.shift()?.act();
      return steps.length === 0;
    });
    expect(messages.some(({ data }) => data.includes('run-document-missing'))).toBe(true);
    expect(existsSync(path)).toBe(true);
  });
});

it('says that a port is in use', async () => {
  const { code, stderr } = bench.callWarm('dashboard', '--port', String(dashboard.port), '--no-open');
  expect(code).toBe(3);
  expect(stderr).toMatch(/port \d+ cannot be used \(EADDRINUSE\)\nFix: leave out --port/);
});

it('writes one file that needs no server, with the run, its agents and the queues', () => {
  writeFileSync(
    join(run.dir, 'workers', 'a2.md'),
    '# x\n\n</script><script>alert(1)</script>\n\n<!-- DONE -->\n',
  );
  const file = join(bench.home, 'page.html');
  const { code, stdout, stderr } = bench.callWarm('dashboard', run.id, '--export', file);
  expect([code, stdout, stderr]).toEqual([0, `wrote ${file}\n`, '']);
});
