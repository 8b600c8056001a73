import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { callGit } from '../../../../src/system/git/call.io.ts';
import { ExpectedError } from '../../../../src/system/result.ts';
import { Bench, findBuild } from '../../../harness/sao.ts';
import { makeScratch } from '../../../harness/scratch.ts';

const git = (cwd: string, ...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@t', ...args], { cwd, stdio: 'pipe' });

function makeRepository(folder = join(makeScratch(), 'project')): string {
  mkdirSync(folder, { recursive: true });
  git(folder, 'init', '-q', '-b', 'main');
  writeFileSync(join(folder, 'a.txt'), 'a\n');
  git(folder, 'add', '.');
  git(folder, 'commit', '-qm', 'Begin');
  return folder;
}

function replaceByPipe(path: string): void {
  rmSync(path, { force: true });
  mkdirSync(dirname(path), { recursive: true });
  execFileSync('mkfifo', [path]);
}

async function codeOf(folder: string, ...args: string[]): Promise<string> {
  try {
    // The limit only bounds the test where git is started.
    await callGit(folder, args, { timeoutMs: 3_000 });
    return 'answered';
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    return error.failure.diagnostics[0]?.code ?? '';
  }
}

describe('a named pipe in the place of a file that git opens', () => {
  it.each([
    '.git/HEAD',
    '.git/index',
    '.git/config',
    '.git/packed-refs',
    '.git/refs/heads/main',
    '.git/refs/heads/orchestration/run/module',
    '.git/logs/refs/heads/other',
    '.git/objects/info/alternates',
    '.git/info/exclude',
    '.gitignore',
    '.gitattributes',
  ])('is named before git starts: %s', async (name) => {
    const project = makeRepository();
    mkdirSync(join(project, 'src'));
    replaceByPipe(join(project, name));
    expect(await codeOf(project, 'status', '--porcelain')).toBe('git-damaged');
    expect(await codeOf(join(project, 'src'), 'rev-parse', 'HEAD')).toBe('git-damaged');
  });

  it('is named where the configuration names it, and among the objects once git has waited for it', async () => {
    const project = makeRepository();
    const folder = mkdirSync(join(project, '..', 'other'), { recursive: true }) ?? '';
    git(project, 'config', 'include.path', '../../other/more');
    expect(await codeOf(project, 'rev-parse', 'HEAD')).toBe('answered');
    const other = makeRepository();
    git(other, 'config', 'include.path', join(folder, 'pipe'));
    replaceByPipe(join(folder, 'pipe'));
    expect(await codeOf(other, 'rev-parse', 'HEAD')).toBe('git-damaged');

    const id = execFileSync('git', ['rev-parse', 'HEAD:a.txt'], { cwd: project, encoding: 'utf8' }).trim();
    replaceByPipe(join(project, '.git/objects', id.slice(0, 2), id.slice(2)));
    const read = callGit(project, ['cat-file', '-p', id], { timeoutMs: 1_000 });
    await expect(read).rejects.toMatchObject({ failure: { diagnostics: [{ code: 'git-damaged' }] } });
  });

  it('is named in the folders of a linked worktree and of a repository inside of the checkout', async () => {
    const project = makeRepository();
    const tree = join(project, '..', 'tree');
    git(project, 'worktree', 'add', '-q', '-b', 'other', tree);
    replaceByPipe(join(project, '.git/worktrees/tree/HEAD'));
    expect(await codeOf(tree, 'status')).toBe('git-damaged');
    expect(await codeOf(project, 'rev-parse', 'HEAD')).toBe('answered');

    const nested = makeRepository(join(project, 'sub'));
    git(project, 'add', 'sub');
    replaceByPipe(join(nested, '.git/config'));
    expect(await codeOf(project, 'status')).toBe('git-damaged');
  });

  it.skipIf(process.platform === 'win32')('is named with its path and a fix by sao wrap-up', () => {
    const bench = new Bench(findBuild().path);
    makeRepository(bench.project);
    replaceByPipe(join(bench.project, '.git/HEAD'));
    const { stderr } = bench.call('wrap-up');
    expect(stderr).toContain(`${join(bench.project, '.git/HEAD')} is a named pipe`);
    expect(stderr).toContain('git symbolic-ref HEAD refs/heads/NAME');
  });
});

describe.skipIf(process.platform !== 'linux')('git that hangs (Linux only)', () => {
  /** The processes, other than sao itself, that work in a folder. */
  const listGits = (folder: string) =>
    readdirSync('/proc').filter((pid) => {
      try {
        return (
          readlinkSync(`/proc/${pid}/cwd`) === folder && readlinkSync(`/proc/${pid}/exe`).endsWith('/git')
        );
      } catch {
        return false;
      }
    });

  it.each(['SIGTERM', 'SIGINT'] as const)('ends with a call that gets %s', async (signal) => {
    const bench = new Bench(findBuild().path);
    makeRepository(bench.project);
    // Git looks at its HEAD to see whether the folder is a repository; the engine does not know of it.
    const nested = makeRepository(join(bench.project, 'deep/er'));
    replaceByPipe(join(nested, '.git/HEAD'));
    const call = spawn(process.execPath, [bench.sao, 'wrap-up'], {
      cwd: bench.project,
      env: bench.env,
      stdio: 'ignore',
    });
    const exit = once(call, 'exit');
    await vi.waitFor(() => expect(listGits(bench.project)).not.toEqual([]), { timeout: 10_000 });
    call.kill(signal);
    expect(await exit).toEqual([null, signal]);
    expect(listGits(bench.project)).toEqual([]);
  });
});
