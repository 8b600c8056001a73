import { execFileSync, spawnSync } from 'node:child_process';
import { lstatSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { confineCommand } from '../../../src/system/sandbox/confinement.ts';
import { findSandbox } from '../../../src/system/sandbox/find-sandbox.ts';
import {
  listCheckoutRules,
  listRedirections,
  listTreeRules,
} from '../../../src/system/sandbox/repository-rules.ts';
import { makeScratch } from '../../harness/scratch.ts';

const RUN = '20260101-000000-0a1b2c3d';
const sandbox = await findSandbox();
const title =
  sandbox.kind === 'bwrap'
    ? 'a repository in the sandbox'
    : 'a repository in the sandbox (SKIPPED: bwrap does not work on this machine)';

function git(cwd: string, ...args: string[]): string {
  return execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@t', ...args], {
    cwd,
    encoding: 'utf8',
  });
}

/** A repository with a worktree of a run, on a branch of the run. */
function setUp({ hook = '' } = {}) {
  const home = makeScratch();
  const project = join(home, 'project');
  const tree = join(home, 'builds', 'auth');
  mkdirSync(project);
  git(project, 'init', '-q', '-b', 'main');
  git(project, 'config', 'user.name', 'T');
  git(project, 'config', 'user.email', 't@t');
  writeFileSync(join(project, 'a.txt'), 'a\n');
  git(project, 'add', '.');
  git(project, 'commit', '-qm', 'Begin');
  git(project, 'worktree', 'add', '-q', '-b', `orchestration/${RUN}/auth`, tree);
  git(project, 'pack-refs', '--all');
  // As git makes them for submodules.
  for (const folder of ['.git/modules/sub', '.git/worktrees/auth/modules/sub']) {
    git(project, 'init', '-q', '--bare', folder);
  }
  if (hook !== '')
    writeFileSync(join(project, '.git/hooks/pre-commit'), `#!/bin/sh\n${hook}\n`, { mode: 0o755 });
  const usual = (cwd: string) => (cwd === tree ? listTreeRules(tree, RUN) : listCheckoutRules(project));
  const run = (script: string, cwd = tree, rules = usual(cwd)) => {
    const program = { file: 'sh', args: ['-c', script], cwd, env: { ...process.env } };
    const { file, args } = confineCommand({ sandbox, rules: [], run: RUN }, program, rules);
    const { status, stderr } = spawnSync(file, [...args], { cwd, encoding: 'utf8' });
    return { status, stderr };
  };
  return { project, tree, run };
}

