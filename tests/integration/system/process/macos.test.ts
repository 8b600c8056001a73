import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { isRunnerInWords } from '../../../../src/system/process/ancestry.ts';
import { parsePsEnvironment } from '../../../../src/system/process/ps.ts';
import { bundleModule } from '../../../harness/bundle.ts';
import { writeMacPrograms } from '../../../harness/mac-programs.ts';
import { makeKeptScratch } from '../../../harness/scratch.ts';

it.each([
  ['/usr/local/bin/node /opt/sao run x', true],
  ['node /Users/ann/My Tools/bin/sao build', true],
  ['node /Users/ann/My Tools/bin/sao status', false],
  ['python3 terminal.py node /opt/sao run', false],
  ['node /opt/npm-cli.js exec sao run', false],
  ['zsh -c sao run', false],
])('%s is a runner: %j', (line, expected) => {
  expect(isRunnerInWords(line.split(' '))).toBe(expected);
});

describe('a command line with its environment, as `ps -E` prints it', () => {
  it.each([
    ['/bin/zsh -l PATH=/bin HOME=/Users/a b TERM=', ['PATH=/bin', 'HOME=/Users/a b', 'TERM=']],
    ['node run --option=3 CLAUDECODE=1', ['CLAUDECODE=1']],
    ['node run', []],
    ['', []],
  ])('%j', (text, expected) => expect(parsePsEnvironment(text)).toEqual(expected));
});

/**
 * macOS is simulated: this process says that its platform is darwin, and programs that read /proc answer as `ps` and `sysctl` there. That the real
 * ones answer so is not tested.
 */
describe.skipIf(process.platform !== 'linux')('processes on a simulated macOS (Linux only)', () => {
  const folder = makeKeptScratch();
  const programs = join(folder, 'programs');
  const claude = join(folder, 'claude');
  const entry = join(folder, 'entry.ts');
  writeMacPrograms(programs);
  symlinkSync('/bin/sh', claude);
  const modules = ['ancestry', 'identity', 'survivors', 'caller'].map(
    (name) => `export * from ${JSON.stringify(join(process.cwd(), `src/system/process/${name}.ts`))};`,
  );
  writeFileSync(entry, modules.join('\n'));
  const bundle = bundleModule(entry, { SAO_PROGRAM_FOLDER: JSON.stringify(programs) });
  afterAll(() => {
    bundle.remove();
    rmSync(folder, { recursive: true });
  });

  function evaluate(expression: string, wrap: readonly string[] = [], env: NodeJS.ProcessEnv = {}): unknown {
    const script = `Object.defineProperty(process, 'platform', { value: 'darwin' });
      const it = await import(${JSON.stringify(bundle.path)}); console.log(JSON.stringify(${expression}) ?? 'null')`;
    const [file = '', ...args] = [...wrap, process.execPath, '--input-type=module', '-e', script];
    // A false `ps` on PATH is not asked.
    const { PATH } = process.env;
    const result = spawnSync(file, args, { encoding: 'utf8', env: { PATH, ...env } });
    expect(result.stderr).toBe('');
    return JSON.parse(result.stdout);
  }

  const throughShell = ['sh', '-c', '"$@"; true', 'sh'];
  const outside = evaluate("[it.ancestorHasEnv('SAO_TEST_SESSION'), it.hasClientAncestor()]");

  it('shows a variable of an ancestor although `env -u` and `env -i` removed it', () => {
    expect(outside).toEqual([false, expect.any(Boolean)]);
    const env = { SAO_TEST_SESSION: '1' };
    for (const removal of [
      ['env', '-u', 'SAO_TEST_SESSION'],
      ['env', '-i'],
    ])
      expect(evaluate("it.ancestorHasEnv('SAO_TEST_SESSION')", [...throughShell, ...removal], env)).toBe(
        true,
      );
    expect(evaluate("it.ancestorHasEnv('SAO_TEST')", throughShell, env)).toBe(false);
  });

  it('shows a client and a runner among the ancestors in any environment', () => {
    const client = [claude, '-c', '"$@"; true', 'sh', 'env', '-i'];
    expect(evaluate('it.hasClientAncestor()', client)).toBe(true);
    expect(evaluate('it.isInSession({})', client)).toBe(true);
    expect(evaluate('it.isNestedClient(process.pid)', client.slice(0, -2), { CLAUDECODE: '1' })).toBe(true);
    const start = `const [, , , ...argv] = process.argv; require('node:child_process').spawnSync(argv[0], argv.slice(1), { stdio: 'inherit', env: {} })`;
    const sao = join(folder, 'a folder', 'sao');
    spawnSync('mkdir', ['-p', join(folder, 'a folder')]);
    writeFileSync(sao, start);
    expect(evaluate('it.hasAgentAncestor()', [process.execPath, sao, 'run'])).toBe(true);
    expect(evaluate('it.hasAgentAncestor()', [process.execPath, sao, 'status'])).toBe(false);
  });

  it('finds marked processes that left their group', async () => {
    const child = spawn('sleep', ['1000'], {
      detached: true,
      env: { PATH: process.env.PATH, SAO_MARK: 'outer mac-7/a1', X: '1' },
    });
    await once(child, 'spawn');
    expect(evaluate("it.findMarkedProcesses('mac-7').map(({ pid }) => pid)")).toEqual([child.pid]);
    expect(evaluate("it.findMarkedProcesses('mac')")).toEqual([]);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(evaluate("it.findMarkedProcesses('mac-7')")).toEqual([]);
  });

  it('identify a process by its start and the boot session', () => {
    const identity = evaluate('it.identifyProcess(process.ppid)');
    expect(identity).toEqual({
      pid: process.pid,
      started: expect.stringMatching(/^\w{3} \w{3} \d+ [\d:]{8} \d{4}$/),
      boot: '7f0c2b52-6d0e-4d6f-9b0a-2b1c7f0a9e11',
    });
    const isAlive = (change: object) =>
      evaluate(`it.isAlive(${JSON.stringify({ ...(identity as object), ...change })})`);
    expect(isAlive({})).toBe(true);
    expect(isAlive({ started: 'Mon Nov 3 10:00:00 2025' })).toBe(false);
    expect(isAlive({ boot: '00000000-0000-0000-0000-000000000000' })).toBe(false);
    expect(isAlive({ boot: '' })).toBe(true);
  });
});
