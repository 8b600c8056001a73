import { expect, it } from 'vitest';
import { startInGroup } from '../../src/system/process/group.ts';
import { findGroupMembers, findMarkedProcesses } from '../../src/system/process/survivors.ts';
import { scaled } from '../harness/scale.ts';

/** Different ways to hang; each prints something first, as an agent does. */
const HANGS = [
  'echo started; exec sleep 1000',
  'echo started; trap "" TERM INT HUP; while :; do sleep 1000; done',
  'echo started; (trap "" TERM; sleep 1000) & wait',
  'echo started; kill -STOP $$',
  'echo started; exec cat /dev/zero >/dev/null',
  'echo started; sleep 1000 & sleep 1000 & exit 0',
];

const count = scaled(12, 50);

it(`ends ${count} agents that hang, with their children`, { timeout: 300_000 }, async () => {
  const mark = `hangs-${process.pid}`;
  const run = async (index: number) => {
    const script = HANGS[index % HANGS.length] ?? '';
    const limits = { timeoutMs: 600_000, graceMs: 50, stdoutLimit: 1_000, stderrLimit: 1_000, idleMs: 200 };
    const spec = { file: 'sh', args: ['-c', script], cwd: '/', env: process.env, stdin: '', ...limits };
    const group = startInGroup({ ...spec, mark: `${mark}/a${index}` });
    const result = await group.done;
    if (!script.endsWith('exit 0')) expect(result.stalled).toBe(true);
    expect(findGroupMembers([group.identity?.pid ?? 0])).toEqual([]);
  };
  await Promise.all(Array.from({ length: count }, (_, index) => run(index)));
  expect(findMarkedProcesses(mark)).toEqual([]);
});