describe.skipIf(sandbox.kind !== 'bwrap')(title, () => {
  it('takes commits of a worktree, also amended ones, and keeps them for the engine', () => {
    const { project, tree, run } = setUp();
    const script =
      'echo b > b.txt && git add . && git commit -qm One && git commit -q --amend -m Two && git rm -q a.txt';
    expect(run(script)).toEqual({ status: 0, stderr: '' });
    expect(git(project, 'log', '--format=%s', `orchestration/${RUN}/auth`)).toBe('Two\nBegin\n');
    expect(git(tree, 'status', '--short')).toBe('D  a.txt\n');
    expect(git(project, 'fsck', '--no-progress')).toBe('');
  });

  it.each([
    ['the configuration', 'git config core.fsmonitor evil'],
    [
      'the configuration of the worktree',
      'echo "[core] fsmonitor = evil" > $(git rev-parse --git-dir)/commondir',
    ],
    ['the link to the repository', 'rm .git'],
    ['a hook', 'echo evil > $(git rev-parse --git-common-dir)/hooks/post-checkout'],
    [
      'the base branch',
      'git branch -f main HEAD~0 2>/dev/null; git update-ref refs/heads/main $(git commit-tree -m x HEAD^{tree})',
    ],
    ['the branch of another run', 'git update-ref refs/heads/orchestration/20260101-000000-ffffffff/x HEAD'],
    ['the folder of the configuration', 'echo /tmp/evil > $(git rev-parse --git-common-dir)/commondir'],
    [
      'a configuration of its own, which did not exist',
      'echo "[core] evil = 1" >> $(git rev-parse --git-dir)/config.worktree',
    ],
    ['that of the checkout', 'echo "[core] evil = 1" >> $(git rev-parse --git-common-dir)/config.worktree'],
    ['attributes for all files', 'echo "* filter=evil" >> $(git rev-parse --git-common-dir)/info/attributes'],
    ['the configuration of a submodule', 'echo evil >> $(git rev-parse --git-dir)/modules/sub/config'],
    ['the index of the checkout', 'echo x >> $(git rev-parse --git-common-dir)/index'],
    ['the repository under another name', 'mv $(git rev-parse --git-common-dir) ../../project/.gone'],
  ])('is not changed from a worktree: %s', (_, script) => {
    const { project, run } = setUp();
    const before = git(project, 'show-ref', '--head');
    expect(run(script).status).not.toBe(0);
    expect(git(project, 'show-ref', '--head')).toBe(before);
    expect(git(project, 'config', '--list', '--local')).not.toContain('evil');
  });

  it('is not changed from the checkout, also where a file does not exist yet', () => {
    const { project, run } = setUp();
    for (const name of ['hooks', 'info']) rmSync(join(project, '.git', name), { recursive: true });
    for (const path of [
      'config.worktree',
      'info/attributes',
      'hooks/post-checkout',
      'worktrees/auth/config.worktree',
      'worktrees/auth/HEAD',
      'modules/sub/config',
    ])
      expect([path, run(`echo evil >> .git/${path}`, project).status === 0]).toEqual([path, false]);
    expect(git(project, 'status', '--short')).toBe('');
  });

  it('is not made below the folder of submodules', () => {
    const { project, run } = setUp();
    rmSync(join(project, '.git/modules'), { recursive: true });
    expect(run('mkdir -p .git/modules/evil', project).status).not.toBe(0);
  });

  it('is not exchanged where .git is a file, in a linked worktree and with a folder elsewhere', () => {
    const { project, tree, run } = setUp();
    const script = 'cp -r $(git rev-parse --git-common-dir) evil; rm -f .git; mv evil .git';
    expect(run(script, tree, listCheckoutRules(tree)).status).not.toBe(0);
    const other = join(project, '..', 'other');
    git(project, 'init', '-q', `--separate-git-dir=${project}-git`, other);
    expect(run(script, other, listCheckoutRules(other)).status).not.toBe(0);
    expect([tree, other].map((top) => lstatSync(join(top, '.git')).isFile())).toEqual([true, true]);
    expect(listRedirections(other)).toEqual([`${project}-git/commondir`]);
  });

  it('runs a hook that stashes, as lint-staged does, and still keeps configuration, hooks and branches', () => {
    const stash = 'git stash store -q -m backup $(git stash create) && git stash drop -q';
    const { project, tree, run } = setUp({ hook: stash });
    expect(run('echo b >> a.txt && git commit -qam One')).toEqual({ status: 0, stderr: '' });
    expect(git(tree, 'log', '--format=%s')).toBe('One\nBegin\n');
    for (const script of [
      'git config core.fsmonitor evil',
      'echo evil > $(git rev-parse --git-common-dir)/hooks/pre-commit',
      'git update-ref refs/heads/main HEAD',
    ])
      expect([script, run(script).status === 0]).toEqual([script, false]);
    expect(readFileSync(join(project, '.git/hooks/pre-commit'), 'utf8')).toContain(stash);
  });

  it('takes commits in the checkout, but no configuration and no hooks', () => {
    const { project, run } = setUp();
    expect(run('echo b > b.txt && git add . && git commit -qm One && git tag v1', project).status).toBe(0);
    expect(run('git config core.fsmonitor evil', project).status).not.toBe(0);
    expect(run('echo evil > .git/hooks/post-checkout', project).status).not.toBe(0);
    expect(git(project, 'log', '-1', '--format=%s')).toBe('One\n');
  });
});
