import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { guardGitCall } from '../../../src/run/sandbox/guard-git.io.ts';
import { callGit } from '../../../src/system/git/call.io.ts';
import { setGitGuardian } from '../../../src/system/git/guard.ts';
import { ExpectedError } from '../../../src/system/result.ts';
import { findSandbox } from '../../../src/system/sandbox/find-sandbox.ts';
import { stateFolderOfUser } from '../../../src/system/user-home.io.ts';
import { listUncommittedPaths } from '../../../src/workspace/worktree/tree-work.io.ts';
import { makeScratch } from '../../harness/scratch.ts';

const sandbox = await findSandbox();
const title =
  sandbox.kind === 'bwrap'
    ? 'git of the engine'
    : 'git of the engine (SKIPPED: bwrap does not work on this machine)';

afterEach(() => setGitGuardian(undefined));

function git(cwd: string, ...args: string[]): string {
  return execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@t', ...args], {
    cwd,
    encoding: 'utf8',
    stdio: 'pipe',
  });
}

function makeRepository(folder: string): void {
  mkdirSync(folder, { recursive: true });
  git(folder, 'init', '-q', '-b', 'main');
  git(folder, 'config', 'user.name', 'T');
  git(folder, 'config', 'user.email', 't@t');
  writeFileSync(join(folder, 'a.txt'), 'aaaa\n');
  writeFileSync(join(folder, '.gitattributes'), '*.txt filter=evil merge=evil diff=evil\n');
  git(folder, 'add', '.');
  git(folder, 'commit', '-qm', 'Begin');
}

/** A project whose repository names a program, as an agent can make one where there was none. */
function setUp() {
  const home = makeScratch();
  const project = join(home, 'project');
  makeRepository(project);
  const log = join(project, 'ran');
  const evil = join(project, 'evil.sh');
  // What the program could do is written into the project; what it must not do, outside.
  writeFileSync(
    evil,
    `#!/bin/sh\nexec 2>/dev/null\n(echo ran; ls -A ${stateFolderOfUser()} | grep -v sandbox) >> ${log} 2>/dev/null\n(echo x > ${home}/out; echo x > ${home}/.bashrc; git config evil.x y; echo ../../evil > ${project}/.git/commondir; mkdir -p ${project}/.git/modules/evil; echo x > ${project}/.git/hooks/post-checkout; echo x >> ${project}/.git/info/attributes) 2>/dev/null\ntouch ${join(stateFolderOfUser(), 'key-seen')} 2>/dev/null\nexec cat\n`,
  );
  chmodSync(evil, 0o755);
  mkdirSync(stateFolderOfUser(), { recursive: true });
  rmSync(join(stateFolderOfUser(), 'key-seen'), { force: true });
  git(project, 'config', 'filter.evil.clean', evil);
  git(project, 'config', 'filter.evil.smudge', evil);
  git(project, 'config', 'diff.evil.textconv', evil);
  git(project, 'config', 'merge.evil.driver', evil);
  const env = { HOME: home, PATH: process.env.PATH };
  setGitGuardian((call) => guardGitCall(call, { env, cwd: project }));
  const touch = () => {
    writeFileSync(join(project, 'a.txt'), 'bbbb\n');
    utimesSync(join(project, 'a.txt'), 1_700_000_000, 1_700_000_000 + Math.floor(Math.random() * 1e6));
  };
  const before = readFileSync(join(project, '.git/config'), 'utf8');
  const isOut = () =>
    [
      'out',
      '.bashrc',
      'project/.git/hooks/post-checkout',
      'project/.git/commondir',
      'project/.git/modules/evil',
    ].some((path) => existsSync(join(home, path))) ||
    existsSync(join(stateFolderOfUser(), 'key-seen')) ||
    readFileSync(join(project, '.git/config'), 'utf8') !== before;
  return { home, project, touch, isOut, ran: () => existsSync(log), evil };
}

