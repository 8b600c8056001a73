import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdir, readdir, realpath, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ScriptedApi, startApi } from './harness/api.ts';
import { requireClient } from './harness/binary.ts';
import type { Call } from './harness/call.ts';
import { runClient } from './harness/client.ts';
import { assignmentOf, doWork, followCommand, goodFile, PLAN } from './harness/orchestra.ts';
import { type Answer, say, use } from './harness/reply.ts';
import { clientEnv, createSandbox, type Sandbox } from './harness/sandbox.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** a2 forgets the sentinel once, b3 never writes anything. */
function agent(call: Call): Answer {
  const { id, output } = assignmentOf(call);
  if (id === 'a2' && call.turn === 0 && !call.task.includes('## Attempt 2'))
    return use(['Write', { file_path: output, content: '# a2\n\nForgot the end.\n' }]);
  if (id === 'a2' && call.newest.includes('Stop hook feedback'))
    return use(['Write', { file_path: output, content: goodFile(id) }]);
  if (id === 'b3' && call.newest.includes('exactly one line now')) return say('Failed. I cannot.');
  return id === 'b3' ? say('Done. I wrote nothing.') : doWork(call);
}

/** The same agents as a program that `sao run --driver command` starts. */
const PROGRAM = `import { readFileSync, writeFileSync } from 'node:fs';
readFileSync(0, 'utf8');
const { SAO_AGENT_ID: id, SAO_ATTEMPT: attempt, SAO_OUTPUT: output } = process.env;
const text = ${JSON.stringify(goodFile('ID'))}.replaceAll('ID', id);
if (id === 'a2' && attempt === '1') writeFileSync(output, '# a2\\n\\nForgot the end.\\n');
else if (id !== 'b3') writeFileSync(output, text);
console.log('Done. One finding.');
`;

describe('every driver leaves the same', () => {
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

  const inSession = async (driver: string) => {
    api = await startApi((call) =>
      call.agentId === undefined ? followCommand(PLAN, driver)(call) : agent(call),
    );
    const env = { SAO_RUNS_DIR: runs };
    const { result } = await runClient('/scaled-agent-orchestration Audit the sample project', {
      api,
      sandbox,
      plugins: [ROOT],
      env,
    });
    expect(result.permission_denials).toEqual([]);
  };
  const sao = async (args: string[], input = '') => {
    const more = { SAO_RUNS_DIR: runs, SAO_CLAUDE: requireClient(), SAO_BACKOFF_MS: '10' };
    const child = spawn(join(ROOT, 'bin/sao'), args, {
      cwd: sandbox.project,
      env: clientEnv(sandbox, api.url, more),
    });
    child.stdin.end(input);
    const [out, error] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    return `${out}${error}`;
  };
  const headless = async (...how: string[]) => {
    api = await startApi(agent);
    await writeFile(join(sandbox.root, 'agent.mjs'), PROGRAM);
    await sao(['plan', '--new'], JSON.stringify(PLAN));
    const said = await sao(['run', ...how]);
    expect(said).toContain('14 of 15 agents done');
    await sao(['report']);
  };
  const drivers: [string, () => Promise<void>][] = [
    ['agent', () => inSession('agent')],
    ['workflow', () => inSession('workflow')],
    ['tiered', () => inSession('tiered')],
    ['claude', () => headless('--driver', 'claude')],
    ['command', () => headless('--command', `${process.execPath} ${join(sandbox.root, 'agent.mjs')}`)],
  ];

  it.each(drivers)('%s', async (driver, carryOut) => {
    await carryOut();
    const [run = ''] = (await readdir(runs)).filter((name) => !name.startsWith('.'));
    const dir = join(runs, run);
    const names = async (folder: string) => (await readdir(join(dir, folder))).sort();
    const workers = ['a', 'b', 'c'].flatMap((letter) => [1, 2, 3, 4].map((n) => `${letter}${n}.md`));
    expect(await names('workers')).toEqual(workers.filter((name) => name !== 'b3.md'));
    expect(await names('synthesis')).toEqual(['security.md', 'speed.md', 'tests.md']);
    for (const name of await names('workers'))
      expect(readFileSync(join(dir, 'workers', name), 'utf8')).toBe(goodFile(name.replace('.md', '')));
    const report = JSON.parse(readFileSync(join(dir, 'report.json'), 'utf8'));
    expect(report.counts.agents).toEqual({ total: 15, done: 14, gaps: 1, open: 0 });
    expect(report.gaps.map((gap: { id: string; attempts: number }) => [gap.id, gap.attempts])).toEqual([
      ['b3', 2],
    ]);
    expect(report.counts.findings).toEqual({ critical: 0, major: 11, minor: 0 });
    const events = readFileSync(join(dir, 'ledger.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const dispatched = events.filter(({ type }) => type === 'dispatched');
    expect(new Set(dispatched.map((event) => event.driver))).toEqual(new Set([driver]));
    expect(new Set(dispatched.map((event) => event.agent)).size).toBe(15);
  });
});
