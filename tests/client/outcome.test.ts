import { readFileSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Call } from './harness/call.ts';
import { runClient } from './harness/client.ts';
import { assignmentOf, doWork, followCommand, goodFile, PLAN } from './harness/orchestra.ts';
import { type Answer, say, use } from './harness/reply.ts';
import { useRig } from './harness/rig.ts';

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
  const rig = useRig();
  const inSession = async (driver: string) => {
    const options = await rig.serve((call) =>
      call.agentId === undefined ? followCommand(PLAN, driver)(call) : agent(call),
    );
    const { result } = await runClient('/scaled-agent-orchestration Audit the sample project', options);
    expect(result.permission_denials).toEqual([]);
  };
  const headless = async (...how: string[]) => {
    await rig.serve(agent);
    await writeFile(join(rig.sandbox.root, 'agent.mjs'), PROGRAM);
    await rig.drive(['plan', '--new'], { input: JSON.stringify(PLAN) });
    const { stdout, stderr } = await rig.drive(['run', ...how]);
    expect(stdout + stderr).toContain('14 of 15 agents done');
    await rig.drive(['report']);
  };
  const drivers: [string, () => Promise<void>][] = [
    ['agent', () => inSession('agent')],
    ['workflow', () => inSession('workflow')],
    ['tiered', () => inSession('tiered')],
    ['claude', () => headless('--driver', 'claude')],
    ['command', () => headless('--command', `${process.execPath} ${join(rig.sandbox.root, 'agent.mjs')}`)],
  ];

  it.each(drivers)('%s', async (driver, carryOut) => {
    await carryOut();
    const { dir } = rig;
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
    const dispatched = rig.ledger().filter(({ type }) => type === 'dispatched');
    expect(new Set(dispatched.map((event) => event.driver))).toEqual(new Set([driver]));
    expect(new Set(dispatched.map((event) => event.agent)).size).toBe(15);
  });
});
