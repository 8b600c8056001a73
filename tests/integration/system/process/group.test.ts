import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadExecaLauncher } from '../../../../src/system/process/execa.io.ts';
import { type GroupSpec, type RunningGroup, startInGroup } from '../../../../src/system/process/group.ts';
import { identifyProcess, isAlive, type ProcessIdentity } from '../../../../src/system/process/identity.ts';
import { type Launcher, launch } from '../../../../src/system/process/launch.ts';
import { makeScratch } from '../../../harness/scratch.ts';

let launcher: Launcher;
const started: ProcessIdentity[] = [];
afterEach(() => {
  for (const identity of started.splice(0)) if (isAlive(identity)) process.kill(identity.pid, 'SIGKILL');
});

function start(file: string, args: string[], more: Partial<GroupSpec> = {}): RunningGroup {
  const limits = { timeoutMs: 60_000, graceMs: 20_000, stdoutLimit: 10_000_000, stderrLimit: 10_000 };
  return startInGroup({ file, args, cwd: '/', env: process.env, stdin: '', ...limits, ...more }, launcher);
}

const sh = (script: string, more: Partial<GroupSpec> = {}) => start('sh', ['-c', script], more);

/** Starts a script that prints pids, and waits for the first `count` of them. */
async function startFamily(script: string, count: number, more: Partial<GroupSpec> = {}) {
  let text = '';
  let tellAll = () => {};
  const all = new Promise<void>((resolve) => {
    tellAll = resolve;
  });
  const onStdout = (chunk: Buffer) => {
    text += chunk;
    if (text.split('\n').length > count) tellAll();
  };
  const group = sh(script, { ...more, onStdout });
  await all;
  const family = text
    .trim()
    .split('\n')
    .map((pid) => identifyProcess(Number(pid)) as ProcessIdentity);
  started.push(...family);
  return { group, family };
}

