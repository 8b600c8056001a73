import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { callGit } from '../../../../src/system/git/call.io.ts';
import { ExpectedError } from '../../../../src/system/result.ts';
import { makeScratch } from '../../../harness/scratch.ts';

/** A repository whose index names one inside of it, as an agent can make it. */
function setUp(settings: readonly (readonly [string, string])[], { ignore = '' } = {}) {
  const project = join(makeScratch(), 'project');
  const nested = join(project, 'lib', 'sub');
  const marker = join(project, '..', 'marker');
  mkdirSync(nested, { recursive: true });
  const git = (cwd: string, ...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@t', ...args], { cwd, stdio: 'pipe' });
  for (const folder of [nested, project]) {
    git(folder, 'init', '-q');
    git(folder, 'config', 'user.name', 'T');
    git(folder, 'config', 'user.email', 't@t');
    writeFileSync(join(folder, 'a.txt'), 'aaaa\n');
    writeFileSync(join(folder, '.gitattributes'), '* filter=evil\n');
    git(folder, 'add', '.');
    git(folder, 'commit', '-qm', 'Begin');
  }
  if (ignore !== '')
    writeFileSync(
      join(project, '.gitmodules'),
      `[submodule "lib/sub"]\n\tpath = lib/sub\n\turl = ./x\n\tignore = ${ignore}\n`,
    );
  for (const [key, value] of settings)
    git(nested, 'config', key, value.replace('MARK', `touch ${marker}; cat`));
  /** The same size and another time: git has to compare the content. */
  const touch = () => {
    rmSync(marker, { force: true });
    writeFileSync(join(nested, 'a.txt'), 'bbbb\n');
    utimesSync(join(nested, 'a.txt'), 1_700_000_000, 1_700_000_000 + Math.floor(Math.random() * 1e6));
  };
  return { project, nested, touch, isStarted: () => existsSync(marker) };
}

const CLEAN = [['filter.evil.clean', 'MARK']] as const;
const COMMANDS: [string, ...string[]][] = [
  ['status', '--porcelain'],
  ['diff', '--name-only'],
  ['diff-files', '--name-only'],
  ['diff-index', '--name-only', 'HEAD'],
  ['add', '--all', '--', '.'],
  ['add', 'lib/sub'],
  ['commit', '-qm', 'x'],
  ['commit', '-qam', 'x'],
  ['checkout', '--detach', 'HEAD'],
  ['stash', 'create'],
];

/** Moves the nested repository to a folder whose name is not UTF-8, and names it so in the index. */
function renameNested(project: string): void {
  const script =
    'b=$(printf "lib/su\\377b"); git update-index --force-remove lib/sub; mv lib/sub "$b" && git update-index --add --cacheinfo "160000,$(git -C "$b" rev-parse HEAD),$b"; echo bbbb > "$b/a.txt"; touch -d @1700000001 "$b/a.txt"';
  execFileSync('sh', ['-c', script], { cwd: project, stdio: 'pipe' });
}

/** Moves git's folder of the nested repository away; its `.git` file ends with `end`. */
function separate(project: string, gitDir: string, end: string): void {
  const nested = join(project, 'lib', 'sub');
  const moved = join(project, gitDir);
  mkdirSync(join(moved, '..'), { recursive: true });
  renameSync(join(nested, '.git'), moved);
  writeFileSync(join(nested, '.git'), `gitdir: ../../${gitDir}${end}`);
}

async function callAll(project: string): Promise<void> {
  for (const args of COMMANDS)
    await callGit(project, args).catch((error) => {
      if (!(error instanceof ExpectedError)) throw error;
    });
}

describe('a repository that an agent has made inside of a checkout', () => {
  it.each(['', 'none', 'dirty'])(
    'has no program started by a command of the engine (ignore = %s)',
    async (ignore) => {
      const { project, touch, isStarted } = setUp(CLEAN, { ignore });
      for (const args of COMMANDS) {
        touch();
        await callGit(project, args).catch((error) => {
          if (!(error instanceof ExpectedError)) throw error;
        });
        expect([args.join(' '), isStarted()]).toEqual([args.join(' '), false]);
      }
    },
  );

  it('has one started by git itself', () => {
    const { project, touch, isStarted } = setUp(CLEAN);
    touch();
    execFileSync('git', ['status', '--porcelain'], { cwd: project, stdio: 'pipe' });
    expect(isStarted()).toBe(true);
  });

  it('stops a command that writes, with the path and the setting', async () => {
    const { project, nested } = setUp(CLEAN);
    const failure = await callGit(project, ['add', '--all']).then(
      () => undefined,
      (error: ExpectedError) => error.failure,
    );
    expect(failure?.diagnostics[0]).toMatchObject({ code: 'git-nested-program', target: nested });
    expect(failure?.diagnostics[0]?.message).toContain('filter.evil.clean');
    expect(failure?.diagnostics[0]?.fix).not.toContain('rm -rf');
    expect((await callGit(project, ['stash', 'list'])).code).toBe(0);
  });

  it('is looked into as before if it names no program, or that of Git LFS', async () => {
    const { project, touch } = setUp([
      ['filter.lfs.clean', 'git-lfs clean -- %f'],
      ['core.autocrlf', 'input'],
    ]);
    touch();
    expect((await callGit(project, ['diff', '--name-only'])).stdout).toBe('lib/sub\n');
    expect((await callGit(project, ['add', '--all'])).code).toBe(0);
  });
});

it('finds programs of a repository whose name is not UTF-8', async () => {
  const { project, touch, isStarted } = setUp(CLEAN);
  touch();
  renameNested(project);
  rmSync(join(project, '..', 'marker'), { force: true });
  await callAll(project);
  expect(isStarted()).toBe(false);
});

it.each(['\n\n', '\r\n', ''])('reads the end of a .git file as git does (%j)', async (end) => {
  const { project, touch, isStarted } = setUp(CLEAN);
  separate(project, 'dotgit', end);
  touch();
  await callAll(project);
  expect(isStarted()).toBe(false);
});

it("does not trust a submodule's folder that a planted file sends to another configuration", async () => {
  const { project, nested, touch, isStarted } = setUp(CLEAN);
  separate(project, '.git/modules/sub', '\n');
  execFileSync('cp', ['-r', '.git/modules/sub', 'evil'], { cwd: project });
  execFileSync('git', ['config', '--unset', 'filter.evil.clean'], { cwd: nested });
  writeFileSync(join(project, '.git/modules/sub/commondir'), '../../../evil\n');
  touch();
  await callAll(project);
  expect(isStarted()).toBe(false);
});

it('refuses a repository that a planted file sends to another configuration', async () => {
  const { project } = setUp([]);
  // What sao itself puts there changes nothing.
  writeFileSync(join(project, '.git', 'commondir'), '.\n');
  expect((await callGit(project, ['status'])).code).toBe(0);
  writeFileSync(join(project, '.git', 'commondir'), '/tmp\n');
  await expect(callGit(project, ['status'])).rejects.toMatchObject({
    failure: { diagnostics: [{ code: 'git-redirected' }] },
  });
});
