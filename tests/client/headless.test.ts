import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdir, readdir, realpath, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ScriptedApi, startApi } from './harness/api.ts';
import { requireClient } from './harness/binary.ts';
import { doWork, PLAN, readAssignment } from './harness/orchestra.ts';
import { refuse, type Script } from './harness/reply.ts';
import { clientEnv, createSandbox, type Sandbox } from './harness/sandbox.ts';

const ROOT = resolve(import.meta.dirname, '../..');

describe('sao run with the real client as its driver', () => {
  let sandbox: Sandbox;
  let api: ScriptedApi;
  let runs: string;

  beforeEach(async () => {
    sandbox = await createSandbox();
    runs = join(await realpath(sandbox.root), 'runs');
    await mkdir(join(sandbox.project, 'src'));
    await writeFile(join(sandbox.project, 'src', 'a.ts'), 'export {};\n');
  });
  afterEach(async () => {
    await api.close().finally(sandbox.remove);
  });

  const sao = async (args: string[], input = '') => {
    const env = clientEnv(sandbox, api.url, {
      SAO_RUNS_DIR: runs,
      SAO_CLAUDE: requireClient(),
      SAO_BACKOFF_MS: '10',
    });
    const child = spawn(join(ROOT, 'bin/sao'), args, { cwd: sandbox.project, env });
    child.stdin.end(input);
    const [stdout, stderr, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close'),
    ]);
    return { stdout, stderr, code: code as number };
  };
  const start = async (script: Script) => {
    api = await startApi(script);
    const run = (await sao(['init', '--task', 'Audit the sample project'])).stdout.split('\n')[0] ?? '';
    const planned = await sao(['plan', run, '-'], JSON.stringify(PLAN));
    expect(planned.code).toBe(0);
    return run;
  };
  const ledger = async () => {
    const [run = ''] = (await readdir(runs)).filter((name) => !name.startsWith('.'));
    const lines = readFileSync(join(runs, run, 'ledger.jsonl'), 'utf8')
      .trim()
      .split('\n');
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  };

  it('finishes 12 workers and 3 coordinators: own files written, inputs read, cost in the ledger', async () => {
    const run = await start(doWork);
    const { code, stdout, stderr } = await sao(['run', run, '--driver', 'claude', '--json']);
    expect(`${stdout}${stderr}`).toContain('"done": 15');
    expect(code).toBe(0);
    const entries = await ledger();
    expect(entries.filter(({ type }) => type === 'spent')).toHaveLength(15);
    expect(entries.filter(({ type, verdict }) => type === 'returned' && verdict === 'done')).toHaveLength(15);
    // The coordinators read their workers' files through the hook, without a person.
    const read = api.calls.filter(
      (call) =>
        readAssignment(call.task).role === 'coordinator' && call.results.some(({ isError }) => isError),
    );
    expect(read).toEqual([]);
  });

  it('backs off from rate limits and loses nothing', async () => {
    let refused = 0;
    const run = await start((call) => {
      const isUnlucky = call.turn === 0 && refused < 8 && /^[ab]/.test(readAssignment(call.task).id);
      refused += isUnlucky ? 1 : 0;
      return isUnlucky ? refuse(429) : doWork(call);
    });
    const { code } = await sao(['run', run, '--driver', 'claude', '--schedule', 'rolling']);
    expect(code).toBe(0);
    const entries = await ledger();
    expect(entries.filter(({ type }) => type === 'rate-limited').length).toBeGreaterThan(0);
    expect(entries.filter(({ type, verdict }) => type === 'returned' && verdict === 'done')).toHaveLength(15);
  });
});