describe.each([
  ['Node', () => launch],
  ['execa', loadExecaLauncher],
])('started by %s:', (_, load) => {
  beforeEach(async () => {
    launcher = await load();
  });

  describe('a command', () => {
    it('gets its stdin and gives output, exit code and time', async () => {
      const result = await sh('cat; echo problem >&2; exit 3', { stdin: 'text' }).done;
      const expected = { exitCode: 3, signal: null, stdout: 'text', stderr: 'problem\n', stopped: false };
      expect(result).toMatchObject({ ...expected, timedOut: false, stalled: false });
      expect(result.durationMs).toBeGreaterThan(0);
      expect(result.startError).toBeUndefined();
    });

    it('gets its arguments as they are, and no environment but its own', async () => {
      const args = ['$(id)', 'a b', '`x`', "'", '*'];
      const { stdout } = await start(
        process.execPath,
        [
          '-e',
          'console.log(JSON.stringify([process.argv.slice(1), process.env.ONLY, process.env.HOME]))',
          ...args,
        ],
        { env: { ONLY: '1' } },
      ).done;
      expect(JSON.parse(stdout)).toEqual([args, '1', null]);
    });

    it('may ignore a large stdin', async () => {
      expect(await start('true', [], { stdin: 'x'.repeat(5_000_000) }).done).toMatchObject({ exitCode: 0 });
    });

    it('keeps all that it printed just before it ended', async () => {
      const { stdout } = await sh('head -c 5000000 /dev/zero').done;
      expect(stdout.length).toBe(5_000_000);
    });

    it('keeps the head and the tail of output over the limit', async () => {
      const script = 'echo first; head -c 1000000 /dev/zero | tr "\\0" x; echo; echo last';
      const { stdout } = await sh(script, { stdoutLimit: 1_000 }).done;
      expect(stdout).toMatch(/^first\nx+\n\[… 999012 bytes left out …\]\nx+\nlast\n$/);
    });

    it('leads a process group of its own, known before anything else', async () => {
      const seen: ProcessIdentity[] = [];
      const group = sh('ps -o pgid= -p $$', { onStart: (identity) => seen.push(identity) });
      expect(seen).toEqual([group.identity]);
      expect(Number((await group.done).stdout)).toBe(group.identity?.pid);
    });
  });

  describe('a command that cannot be started gives a start error', () => {
    const notExecutable = () => {
      const path = join(makeScratch(), 'script');
      writeFileSync(path, '#!/bin/sh\n');
      chmodSync(path, 0o644);
      return path;
    };
    it.each<[string, () => RunningGroup, string, RegExp]>([
      [
        'no program',
        () => start('no-such-program', [], { env: { PATH: '/usr/bin:/bin' } }),
        'ENOENT',
        /no-such-program was not found/,
      ],
      ['not executable', () => start(notExecutable(), []), 'EACCES', /is not executable/],
      ['no directory', () => start('true', [], { cwd: '/none' }), 'ENOENT', /\/none is not a directory/],
      ['too long', () => start('true', ['x'.repeat(3_000_000)]), 'E2BIG', /on stdin/],
      ['a NUL character', () => start('true', ['a\0b']), 'ERR_INVALID_ARG_VALUE', /null bytes/],
    ])('%s', async (_, begin, code, message) => {
      const group = begin();
      expect(group.identity).toBeUndefined();
      group.stop();
      const result = await group.done;
      expect(result).toMatchObject({ exitCode: null, signal: null, startError: { code } });
      expect(result.startError?.message).toMatch(message);
    });
  });

  describe('the end of a group', () => {
    it('comes with the timeout', async () => {
      const result = await start('sleep', ['1000'], { timeoutMs: 30 }).done;
      expect(result).toMatchObject({ exitCode: null, signal: 'SIGTERM', timedOut: true, stalled: false });
    });

    it('comes when it stalls', async () => {
      const result = await start('sleep', ['1000'], { idleMs: 40 }).done;
      expect(result).toMatchObject({ signal: 'SIGTERM', timedOut: true, stalled: true, stopped: false });
    });

    it('kills a leader that ignores SIGTERM', async () => {
      const { group } = await startFamily('trap "" TERM; echo $$; while :; do sleep 1000; done', 1, {
        graceMs: 30,
      });
      group.stop();
      expect(await group.done).toMatchObject({ signal: 'SIGKILL', stopped: true, timedOut: false });
    });

    it('lets a leader clean up on SIGTERM', async () => {
      const { group } = await startFamily('trap "exit 7" TERM; echo $$; while :; do sleep 0.01; done', 1);
      group.stop('SIGTERM');
      expect(await group.done).toMatchObject({ exitCode: 7, signal: null, stopped: true });
    });

    it('reaches a stopped process', async () => {
      const { group, family } = await startFamily('sleep 1000 & echo $!; echo $$; wait', 2);
      for (const { pid } of family) process.kill(pid, 'SIGSTOP');
      group.stop();
      await group.done;
      expect(family.filter(isAlive)).toEqual([]);
    });

    it('includes processes that a leader left behind and that hold its pipes open', async () => {
      const { group, family } = await startFamily('(trap "" TERM; sleep 1000) & echo $!', 1, { graceMs: 30 });
      expect(await group.done).toMatchObject({ exitCode: 0, stopped: false });
      expect(family.filter(isAlive)).toEqual([]);
    });

    const leave = 'setsid sh -c "echo \\$\\$; exec sleep 1000" & read -r x </dev/null; wait';

    it.skipIf(process.platform !== 'linux')(
      'includes a marked process that left the group (Linux only: reads /proc)',
      async () => {
        const { group, family } = await startFamily(leave, 1, { mark: `test-${process.pid}/a1` });
        group.stop();
        await group.done;
        expect(family.filter(isAlive)).toEqual([]);
      },
    );

    it.skipIf(process.platform !== 'linux')(
      'does not wait for an unmarked one that left (Linux only: reads /proc)',
      async () => {
        const { group, family } = await startFamily(leave, 1);
        group.stop();
        expect(await group.done).toMatchObject({ stopped: true, stdout: `${family[0]?.pid}\n` });
        expect(family.filter(isAlive)).toEqual(family);
      },
    );
  });
});
