import { existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { WorktreeSettings } from '../../../../src/run/ledger/settings.ts';
import { readPortVariables } from '../../../../src/system/git/worktree-variables.io.ts';
import type { LaunchCommand } from '../../../../src/system/process/launch.ts';
import { catchExpectedError, unwrap } from '../../../../src/system/result.ts';
import { runTests } from '../../../../src/workspace/tests/test-run.io.ts';
import { createWorktree } from '../../../../src/workspace/worktree/create.io.ts';
import { worktreePath } from '../../../../src/workspace/worktree/names.ts';
import { examineCopies, prepareWorktree } from '../../../../src/workspace/worktree/prepare.io.ts';
import { removeWorktree } from '../../../../src/workspace/worktree/remove.io.ts';
import { listUncommittedPaths } from '../../../../src/workspace/worktree/tree-work.io.ts';
import { makeScratch } from '../../../harness/scratch.ts';
import { makeRepository, makeSite, write } from '../../../hazards/git-scratch.ts';

const node = process.execPath;

/** A site whose checkout has ignored files, and a function that creates and prepares a worktree of it. */
async function setUp(home = makeScratch()) {
  const project = makeRepository({
    '.gitignore': '.env*\nlocal/\ninstalled.txt\n',
    'kept.txt': 'committed\n',
  });
  const site = await makeSite(project);
  const logs = join(home, 'logs');
  const prepare = async (module: string, given: Partial<WorktreeSettings>) => {
    unwrap(await createWorktree(site, module, 'HEAD'));
    const env = { PATH: process.env.PATH, HOME: home, XDG_STATE_HOME: join(home, 'state') };
    const settings = { copy: [], setupTimeout: 60, ...given };
    const done = await catchExpectedError(() =>
      prepareWorktree(site, module, settings, {
        ...{ env, logs, confine: (command: LaunchCommand) => command },
        requireApproval: async () => undefined,
      }),
    );
    return done.ok ? undefined : done.diagnostics[0];
  };
  return { project, site, home, logs, prepare, place: (module: string) => worktreePath(site, module) };
}

describe('the files of a new worktree', () => {
  it('are copied from the ignored files of the checkout that match', async () => {
    const { project, prepare, place } = await setUp();
    write(project, {
      '.env': 'A=1\n',
      '.env.test': 'A=2\n',
      'local/deep/a.key': 'k\n',
      'local/b.txt': 'b\n',
    });
    expect(await prepare('auth', { copy: ['.env', 'local/**/*.key'] })).toBeUndefined();
    expect(readFileSync(join(place('auth'), '.env'), 'utf8')).toBe('A=1\n');
    expect(readFileSync(join(place('auth'), 'local/deep/a.key'), 'utf8')).toBe('k\n');
    expect(existsSync(join(place('auth'), '.env.test'))).toBe(false);
    expect(existsSync(join(place('auth'), 'local/b.txt'))).toBe(false);
    expect(await listUncommittedPaths(place('auth'))).toEqual([]);
  });

  it('never come through a link, and never replace a file', async () => {
    const { project, prepare, place } = await setUp();
    const outside = makeScratch();
    write(outside, { secret: 'outside\n' });
    symlinkSync(join(outside, 'secret'), join(project, '.env'));
    symlinkSync(outside, join(project, 'local'));
    write(project, { '.env.kept': 'from the checkout\n' });
    expect(await prepare('auth', {})).toBeUndefined();
    writeFileSync(join(place('auth'), '.env.kept'), 'from the agent\n');
    expect(await prepare('auth', { copy: ['.env', '.env.kept', 'local/**'] })).toBeUndefined();
    expect(existsSync(join(place('auth'), '.env'))).toBe(false);
    expect(existsSync(join(place('auth'), 'local'))).toBe(false);
    expect(readFileSync(join(place('auth'), '.env.kept'), 'utf8')).toBe('from the agent\n');
  });

  it('do not leave the worktree through a link in it', async () => {
    const { project, prepare, place } = await setUp();
    write(project, { 'local/a.key': 'k\n' });
    expect(await prepare('auth', {})).toBeUndefined();
    const outside = makeScratch();
    symlinkSync(outside, join(place('auth'), 'local'));
    expect(await prepare('auth', { copy: ['local/**'] })).toBeUndefined();
    expect(existsSync(join(outside, 'a.key'))).toBe(false);
  });

  it('are refused if git would commit them', async () => {
    const { project, prepare, place } = await setUp();
    write(project, { 'token.txt': 'secret\n', '.env': 'A=1\n' });
    const problem = await prepare('auth', { copy: ['*.txt', '.env'] });
    expect(problem).toMatchObject({ code: 'worktree-copy-not-ignored', target: 'token.txt' });
    expect(existsSync(join(place('auth'), 'token.txt'))).toBe(false);
  });
});

describe('worktree.copy before a run exists', () => {
  it('is warned of where it copies nothing, with the reason', async () => {
    const { project } = await setUp();
    write(project, { '.env': 'A=1\n' });
    const warnings = await examineCopies(project, ['.env', 'missing.txt', 'kept.txt']);
    expect(warnings.map(({ code, message }) => [code, message])).toEqual([
      ['worktree-copy-nothing', 'worktree.copy: missing.txt matches no file, so nothing is copied'],
      [
        'worktree-copy-nothing',
        'worktree.copy: git tracks what kept.txt matches, so each worktree has it as it is committed, and nothing is copied',
      ],
    ]);
  });

  it('is refused for more files than are copied', async () => {
    const { project } = await setUp();
    write(project, Object.fromEntries(Array.from({ length: 1001 }, (_, n) => [`local/${n}.txt`, ''])));
    const told = await catchExpectedError(() => examineCopies(project, ['local/**']));
    expect(told).toMatchObject({ ok: false, diagnostics: [{ code: 'worktree-copy-too-many' }] });
  });
});

describe('the setup command of a new worktree', () => {
  const counting = `${node} -e "require('fs').appendFileSync('installed.txt', 'x')"`;

  it('runs once in the worktree, and again in a worktree that was made anew', async () => {
    const { prepare, place, site } = await setUp();
    for (const _ of [1, 2]) expect(await prepare('auth', { setup: counting })).toBeUndefined();
    expect(readFileSync(join(place('auth'), 'installed.txt'), 'utf8')).toBe('x');
    unwrap(await removeWorktree(site, 'auth', { target: 'main' }));
    expect(await prepare('auth', { setup: counting })).toBeUndefined();
    expect(readFileSync(join(place('auth'), 'installed.txt'), 'utf8')).toBe('x');
  });

  it('that fails is reported with its output, and runs again the next time', async () => {
    const { prepare, place, logs } = await setUp();
    const setup = `${node} -e "console.error('no registry'); process.exit(require('fs').existsSync('.env') ? 0 : 7)"`;
    const problem = await prepare('auth', { setup });
    expect(problem).toMatchObject({ code: 'worktree-setup-failed', target: join(logs, 'setup-auth.log') });
    expect(problem?.message).toContain('no agent was started');
    expect(problem?.message).toContain('exit code 7');
    expect(problem?.message).toContain('no registry');
    expect(readFileSync(join(logs, 'setup-auth.log'), 'utf8')).toContain('no registry');
    writeFileSync(join(place('auth'), '.env'), '');
    expect(await prepare('auth', { setup })).toBeUndefined();
  });

  it('that takes too long is ended', async () => {
    const { prepare } = await setUp();
    const problem = await prepare('auth', {
      setup: `${node} -e "setInterval(() => {}, 1000)"`,
      setupTimeout: 1,
    });
    expect(problem?.message).toContain('did not end in time');
  });

  it('may not leave files that an agent would commit', async () => {
    const { prepare } = await setUp();
    const setup = `${node} -e "require('fs').writeFileSync('kept.txt', 'changed')"`;
    const problem = await prepare('auth', { setup });
    expect(problem?.code).toBe('worktree-setup-left-files');
    expect(problem?.message).toContain('"kept.txt"');
  });
});

describe('the ports of worktrees', () => {
  const ports = { base: 21_000, size: 10 };
  const baseOf = (place: string) => readPortVariables(place).SAO_PORT_BASE;

  it('are a range of its own for each, kept while the worktree lives, and free again after it', async () => {
    const { prepare, place, site } = await setUp();
    const modules = ['auth', 'pay', 'web'];
    for (const module of modules) expect(await prepare(module, { ports })).toBeUndefined();
    expect(modules.map((module) => baseOf(place(module)))).toEqual(['21000', '21010', '21020']);
    unwrap(await removeWorktree(site, 'pay', { target: 'main' }));
    expect(await prepare('api', { ports })).toBeUndefined();
    expect(await prepare('auth', { ports: { base: 21_000, size: 20 } })).toBeUndefined();
    expect([baseOf(place('api')), baseOf(place('auth'))]).toEqual(['21010', '21040']);
  });

  it('are distinct in all repositories of the user, and free again when the other worktree ends', async () => {
    const one = await setUp();
    const two = await setUp(one.home);
    expect(await one.prepare('auth', { ports })).toBeUndefined();
    expect(await two.prepare('auth', { ports })).toBeUndefined();
    expect(await one.prepare('pay', { ports })).toBeUndefined();
    expect([one.place('auth'), two.place('auth'), one.place('pay')].map(baseOf)).toEqual([
      '21000',
      '21010',
      '21020',
    ]);
    unwrap(await removeWorktree(two.site, 'auth', { target: 'main' }));
    expect(await one.prepare('web', { ports })).toBeUndefined();
    expect(baseOf(one.place('web'))).toBe('21010');
  });

  it('are distinct in a repository if the user’s folder cannot be written', async () => {
    const { prepare, place, home } = await setUp();
    writeFileSync(join(home, 'state'), 'a file');
    for (const module of ['auth', 'pay']) expect(await prepare(module, { ports })).toBeUndefined();
    expect([baseOf(place('auth')), baseOf(place('pay'))]).toEqual(['21000', '21010']);
  });

  it('are distinct for worktrees that are prepared at once', async () => {
    const { prepare, place } = await setUp();
    const modules = ['a', 'b', 'c', 'd', 'e', 'f'];
    await Promise.all(modules.map((module) => prepare(module, { ports })));
    expect(new Set(modules.map((module) => baseOf(place(module)))).size).toBe(6);
  });

  it('are known to the processes of tests and of the setup, and to none elsewhere', async () => {
    const { prepare, place, project, logs } = await setUp();
    const print = `${node} -e "require('fs').writeFileSync('installed.txt', process.env.SAO_PORT_BASE + ' ' + process.env.SAO_PORT_COUNT)"`;
    expect(await prepare('auth', { ports, setup: print })).toBeUndefined();
    const read = (folder: string) => readFileSync(join(folder, 'installed.txt'), 'utf8');
    expect(read(place('auth'))).toBe('21000 10');
    rmSync(join(place('auth'), 'installed.txt'));
    const env = { PATH: process.env.PATH, SAO_PORT_BASE: '1' };
    const options = { timeoutMs: 60_000, env, confine: (command: LaunchCommand) => command };
    for (const folder of [place('auth'), project])
      unwrap(await runTests(print, folder, { ...options, outputPath: join(logs, 'tests.log') }));
    expect(read(place('auth'))).toBe('21000 10');
    expect(read(project)).toBe('undefined undefined');
  });

  it('that do not exist are refused', async () => {
    const { prepare } = await setUp();
    const last = { base: 65_000, size: 500 };
    expect(await prepare('auth', { ports: last })).toBeUndefined();
    expect(await prepare('pay', { ports: last })).toMatchObject({ code: 'worktree-no-ports' });
  });
});
