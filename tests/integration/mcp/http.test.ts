import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { findBuild } from '../../harness/sao.ts';
import { codeTask, WorkBench } from '../../harness/work-bench.ts';

interface Reply {
  status: number;
  session: string | undefined;
  type: string | undefined;
  // Each test knows the result of its call.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  message: any;
}

const started: ChildProcess[] = [];
afterEach(async () => {
  for (const child of started.splice(0)) {
    if (child.exitCode === null && child.kill('SIGINT')) await once(child, 'exit');
  }
});

class HttpBench extends WorkBench {
  port = 0;

  async serve(...args: string[]): Promise<void> {
    const call = [this.sao, 'mcp', 'serve', '--http', '--port', '0', ...args];
    const child = spawn(process.execPath, call, { cwd: this.project, env: this.env, stdio: 'pipe' });
    started.push(child);
    let text = '';
    for await (const chunk of child.stderr) {
      text += chunk;
      const [, port] = /:(\d+)\/mcp\n/.exec(text) ?? [];
      if (port === undefined) continue;
      this.port = Number(port);
      return;
    }
    throw new Error(`the server has ended: ${text}`);
  }

  makeToken(role: string): string {
    return this.json('queue', 'token', 'create', '--role', role).data.token;
  }

  /** Sends a message, or a text in its place, and reads the answer to its end. */
  send(message: object | string, headers: Record<string, string> = {}, method = 'POST'): Promise<Reply> {
    const body = typeof message === 'string' ? message : JSON.stringify({ jsonrpc: '2.0', ...message });
    const all = {
      'Content-Type': 'application/json',
      Accept: 'application/json, text/event-stream',
      ...headers,
    };
    return new Promise((resolve, reject) => {
      const call = request({ port: this.port, path: '/mcp', method, headers: all }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk) => {
          text += chunk;
        });
        response.on('end', () => {
          const { statusCode: status = 0, headers: given } = response;
          const [, data = text] = /^event: message\ndata: (.*)\n\n$/.exec(text) ?? [];
          const session = given['mcp-session-id'] as string | undefined;
          resolve({
            ...{ status, session, type: given['content-type'] },
            message: data === '' ? undefined : JSON.parse(data),
          });
        });
      });
      call.on('error', reject);
      call.end(body);
    });
  }

  /** Opens a session, and returns the headers of its calls. */
  async open(token: string): Promise<Record<string, string>> {
    const given = { Authorization: `Bearer ${token}` };
    const first = await this.send(
      {
        id: 0,
        method: 'initialize',
        params: { protocolVersion: '2025-06-18', capabilities: { elicitation: {} } },
      },
      given,
    );
    expect([first.status, first.message.result.protocolVersion]).toEqual([200, '2025-06-18']);
    const headers = {
      ...given,
      'Mcp-Session-Id': String(first.session),
      'Mcp-Protocol-Version': '2025-06-18',
    };
    const noted = await this.send({ method: 'notifications/initialized' }, headers);
    expect([noted.status, noted.message]).toEqual([202, undefined]);
    return headers;
  }

  async use(headers: Record<string, string>, name: string, args: object = {}): Promise<Reply['message']> {
    const params = { name, arguments: args };
    return (await this.send({ id: 1, method: 'tools/call', params }, headers)).message;
  }
}

const textOf = ({ result }: Reply['message']) => result.content[0].text as string;

const stateOf = (bench: WorkBench) => bench.json('task', 'show', 'i1.one').data.task?.state;

