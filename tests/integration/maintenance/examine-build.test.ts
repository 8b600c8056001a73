import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { examineBuild } from '../../../src/maintenance/examine-build.io.ts';
import { makeScratch } from '../../harness/scratch.ts';
import { commit, git, makeRepository, write } from '../../hazards/git-scratch.ts';

let home: string;
beforeEach(() => {
  home = makeScratch();
  vi.stubEnv('HOME', home);
  vi.stubEnv('XDG_CONFIG_HOME', join(home, 'config'));
  return () => vi.unstubAllEnvs();
});

const env = (more: Record<string, string> = {}) => ({
  PATH: process.env.PATH,
  HOME: home,
  CLAUDE_CODE_MAX_OUTPUT_TOKENS: '128000',
  ...more,
});

/** A PATH that has git and nothing else, as the machine may have git-lfs; returns its folder. */
function reachGitAlone(): string {
  const bin = join(home, 'bin');
  mkdirSync(bin);
  const path = execFileSync('/bin/sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
  symlinkSync(path, join(bin, 'git'));
  vi.stubEnv('PATH', bin);
  return bin;
}

async function levels(project: string, given: Record<string, string | undefined> = env()) {
  const checks = await examineBuild(project, given);
  return Object.fromEntries(checks.map(({ check, level }) => [check, level]));
}

const ALL_OK = { tokens: 'ok', git: 'ok', author: 'ok', commit: 'ok', branch: 'ok' };

describe('examineBuild', () => {
  it('passes for a repository that is ready, also from a subfolder', async () => {
    const project = makeRepository();
    expect(await levels(project)).toEqual(ALL_OK);
    expect(await levels(join(project, 'src'))).toEqual(ALL_OK);
  });

  it('starts no program that the repository configures, and still those of the user', async () => {
    const attributes = '*.txt filter=evil.x=y\n*.md filter=own\n';
    const project = makeRepository({ 'a.txt': 'a\n', 'b.md': 'b\n', '.gitattributes': attributes });
    write(project, { 'a.txt': 'b\n', 'b.md': 'c\n' });
    const started = (name: string) => `sh -c 'touch ${join(home, name)}; cat'`;
    git(project, 'config', 'filter.evil.x=y.clean', started('repository'));
    git(project, 'config', 'filter.evil.x=y.required', 'true');
    git(project, 'config', 'core.fsmonitor', started('monitor'));
    write(home, { '.gitconfig': `[filter "own"]\n\tclean = "${started('user')}"\n` });
    // The same size and another content: git has to read the files.
    for (const name of ['a.txt', 'b.md']) utimesSync(join(project, name), 1, 1);
    for (const name of ['repository', 'monitor', 'user']) rmSync(join(home, name), { force: true });
    expect((await levels(project)).branch).toBe('fail');
    const ran = ['repository', 'monitor', 'user'].filter((name) => existsSync(join(home, name)));
    expect(ran).toEqual(['user']);
  });

  it('requires HEAD to be on a branch', async () => {
    const project = makeRepository();
    git(project, 'switch', '--quiet', '--detach');
    expect(await levels(project)).toEqual({ ...ALL_OK, branch: 'fail' });
  });

  it.each<[string, (project: string) => void, string]>([
    ['the only branch, of any name', (project) => git(project, 'branch', '-m', 'trunk'), 'switch trunk (or'],
    [
      'the branch at the same commit',
      (project) => {
        git(project, 'branch', '-m', 'trunk');
        git(project, 'branch', 'zeta');
        commit(project, { 'b.txt': 'b' }, 'Later');
        git(project, 'switch', '--quiet', '--detach', 'zeta');
      },
      'switch zeta (or',
    ],
    [
      'the default branch of the remote',
      (project) => {
        git(project, 'branch', '-m', 'trunk');
        git(project, 'branch', 'a-branch');
        git(project, 'update-ref', 'refs/remotes/origin/trunk', 'HEAD');
        git(project, 'symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/trunk');
      },
      'switch trunk (or',
    ],
    [
      'no branch, if several could be meant',
      (project) => {
        git(project, 'branch', '-m', 'trunk');
        git(project, 'branch', 'other');
        git(project, 'switch', '--quiet', '--detach');
        commit(project, { 'b.txt': 'b' }, 'On no branch');
      },
      ' switch -c a-new-branch',
    ],
  ])('names for a detached HEAD %s', async (_, prepare, fix) => {
    const project = makeRepository();
    prepare(project);
    git(project, 'switch', '--quiet', '--detach');
    const branch = (await examineBuild(project, env())).find(({ check }) => check === 'branch');
    expect(branch?.fix).toContain(fix);
    expect(branch?.fix).not.toContain('main');
  });

  it.each([
    ['a changed file', { 'README.md': 'changed\n' }, [], 'fail'],
    ['a staged file', { 'new.txt': 'new\n' }, ['add', '.'], 'fail'],
    ['an untracked file', { 'new.txt': 'new\n' }, [], 'warn'],
    ['an ignored file', { 'new.log': 'new\n' }, [], 'ok'],
  ])('%s: %s', async (_, files, then, level) => {
    const project = makeRepository({ 'README.md': 'A\n', '.gitignore': '*.log\n' });
    write(project, files);
    if (then.length > 0) git(project, ...then);
    expect(await levels(project)).toEqual({ ...ALL_OK, branch: level });
  });

  it('checks the changes of the whole repository from a subfolder', async () => {
    const project = makeRepository();
    write(project, { 'README.md': 'changed\n' });
    expect((await levels(join(project, 'src'))).branch).toBe('fail');
  });

  it('finds untracked files even if the user configured git not to show them', async () => {
    const project = makeRepository();
    git(project, 'config', 'status.showUntrackedFiles', 'no');
    write(project, { 'new.txt': 'new\n' });
    expect(await levels(project)).toEqual({ ...ALL_OK, branch: 'warn' });
  });

  it.each([
    ['of this repository', (project: string) => git(project, 'config', 'commit.gpgSign', 'yes'), true],
    ['of the user', () => write(home, { '.gitconfig': '[commit]\n\tgpgSign\n' }), true],
    [
      'of the user, but not of this repository',
      (project: string) => {
        write(home, { '.gitconfig': '[commit]\n\tgpgSign = true\n' });
        git(project, 'config', 'commit.gpgSign', 'false');
      },
      false,
    ],
  ])('warns if git signs commits by the configuration %s', async (_, prepare, isWarned) => {
    const project = makeRepository();
    prepare(project);
    const warning = (await examineBuild(project, env())).find(({ check }) => check === 'signing');
    expect(warning?.level).toBe(isWarned ? 'warn' : undefined);
    if (isWarned) expect(warning?.fix).toContain('config commit.gpgSign false');
  });

  it('warns of a branch that is behind its upstream', async () => {
    const origin = makeRepository();
    const project = join(makeScratch(), 'clone');
    git(origin, 'clone', '--quiet', '.', project);
    git(project, 'config', 'user.name', 'Test');
    git(project, 'config', 'user.email', 'test@example.com');
    expect(await levels(project)).toEqual(ALL_OK);
    commit(origin, { 'a.txt': 'a' });
    commit(origin, { 'b.txt': 'b' });
    git(project, 'fetch', '--quiet');
    const warning = (await examineBuild(project, env())).find(({ check }) => check === 'upstream');
    expect(warning).toMatchObject({
      level: 'warn',
      message: expect.stringContaining('the branch is 2 commits behind "origin/main"'),
      fix: expect.stringContaining('pull --ff-only'),
    });
  });

  it('says of a sparse checkout that worktrees have all files, and requires the configuration in it', async () => {
    const files = { 'src/a.txt': 'a', 'lib/b.txt': 'b', 'lib/c.txt': 'c' };
    const project = makeRepository({ ...files, '.orchestration/config.json': '{}' });
    const sparse = async () => (await examineBuild(project, env())).find(({ check }) => check === 'sparse');
    expect(await sparse()).toBeUndefined();
    git(project, 'sparse-checkout', 'set', 'src', '.orchestration');
    expect(await sparse()).toEqual({
      check: 'sparse',
      level: 'warn',
      message:
        'your checkout is sparse, and the worktrees of a build are not: they contain also the 2 files that your checkout leaves out',
    });
    git(project, 'sparse-checkout', 'set', '--sparse-index', 'src');
    const refused = await sparse();
    expect(refused).toMatchObject({
      level: 'fail',
      message: expect.stringContaining('leaves out .orchestration/config.json'),
    });
    execFileSync('/bin/sh', ['-c', refused?.fix ?? 'exit 1']);
    expect(await sparse()).toMatchObject({ level: 'warn' });
  });

  it('names submodules that are not initialised', async () => {
    const library = makeRepository();
    const project = makeRepository();
    git(project, 'submodule', '--quiet', 'add', library, 'lib');
    git(project, 'commit', '--quiet', '-m', 'Add a library');
    expect(await levels(project)).toEqual(ALL_OK);
    const to = commit(library, { 'b.txt': 'b' });
    git(project, 'update-index', '--cacheinfo', `160000,${to},lib`);
    git(project, 'commit', '--quiet', '-m', 'Take the new library');
    const outdated = (await examineBuild(project, env())).find(({ check }) => check === 'submodules');
    expect(outdated?.message).toContain('your copy of 1 submodule lacks the commit that HEAD records');
    git(project, 'reset', '--quiet', '--hard', 'HEAD~1');
    git(project, 'submodule', '--quiet', 'deinit', '--all', '--force');
    const warning = (await examineBuild(project, env())).find(({ check }) => check === 'submodules');
    expect(warning).toMatchObject({
      level: 'warn',
      message: expect.stringContaining('1 submodule is not initialised'),
      fix: expect.stringContaining('submodule update --init'),
    });
    expect(warning?.message).toContain('"lib"');
  });

  it.each([
    ['git-lfs is missing', undefined, undefined, 'git-lfs is not installed, so worktrees contain pointers'],
    ['smudging is off', '1', 'exit 0', 'GIT_LFS_SKIP_SMUDGE is set'],
    ['the checkout has pointers', undefined, 'exit 0', '1 LFS file in your checkout is a pointer'],
    ['smudging is not off', '0', 'exit 0', '1 LFS file in your checkout is a pointer'],
  ])('names the state of LFS files if %s', async (_, skip, program, message) => {
    const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n';
    const project = makeRepository({
      '.gitattributes': '*.bin filter=lfs\n',
      'a.bin': pointer,
      'b.bin': 'whole',
    });
    write(home, { '.gitconfig': '[filter "lfs"]\n\tprocess =\n\tclean = cat\n\trequired = false\n' });
    const bin = reachGitAlone();
    if (program !== undefined) {
      write(bin, { 'git-lfs': `#!/bin/sh\n${program}\n` });
      chmodSync(join(bin, 'git-lfs'), 0o755);
    }
    vi.stubEnv('GIT_LFS_SKIP_SMUDGE', skip);
    const warning = (await examineBuild(project, env())).find(({ check }) => check === 'lfs');
    expect(warning).toMatchObject({ level: 'warn', message: expect.stringContaining(message) });
  });

  it('requires git-lfs if git is configured to need it, instead of failing at git status', async () => {
    const project = makeRepository({ '.gitattributes': '*.bin filter=lfs\n', 'a.bin': 'whole' });
    const filter = '[filter "lfs"]\n\tprocess = git-lfs filter-process\n\trequired = true\n';
    write(home, { '.gitconfig': filter });
    // Git has to look at the content again.
    utimesSync(join(project, 'a.bin'), 1, 1);
    reachGitAlone();
    expect(await levels(project)).toEqual({
      tokens: 'ok',
      git: 'ok',
      author: 'ok',
      commit: 'ok',
      lfs: 'fail',
    });
  });

  it('requires a first commit', async () => {
    const project = join(makeScratch(), 'unborn');
    mkdirSync(project);
    git(project, 'init', '--quiet');
    expect(await levels(project)).toEqual({ tokens: 'ok', git: 'ok', author: 'fail', commit: 'fail' });
  });

  it('gives a fix for a folder without a repository, and for a bare repository', async () => {
    const folder = makeScratch();
    const checks = await examineBuild(folder, env());
    expect(checks.at(-1)).toMatchObject({
      check: 'commit',
      level: 'fail',
      fix: expect.stringContaining('init'),
    });
    git(folder, 'init', '--quiet', '--bare');
    expect((await examineBuild(folder, env())).at(-1)?.message).toMatch(/bare repository/);
  });

  it('reads the author from the configuration, not from the environment', async () => {
    const project = makeRepository();
    git(project, 'config', '--unset', 'user.email');
    vi.stubEnv('GIT_AUTHOR_EMAIL', 'env@example.com');
    vi.stubEnv('EMAIL', 'env@example.com');
    expect((await levels(project)).author).toBe('fail');
    writeFileSync(join(home, '.gitconfig'), '[user]\n\temail = ada@example.com\n');
    expect((await levels(project)).author).toBe('ok');
  });

  it('checks the project, not a repository that the environment names', async () => {
    const [project, other] = [makeRepository(), makeRepository()];
    commit(other, { 'a.txt': 'a' });
    write(other, { 'a.txt': 'changed' });
    vi.stubEnv('GIT_DIR', join(other, '.git'));
    vi.stubEnv('GIT_WORK_TREE', other);
    expect(await levels(project)).toEqual(ALL_OK);
  });

  it('reads the output tokens from the same places as the client', async () => {
    const project = makeRepository({ 'a.txt': 'a', '.gitignore': '.claude\n' });
    const { CLAUDE_CODE_MAX_OUTPUT_TOKENS: _, ...without } = env();
    const set = (tokens: unknown) => JSON.stringify({ env: { CLAUDE_CODE_MAX_OUTPUT_TOKENS: tokens } });
    expect((await levels(project, without)).tokens).toBe('fail');
    write(home, { '.claude/settings.json': set('128000') });
    expect((await levels(project, without)).tokens).toBe('ok');
    write(project, { '.claude/settings.json': set(64_000) });
    expect((await levels(project, without)).tokens).toBe('fail');
    expect((await levels(project, env())).tokens).toBe('ok');
    write(project, { '.claude/settings.json': '{"env": "no object"}' });
    expect((await levels(project, without)).tokens).toBe('ok');
  });

  it('without git reports only that', async () => {
    expect(await levels(makeScratch(), { ...env(), PATH: '/nonexistent' })).toEqual({
      tokens: 'ok',
      git: 'fail',
    });
  });
});

describe('sao doctor --build', () => {
  it('adds the checks of a build, each once, and exits with 3 if one fails', async () => {
    const { command } = await import('../../../src/commands/doctor.ts');
    const project = makeRepository();
    const context = { cwd: project, env: { ...env(), SAO_RUNS_DIR: join(home, 'runs') } } as never;
    const ask = async (build: boolean) => {
      const answer = await command.handler({ build }, context);
      if (!answer.ok) throw new Error('the doctor refuses');
      return { exit: answer.value.exit, names: answer.value.data.checks.map(({ check }) => check) };
    };
    const general = (await ask(false)).names;
    expect(await ask(true)).toMatchObject({ names: [...general, 'tokens', 'author', 'commit', 'branch'] });
    write(project, { 'README.md': 'changed\n' });
    expect((await ask(true)).exit).toBe(3);
  });
});
