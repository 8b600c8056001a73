import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { identifyProcess, isAlive, type ProcessIdentity } from '../../../../src/system/process/identity.ts';
import { parseStat, readProcess } from '../../../../src/system/process/proc.ts';
import { parsePsLine } from '../../../../src/system/process/ps.ts';

const me = identifyProcess() as ProcessIdentity;
const rest = '0 -1 4194304 97 0 0 0 0 0 0 0 20 0 1 0 132545 3133440 358';

describe('an entry of /proc', () => {
  it.each([
    [
      `7 (cat) R 5 6 6 ${rest}`,
      { pid: 7, parent: 5, group: 6, name: 'cat', started: '132545', isZombie: false },
    ],
    [`7 (a) (b) c) S 5 6 6 ${rest}\n`, { name: 'a) (b) c', parent: 5, started: '132545' }],
    [`7 (x) Z 1 6 6 ${rest}`, { isZombie: true }],
    ['', undefined],
    ['7 (cat) R 5', undefined],
  ])('%j', (text, expected) => {
    if (expected) expect(parseStat(text)).toMatchObject(expected);
    else expect(parseStat(text)).toBeUndefined();
  });
});

describe('a line of ps', () => {
  it.each([
    [
      '  71     1    71 Ss   Mon Nov  3 10:00:01 2025     /Applications/Some App/claude',
      { pid: 71, parent: 1, group: 71, name: 'claude', started: 'Mon Nov 3 10:00:01 2025', isZombie: false },
    ],
    ['72 71 71 S+ Mon Nov 13 10:00:01 2025 -zsh', { name: 'zsh' }],
    ['73 71 71 Z Mon Nov 13 10:00:01 2025 (node)', { isZombie: true }],
    ['', undefined],
  ])('%j', (line, expected) => {
    if (expected) expect(parsePsLine(line)).toMatchObject(expected);
    else expect(parsePsLine(line)).toBeUndefined();
  });
});

describe('the identity of a process', () => {
  it('is the same each time, and alive', () => {
    expect(me.pid).toBe(process.pid);
    expect(identifyProcess(process.pid)).toEqual(me);
    expect(isAlive(me)).toBe(true);
  });

  it.each<[string, Partial<ProcessIdentity>, boolean]>([
    ['another start: the pid was reused', { started: '1' }, false],
    ['another boot', { boot: 'before' }, false],
    ['an unreadable boot', { boot: '' }, true],
    ['an unreadable start', { started: '' }, true],
  ])('with %s', (_, change, alive) => expect(isAlive({ ...me, ...change })).toBe(alive));

  it('is undefined once the process has ended', async () => {
    const child = spawn('cat', { stdio: ['pipe', 'ignore', 'ignore'] });
    const identity = identifyProcess(child.pid) as ProcessIdentity;
    expect(isAlive(identity)).toBe(true);
    child.stdin.end();
    await once(child, 'exit');
    expect(isAlive(identity)).toBe(false);
    expect(identifyProcess(identity.pid)).toBeUndefined();
  });

  it('is dead as a zombie, which still has a pid', async () => {
    const child = spawn('sh', ['-c', 'sleep 1000 & echo $!; exec cat'], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const [text] = await once(child.stdout, 'data');
    // Once cat has replaced the shell, no process reaps the child.
    child.stdin.write('answer\n');
    await once(child.stdout, 'data');
    const zombie = identifyProcess(Number(text)) as ProcessIdentity;
    process.kill(zombie.pid, 'SIGKILL');
    await vi.waitFor(() => expect(readProcess(zombie.pid)).toMatchObject({ isZombie: true }));
    expect(isAlive(zombie)).toBe(false);
    child.stdin.end();
    await once(child, 'exit');
  });
});