describe('the server nexus by HTTP', { timeout: 120_000 }, () => {
  it('gives each session the rights of its token, at most those of the server', async () => {
    const bench = new HttpBench(findBuild().path);
    bench.json('queue', 'init');
    bench.dispatch([codeTask('one')]);
    const [leader, executor] = [bench.makeToken('leader'), bench.makeToken('executor')];
    await bench.serve();
    const [lead, work] = await Promise.all([bench.open(leader), bench.open(executor)]);
    const created = await bench.use(lead, 'nexus_create_idea', { title: 'Parts' });
    expect(created.result.structuredContent).toMatchObject({ idea: 'i2' });
    const refused = await bench.use(work, 'nexus_create_idea', { title: 'Parts' });
    expect(refused.result.isError).toBe(true);
    expect(textOf(refused)).toContain('leader');
    const claimed = await bench.use(work, 'nexus_claim_queue_task', { executor: 'e1' });
    expect(textOf(claimed)).toContain('Create the function one and its test');
    const { token: claim } = claimed.result.structuredContent;
    // A human decides in a terminal: the client with the token could answer a question itself.
    const byHand = await bench.use(lead, 'nexus_complete_task', { task_id: 'i1.one', reason: 'seen' });
    expect(byHand.result.isError).toBe(true);
    expect(stateOf(bench)).toBe('claimed');
    const done = await bench.use(work, 'nexus_complete_queue_task', {
      claim_token: claim,
      commit: 'a'.repeat(40),
      test_exit: 0,
    });
    expect(done.result.isError).toBeUndefined();
    expect(stateOf(bench)).toBe('done');
  });

  it('refuses what is not a client with a known token', async () => {
    const bench = new HttpBench(findBuild().path);
    bench.json('queue', 'init');
    const token = bench.makeToken('executor');
    await bench.serve('--role', 'executor');
    const first = { id: 0, method: 'initialize', params: {} };
    const status = async (message: object | string, headers: Record<string, string>, method?: string) =>
      (await bench.send(message, headers, method)).status;
    expect(await status(first, {})).toBe(401);
    expect(await status(first, { Authorization: 'Bearer sao_q1_wrong' })).toBe(401);
    const own = { Authorization: `Bearer ${token}` };
    expect(await status(first, { ...own, Origin: 'https://evil.example' })).toBe(403);
    expect(await status(first, { ...own, Host: `evil.example:${bench.port}` })).toBe(421);
    expect(await status('{', own)).toBe(400);
    expect(
      await status(`{"jsonrpc":"2.0","id":1,"method":"ping","x":"${'x'.repeat(17 * 1024 * 1024)}"}`, own),
    ).toBe(413);
    expect(await status({ id: 1, method: 'tools/list' }, own)).toBe(404);
    const headers = await bench.open(token);
    const other = bench.makeToken('executor');
    expect(
      await status({ id: 1, method: 'tools/list' }, { ...headers, Authorization: `Bearer ${other}` }),
    ).toBe(404);
    const listed = await bench.send({ id: 1, method: 'tools/list' }, headers);
    const names = listed.message.result.tools.map(({ name }: { name: string }) => name);
    expect(names).toContain('nexus_claim_queue_task');
    expect(names).not.toContain('nexus_create_idea');
    expect(await status('', headers, 'DELETE')).toBe(204);
    expect(await status({ id: 1, method: 'tools/list' }, headers)).toBe(404);
  });

  it('is installed with the token of each user, and ends by Ctrl-C', async () => {
    const bench = new HttpBench(findBuild().path);
    bench.json('queue', 'init');
    await bench.serve();
    const url = `http://127.0.0.1:${bench.port}/mcp`;
    expect(bench.json('mcp', 'install', '--url', url).code).toBe(0);
    expect(JSON.parse(readFileSync(join(bench.project, '.mcp.json'), 'utf8')).mcpServers.nexus).toEqual({
      type: 'http',
      url,
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the client replaces it
      headers: { Authorization: 'Bearer ${SAO_QUEUE_TOKEN}' },
    });
    const used = bench.json('mcp', 'serve', '--http', '--port', String(bench.port));
    expect([used.code, used.codes]).toEqual([3, ['port-unusable']]);
    const [child] = started.splice(0);
    child?.kill('SIGINT');
    expect(await once(child as ChildProcess, 'exit')).toEqual([0, null]);
  });
});
