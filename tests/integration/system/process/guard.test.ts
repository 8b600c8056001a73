import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { type Guard, startGuard } from '../../../../src/system/process/guard.ts';
import { identifyProcess, isAlive, type ProcessIdentity } from '../../../../src/system/process/identity.ts';
import { bundleModule } from '../../../harness/bundle.ts';

const guardMain = bundleModule('src/system/process/guard-main.ts');
afterAll(() => guardMain.remove());

const guards: Guard[] = [];
const children: ChildProcess[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const guard of guards.splice(0)) await guard.close();
});

function start(graceMs = 100): Guard {
  const guard = startGuard({ script: guardMain.path, graceMs });
  guards.push(guard);
  return guard;
}

function startGroup(): { child: ChildProcess; identity: ProcessIdentity } {
  const child = spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' });
  children.push(child);
  return { child, identity: identifyProcess(child.pid) as ProcessIdentity };
}

describe('a guard', () => {
  it('ends when it is closed, and can be closed twice', async () => {
    const guard = start();
    const identity = identifyProcess(guard.pid) as ProcessIdentity;
    await guard.close();
    await guard.close();
    expect(isAlive(identity)).toBe(false);
  });

  it('ends registered groups, and no other', async () => {
    const guard = start();
    const [running, ended, strange, reused] = [startGroup(), startGroup(), startGroup(), startGroup()];
    guard.add(running.identity);
    guard.add(ended.identity);
    guard.remove(ended.identity);
    guard.add({ ...reused.identity, started: '1' });
    await guard.close();
    const alive = [running, ended, strange, reused].map(({ identity }) => isAlive(identity));
    expect(alive).toEqual([false, true, true, true]);
  });

  it('that is killed is replaced, and its replacement knows all groups', async () => {
    // On a busy machine a process takes longer than 100 ms to end.
    const guard = start(10_000);
    const { child, identity } = startGroup();
    guard.add(identity);
    const first = guard.pid ?? 0;
    process.kill(first, 'SIGKILL');
    await vi.waitFor(() => expect(guard.pid).not.toBe(first));
    const exit = once(child, 'exit');
    await guard.close();
    expect(await exit).toEqual([null, 'SIGTERM']);
  });

  it('does not start from a script that is missing', () => {
    expect(() => startGuard({ script: '/none/guard.mjs' })).toThrow(/ENOENT/);
  });
});
