import { cpSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { readProcess } from '../../../../src/system/process/proc.ts';
import { unwrap } from '../../../../src/system/result.ts';
import { runTests, type TestOptions } from '../../../../src/workspace/tests/test-run.io.ts';
import { type Bundle, bundleModule } from '../../../harness/bundle.ts';
import { startNode } from '../../../harness/child.ts';
import { makeScratch } from '../../../harness/scratch.ts';
import { waitUntil } from '../../../harness/wait.ts';

const isGone = (pid: number) => {
  const found = readProcess(pid);
  return typeof found === 'string' || found.isZombie;
};
const pids: number[] = [];
afterEach(() => {
  for (const pid of pids.splice(0)) if (!isGone(pid)) process.kill(pid, 'SIGKILL');
});

const startAsIs: TestOptions['confine'] = (command) => command;

function place(more: Partial<TestOptions> = {}) {
  const cwd = makeScratch();
  const outputPath = join(cwd, 'runs', 'qc', 'auth-tests.log');
  return {
    cwd,
    outputPath,
    options: { timeoutMs: 60_000, env: process.env, confine: startAsIs, outputPath, ...more },
  };
}

const node = (script: string) => [process.execPath, '-e', script];

/** A program that starts a child which ignores SIGTERM, writes both pids to a file, and hangs; `detached` leaves the group. */
function hangingFamily(cwd: string, detached: boolean) {
  const child = `process.on("SIGTERM", () => {}); setInterval(() => {}, 1000);`;
  const script = `
    process.on('SIGTERM', () => {});
    const child = require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}], { detached: ${detached}, stdio: 'ignore' });
    require('node:fs').writeFileSync('pids', process.pid + ' ' + child.pid + ' ');
    console.log('hanging');
    setInterval(() => {}, 1000);`;
  writeFileSync(join(cwd, 'hang.cjs'), script);
  const read = () => {
    const path = join(cwd, 'pids');
    const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
    const found = text.endsWith(' ') ? text.trim().split(' ').map(Number) : [];
    pids.push(...found);
    return found;
  };
  return { command: [process.execPath, 'hang.cjs'], read };
}

describe('runTests', () => {
  it('returns the exit code and the tail of the output, and writes a log', async () => {
    const { cwd, options, outputPath } = place();
    const command = node('console.log(process.cwd()); console.error("bad"); process.exit(3)');
    const run = unwrap(await runTests(command, cwd, options));
    expect(run).toMatchObject({ code: 3, signal: null, timedOut: false, stopped: false, outputPath });
    expect(run.tail).toBe(`${cwd}\n--- stderr\nbad`);
    expect(run.durationMs).toBeGreaterThan(0);
    expect(readFileSync(outputPath, 'utf8')).toContain('# exit code 3');
    expect(statSync(join(cwd, 'runs')).mode & 0o777).toBe(0o700);
  });

  it('splits a command like a shell, without running one', async () => {
    const { cwd, options } = place();
    const command = `${process.execPath} -e "console.log(process.argv[1])" '$HOME *'`;
    expect(unwrap(await runTests(command, cwd, options)).tail).toBe('$HOME *');
  });

  it.each([
    'npm test && rm -rf /',
    'npm test | tee log',
    'npm test > log',
    'npm test; true',
    'npm test &',
    '',
  ])('refuses %j', async (command) => {
    const { cwd, options, outputPath } = place();
    const answer = await runTests(command, cwd, options);
    expect(answer).toMatchObject({ ok: false, cause: 'input', diagnostics: [{ code: 'command-not-plain' }] });
    expect(existsSync(outputPath)).toBe(false);
  });

  it('reports why a program did not start', async () => {
    const { cwd, options } = place();
    const run = unwrap(await runTests('no-such-program --all', cwd, options));
    expect(run).toMatchObject({
      code: null,
      startError: expect.stringContaining('no-such-program was not found'),
    });
  });

  it('withholds variables of git, sao, the client and an outer test run', async () => {
    const { cwd, options } = place();
    const env = {
      PATH: process.env.PATH,
      GIT_DIR: '/elsewhere',
      SAO_RUN_ID: 'r',
      SAO_APPROVAL: 'token',
      CLAUDECODE: '1',
      CLAUDE_CODE_SESSION_ID: 's',
      NODE_TEST_CONTEXT: 'child-v8',
      DATABASE_URL: 'kept',
    };
    const command = node('console.log(JSON.stringify(process.env))');
    const seen = JSON.parse(
      unwrap(await runTests(command, cwd, { ...options, env })).tail,
    ) as NodeJS.ProcessEnv;
    expect(Object.keys(seen).filter((name) => /^(?:GIT_|CLAUDE|NODE_TEST|SAO_(?!MARK$))/.test(name))).toEqual(
      [],
    );
    expect(seen).toMatchObject({ DATABASE_URL: 'kept', CI: '1', NO_COLOR: '1', PATH: process.env.PATH });
  });

  it('keeps the head and the tail of a very long output, without secrets', async () => {
    const { cwd, options, outputPath } = place();
    const key = `ghp_${'a1B2c3D4e5F6'.repeat(3)}`;
    const command = node(
      `process.stdout.write("first\\n" + "x".repeat(99).concat("\\n").repeat(40000) + "${key}\\nlast\\n")`,
    );
    const run = unwrap(await runTests(command, cwd, options));
    expect(run.tail.endsWith('[redacted:github-token]\nlast')).toBe(true);
    expect(statSync(outputPath).size).toBeLessThan(1_100_000);
    const log = readFileSync(outputPath, 'utf8');
    expect(log).toMatch(/first\n[\s\S]*bytes left out[\s\S]*last\n$/);
    expect(log).not.toContain(key);
  });

  it.each([
    ['in its group', false],
    ['in a session of its own', true],
  ])('ends the whole group at the timeout, also a child %s that ignores SIGTERM', async (_, detached) => {
    const { cwd, options } = place({ timeoutMs: 1500, graceMs: 200 });
    const { command, read } = hangingFamily(cwd, detached);
    const run = unwrap(await runTests(command, cwd, options));
    expect(run).toMatchObject({
      code: null,
      signal: 'SIGKILL',
      timedOut: true,
      stopped: false,
      tail: 'hanging',
    });
    const family = read();
    expect(family).toHaveLength(2);
    expect(family.map(isGone)).toEqual([true, true]);
  });

  it('ends processes that a finished command left behind', async () => {
    const { cwd, options } = place({ graceMs: 200 });
    const command = node(`
      const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' });
      child.unref();
      console.log(child.pid);`);
    const run = unwrap(await runTests(command, cwd, options));
    pids.push(Number(run.tail));
    expect(run.code).toBe(0);
    expect(isGone(Number(run.tail))).toBe(true);
  });

  it('does not end the processes of another run at the same time', async () => {
    const [long, brief] = [place(), place()];
    const waiting = `const fs = require('node:fs'); const t = setInterval(() => { if (fs.existsSync('go')) { clearInterval(t); console.log('went'); } }, 10);`;
    const first = runTests(node(waiting), long.cwd, long.options);
    expect(unwrap(await runTests(node(''), brief.cwd, brief.options)).code).toBe(0);
    writeFileSync(join(long.cwd, 'go'), '');
    expect(unwrap(await first)).toMatchObject({ code: 0, tail: 'went' });
  });

  it('stops when its caller is interrupted', async () => {
    const controller = new AbortController();
    const { cwd, options } = place({ signal: controller.signal, graceMs: 200 });
    const { command, read } = hangingFamily(cwd, false);
    const running = runTests(command, cwd, options);
    await waitUntil(() => read().length === 2);
    controller.abort();
    expect(unwrap(await running)).toMatchObject({ code: null, stopped: true, timedOut: false });
    expect(read().map(isGone)).toEqual([true, true]);
  });

  it('reports a path that blocks the log folder, and runs nothing', async () => {
    const { cwd, options } = place();
    writeFileSync(join(cwd, 'runs'), 'a file');
    const answer = await runTests(node('require("node:fs").writeFileSync("ran", "")'), cwd, options);
    expect(answer).toMatchObject({ ok: false, cause: 'environment' });
    expect(JSON.stringify(answer)).toContain(join(cwd, 'runs'));
    expect(existsSync(join(cwd, 'ran'))).toBe(false);
  });

  it('ends when the engine is killed', { timeout: 15_000 }, async () => {
    const { cwd, outputPath } = place();
    const { command, read } = hangingFamily(cwd, true);
    const [bundle, guard] = ['workspace/tests/test-run.io.ts', 'system/process/guard-main.ts'].map((file) =>
      bundleModule(`src/${file}`),
    ) as [Bundle, Bundle];
    const script = join(cwd, 'engine.mjs');
    writeFileSync(
      script,
      `import { runTests } from ${JSON.stringify(bundle.path)};
       await runTests(${JSON.stringify(command)}, ${JSON.stringify(cwd)}, { timeoutMs: 60000, env: process.env, confine: (command) => command, outputPath: ${JSON.stringify(outputPath)} });`,
    );
    // The bundle looks for the guard beside itself.
    cpSync(guard.path, join(dirname(bundle.path), 'guard.mjs'));
    const engine = startNode(script, []);
    await waitUntil(() => read().length === 2);
    engine.process.kill('SIGKILL');
    await engine.ended;
    await waitUntil(() => read().every(isGone));
    for (const each of [bundle, guard]) each.remove();
    expect(existsSync(outputPath)).toBe(false);
  });
});
