import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readlinkSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import {
  describeProcess,
  identifyProcess,
  isAlive,
  type ProcessIdentity,
} from '../../../../src/system/process/identity.ts';
import { bundleModule } from '../../../harness/bundle.ts';
import { waitUntil } from '../../../harness/wait.ts';

const identity = bundleModule('src/system/process/identity.ts');
afterAll(() => identity.remove());

const BWRAP = ['--bind', '/', '/', '--unshare-pid', '--proc', '/proc'];
const isMachine = process.platform === 'linux' && readlinkSync('/proc/self/ns/pid') === 'pid:[4026531836]';
const hasSpaces = isMachine && spawnSync('bwrap', [...BWRAP, 'true']).status === 0;
const title = hasSpaces
  ? 'a process of another pid namespace'
  : 'a process of another pid namespace (SKIPPED: this machine is a container, or bwrap does not work)';

/** Starts a process in a pid namespace of its own, which prints its namespace and start time. */
async function startElsewhere(): Promise<{ identity: ProcessIdentity; end(): Promise<unknown> }> {
  const script = 'readlink /proc/self/ns/pid; cat /proc/$$/stat; read line';
  const child = spawn('bwrap', [...BWRAP, 'sh', '-c', script], { stdio: ['pipe', 'pipe', 'inherit'] });
  let said = '';
  while (said.split('\n').length < 3) said += String((await once(child.stdout, 'data'))[0]);
  const [space = '', stat = ''] = said.split('\n');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const { boot = '' } = identifyProcess() ?? {};
  const identity = { pid: Number.parseInt(stat, 10), started: fields[19] ?? '', boot, space };
  const exit = once(child, 'exit');
  return {
    identity,
    end: () => {
      child.kill('SIGKILL');
      child.stdin.end();
      return exit;
    },
  };
}

describe.skipIf(!hasSpaces)(title, () => {
  it('is alive as long as the machine shows it, and dead afterwards', async () => {
    const { identity: owner, end } = await startElsewhere();
    expect(owner.pid).toBeLessThan(20);
    expect(isAlive(owner)).toBe(true);
    expect(isAlive({ ...owner, started: '1' })).toBe(false);
    expect(describeProcess(owner)).toBe(
      `process ${owner.pid} of another container or sandbox (${owner.space})`,
    );
    await end();
    // Its own end comes after that of the process that was killed.
    await waitUntil(() => !isAlive(owner));
    expect(isAlive(owner)).toBe(false);
  });

  it('counts as alive where it cannot be seen', () => {
    const script = `import { isAlive } from ${JSON.stringify(identity.path)}; console.log(isAlive(JSON.parse(process.argv[1])))`;
    const node = [process.execPath, '--input-type=module', '-e', script, JSON.stringify(identifyProcess())];
    const { stdout, stderr } = spawnSync('bwrap', [...BWRAP, ...node], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(stdout.trim()).toBe('true');
  });
});