async function call(cwd: string, ...args: string[]) {
  return await callGit(cwd, args).catch((error) => {
    if (!(error instanceof ExpectedError)) throw error;
    return { code: -1, stdout: '', stderr: JSON.stringify(error.failure) };
  });
}

describe.skipIf(sandbox.kind !== 'bwrap')(title, () => {
  it.each([
    ['status', '--porcelain'],
    ['diff', '--', 'a.txt'],
    ['add', '--all'],
    ['commit', '-qam', 'x'],
    ['checkout', '--', 'a.txt'],
    ['stash', 'create'],
    ['reset', '--hard', '--quiet'],
  ])('starts a program that a repository names with the rights of an agent: %s %s', async (...args) => {
    const { project, touch, isOut, ran } = setUp();
    touch();
    const answer = await call(project, ...args);
    // The parts of a stash fail because the program leads them away.
    const ended = args[0] === 'stash' ? [0, ''] : [answer.code, answer.stderr];
    expect([...ended, isOut()]).toEqual([0, '', false]);
    // It started, also where it could not write.
    if (!['status', 'diff'].includes(args[0] ?? '')) expect(ran()).toBe(true);
  });

  it('starts the driver of a merge so, and a filter of a file that the configuration includes', async () => {
    const { home, project, evil, touch, isOut, ran } = setUp();
    const kept = readFileSync(evil, 'utf8');
    writeFileSync(evil, '#!/bin/sh\nexec cat\n');
    for (const branch of ['one', 'two']) {
      git(project, 'checkout', '-q', '-b', branch, 'main');
      writeFileSync(join(project, 'a.txt'), `${branch}\n`);
      git(project, 'commit', '-qam', branch);
    }
    writeFileSync(evil, kept);
    await call(project, 'merge-tree', '--write-tree', 'one', 'two');
    expect([ran(), isOut()]).toEqual([true, false]);
    const config = join(project, '.git/config');
    writeFileSync(join(project, 'more'), readFileSync(config));
    writeFileSync(config, `[include]\n\tpath = ../more\n`);
    rmSync(join(project, 'ran'));
    touch();
    await call(project, 'reset', '--hard', '--quiet');
    expect([ran(), existsSync(join(home, 'out'))]).toEqual([true, false]);
  });

  it('sees such a program start outside if the configuration turns the sandbox off', async () => {
    const { home, project, touch, isOut } = setUp();
    setGitGuardian(undefined);
    touch();
    await call(project, 'add', '--all');
    expect([existsSync(join(home, 'out')), isOut()]).toEqual([true, true]);
    rmSync(join(stateFolderOfUser(), 'key-seen'), { force: true });
  });

  it('starts it so where .git is a link, and in a folder that was no repository', async () => {
    const { home, project, touch, isOut } = setUp();
    const moved = join(home, 'moved');
    renameSync(join(project, '.git'), moved);
    symlinkSync(moved, join(project, '.git'));
    touch();
    const { code, stderr } = await call(project, 'commit', '-qam', 'x');
    expect([code, stderr, isOut()]).toEqual([0, '', false]);
  });

  it('starts no program for a remote: ext, file with upload-pack, hooks of a pushed repository', async () => {
    const { home, project } = setUp();
    const bare = join(project, 'bare.git');
    git(project, 'clone', '-q', '--bare', '.', bare);
    writeFileSync(join(bare, 'hooks/post-receive'), `#!/bin/sh\necho x > ${home}/out\n`, { mode: 0o755 });
    git(project, 'remote', 'add', 'one', `ext::${project}/reader.sh`);
    git(project, 'remote', 'add', 'two', bare);
    git(project, 'config', 'protocol.ext.allow', 'always');
    const reader = join(project, 'reader.sh');
    writeFileSync(reader, `#!/bin/sh\necho x > ${home}/out\nexit 1\n`, { mode: 0o755 });
    git(project, 'config', 'remote.two.uploadpack', reader);
    const kept = readFileSync(join(project, '.git/config'), 'utf8');
    await call(project, 'fetch', '--quiet', '--', 'one');
    await call(project, 'ls-remote', '--', 'one');
    await call(project, 'fetch', '--quiet', '--', 'two');
    const push = await call(project, 'push', '--quiet', '--', 'two', 'HEAD:refs/heads/new');
    expect(push.code).toBe(0);
    expect(git(bare, 'branch', '--list', 'new')).toBe('  new\n');
    expect([existsSync(join(home, 'out')), readFileSync(join(project, '.git/config'), 'utf8')]).toEqual([
      false,
      kept,
    ]);
  });

  it("sees no change in a file that the repository's own filter gives back as it was committed", async () => {
    const { project, evil } = setUp();
    writeFileSync(evil, '#!/bin/sh\nexec tr a-z A-Z\n');
    git(project, 'add', '--renormalize', '.');
    git(project, 'commit', '-qm', 'Filtered');
    utimesSync(join(project, 'a.txt'), 1, 1);
    expect(await listUncommittedPaths(project)).toEqual(['evil.sh']);
  });

  it('names a filter that fails, and not the rights of the checkout', async () => {
    const { project, home, evil, touch } = setUp();
    writeFileSync(evil, `#!/bin/sh\necho x > ${home}/cache || exit 1\nexec cat\n`);
    git(project, 'config', 'filter.evil.required', 'true');
    touch();
    const problem = await listUncommittedPaths(project).catch((error) => error.failure.diagnostics[0]);
    expect(problem).toMatchObject({ code: 'git-filter-failed' });
    expect(problem.message).toMatch(/the clean filter evil of a\.txt in .* failed: .*Read-only file system/);
    expect(problem.fix).toContain('sandboxWritable');
  });

  it('enters a repository inside of the checkout whose own configuration has a filter, and runs it in the sandbox', async () => {
    const { project, evil, isOut } = setUp();
    const inner = join(project, 'inner');
    const harmful = readFileSync(evil, 'utf8');
    writeFileSync(evil, '#!/bin/sh\nexec cat\n');
    makeRepository(inner);
    git(inner, 'config', 'filter.evil.clean', evil);
    git(project, 'add', '.');
    git(project, 'commit', '-qm', 'Inner');
    writeFileSync(evil, harmful);
    utimesSync(join(inner, 'a.txt'), 1, 1);
    expect((await call(project, 'status', '--porcelain')).code).toBe(0);
    expect(await call(project, 'add', '--all')).toMatchObject({ code: 0 });
    expect((await call(project, 'stash', 'list')).code).toBe(0);
    expect(isOut()).toBe(false);
  });

  it('writes worktrees, refs, merges and submodules as before', async () => {
    const { home, project, evil } = setUp();
    writeFileSync(evil, '#!/bin/sh\nexec cat\n');
    const tree = join(home, 'trees', 'one');
    mkdirSync(join(home, 'trees'));
    const library = join(home, 'library');
    makeRepository(library);
    git(project, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', library, 'lib');
    git(project, 'commit', '-qm', 'Library');
    const steps: [string, string[]][] = [
      [project, ['worktree', 'add', '--no-checkout', '--quiet', '-b', 'x', tree]],
      [tree, ['reset', '--hard', '--quiet']],
      [
        tree,
        [
          '-c',
          'protocol.file.allow=always',
          '-c',
          `submodule.lib.url=${project}/.git/modules/lib`,
          'submodule',
          '--quiet',
          'update',
          '--init',
          '--checkout',
          '--',
          'lib',
        ],
      ],
      [tree, ['mv', 'a.txt', 'b.txt']],
      [tree, ['commit', '-qm', 'Move']],
      [project, ['merge-tree', '--write-tree', 'main', 'x']],
      [project, ['merge', '--quiet', '--ff-only', 'x']],
    ];
    for (const [cwd, args] of steps) {
      const { code, stderr } = await call(cwd, ...args);
      expect([args.join(' '), code, stderr]).toEqual([args.join(' '), 0, '']);
    }
    expect(existsSync(join(tree, 'lib', 'a.txt'))).toBe(true);
    expect(existsSync(join(project, 'b.txt'))).toBe(true);
  });
});
