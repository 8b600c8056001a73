import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { callGit, tryGit } from '../../../../src/system/git/call.io.ts';
import { gitEnvironment } from '../../../../src/system/git/environment.ts';
import { setGitReader } from '../../../../src/system/git/reader.ts';
import { readWithSimpleGit } from '../../../../src/system/git/simple-git.io.ts';
import { makeScratch } from '../../../harness/scratch.ts';
import { commit, git, makeRepository } from '../../../hazards/git-scratch.ts';

afterEach(() => {
  setGitReader(undefined);
  vi.unstubAllEnvs();
});

describe.each([
  ['a process group', undefined],
  ['simple-git', readWithSimpleGit],
])('a git command that %s runs', (_, reader) => {
  it('returns the output unchanged, with names that git would quote', async () => {
    setGitReader(reader);
    const place = makeRepository();
    commit(place, { 'ä b.txt': '1', 'c\nd.txt': '2' });
    const { code, stdout, stderr } = await callGit(place, ['ls-tree', '-z', '--name-only', 'HEAD']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('c\nd.txt\0');
    expect(stdout).toContain('ä b.txt\0');
  });

  it('returns the exit code and stderr of a failing command', async () => {
    setGitReader(reader);
    const place = makeRepository();
    const quiet = await callGit(place, ['rev-parse', '--verify', '--quiet', 'refs/heads/none']);
    expect(quiet).toEqual({ code: 1, stdout: '', stderr: '' });
    const failed = await callGit(place, ['ls-tree', 'none']);
    expect(failed).toEqual({ code: 128, stdout: '', stderr: 'fatal: Not a valid object name none\n' });
  });

  it('ignores the GIT_* variables of this process', async () => {
    setGitReader(reader);
    const place = makeRepository();
    vi.stubEnv('GIT_DIR', join(makeRepository(), '.git'));
    vi.stubEnv('GIT_ASKPASS', '/bin/false');
    vi.stubEnv('GIT_EDITOR', 'vi');
    const { stdout } = await callGit(place, ['rev-parse', '--absolute-git-dir']);
    expect(stdout).toBe(`${join(place, '.git')}\n`);
  });

  it('reports a directory that is missing, or is not a repository', async () => {
    setGitReader(reader);
    const folder = makeScratch();
    const missing = await tryGit(join(folder, 'none'), ['ls-files']);
    expect(missing).toMatchObject({ ok: false, diagnostics: [{ code: 'git-no-directory' }] });
    const outside = await tryGit(folder, ['rev-parse', '--show-toplevel']);
    expect(outside).toMatchObject({ ok: false, diagnostics: [{ code: 'git-no-repository' }] });
  });

  it('stops a command that does not end in time', async () => {
    setGitReader(reader);
    const folder = makeScratch();
    mkdirSync(join(folder, 'bin'));
    writeFileSync(join(folder, 'bin/git'), '#!/bin/sh\nexec sleep 60\n', { mode: 0o755 });
    vi.stubEnv('PATH', `${join(folder, 'bin')}:${process.env.PATH}`);
    const late = await tryGit(folder, ['ls-files'], { timeoutMs: 100 });
    expect(late).toMatchObject({ ok: false, diagnostics: [{ code: 'git-timeout' }] });
  });
});

it('the library gets each reading command, and none that writes or may start a program', async () => {
  const seen: string[] = [];
  setGitReader(async ({ args }) => {
    seen.push(String(args[0]));
    return { code: 0, stdout: '', stderr: '' };
  });
  const place = makeRepository();
  for (const command of ['rev-parse', 'ls-files', 'status', 'diff']) await callGit(place, [command]);
  await callGit(place, ['rev-list', '--stdin'], { input: 'HEAD\n' });
  expect(seen).toEqual(['rev-parse', 'ls-files']);
});

it('simple-git gets the safe configuration', async () => {
  const directory = makeRepository();
  git(directory, 'config', 'core.quotePath', 'true');
  commit(directory, { 'ä.txt': '1' });
  const args = ['ls-files', 'ä.txt'];
  const answer = await readWithSimpleGit({ directory, args, env: gitEnvironment(), timeoutMs: 60_000 });
  expect(answer?.stdout).toBe('ä.txt\n');
});
