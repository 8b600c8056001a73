import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { setGitGuardian } from '../../../../src/system/git/guard.ts';
import { unwrap } from '../../../../src/system/result.ts';
import { openIntegration } from '../../../../src/workspace/merge/integration.io.ts';
import { mergeModule } from '../../../../src/workspace/merge/merge.io.ts';
import { createWorktree } from '../../../../src/workspace/worktree/create.io.ts';
import {
  listEmptySubmodules,
  listOutdatedSubmodules,
} from '../../../../src/workspace/worktree/submodules.io.ts';
import {
  listUncommittedPaths,
  listUnpublishedGitlinks,
  stageAll,
} from '../../../../src/workspace/worktree/tree-work.io.ts';
import { confineGit } from '../../../harness/git-sandbox.ts';
import { commit, git, makeRepository, makeSite } from '../../../hazards/git-scratch.ts';

/** A repository with the submodule `lib/with space`, and the repository that it comes from. */
function makeProject(): { project: string; library: string } {
  const library = makeRepository({ 'lib.txt': 'one\n' });
  const project = makeRepository();
  git(project, 'submodule', '--quiet', 'add', library, 'lib/with space');
  git(project, 'commit', '--quiet', '-m', 'Add a library');
  return { project, library };
}

describe.each([
  { title: 'the submodules of a worktree', hasSandbox: false },
  { title: 'in the sandbox, the submodules of a worktree', hasSandbox: true },
])('$title', ({ hasSandbox }) => {
  beforeEach(() => {
    if (hasSandbox) confineGit();
  });
  afterEach(() => setGitGuardian(undefined));

  it('are checked out from the copy of the user, without the network', async () => {
    const { project, library } = makeProject();
    rmSync(library, { recursive: true });
    const before = git(project, 'config', '--local', '--list');
    const site = await makeSite(project);
    const { place } = unwrap(await createWorktree(site, 'auth', 'HEAD'));
    expect(readFileSync(join(place, 'lib/with space/lib.txt'), 'utf8')).toBe('one\n');
    expect(await listUncommittedPaths(place)).toEqual([]);
    expect(await listEmptySubmodules(place)).toEqual([]);
    expect(git(project, 'config', '--local', '--list')).toBe(before);
    expect(git(project, 'status', '--porcelain')).toBe('');
  });

  it('are completed after a kill between the checkout of the worktree and theirs, and otherwise left alone', async () => {
    const { project, library } = makeProject();
    const site = await makeSite(project);
    const { place } = unwrap(await createWorktree(site, 'auth', 'HEAD'));
    const folder = join(place, 'lib/with space');
    const gitDir = git(folder, 'rev-parse', '--absolute-git-dir');
    for (const [what, damage] of [
      ['no content', () => [folder, gitDir].map((path) => rmSync(path, { recursive: true }))],
      ['no files', () => rmSync(folder, { recursive: true })],
      ['no index', () => [join(folder, 'lib.txt'), join(gitDir, 'index')].map((path) => rmSync(path))],
    ] as const) {
      damage();
      unwrap(await createWorktree(site, 'auth', 'HEAD'));
      expect([what, readFileSync(join(folder, 'lib.txt'), 'utf8')]).toEqual([what, 'one\n']);
    }
    // What an agent has checked out there stays.
    const own = commit(folder, { 'lib.txt': 'mine\n' });
    unwrap(await createWorktree(site, 'auth', 'HEAD'));
    expect(git(folder, 'rev-parse', 'HEAD')).toBe(own);
    expect(git(library, 'log', '--format=%s')).not.toContain('Work');
  });

  it('and theirs are checked out too; those that the user does not have are named with their path', async () => {
    const { project, library } = makeProject();
    const inner = makeRepository({ 'inner.txt': 'inner\n' });
    git(library, 'submodule', '--quiet', 'add', inner, 'deep');
    git(library, 'commit', '--quiet', '-m', 'Add what it needs');
    git(join(project, 'lib/with space'), 'pull', '--quiet');
    commit(project, {}, 'Take the library with what it needs');
    const site = await makeSite(project);
    const empty = unwrap(await createWorktree(site, 'auth', 'HEAD'));
    expect(await listEmptySubmodules(empty.place)).toEqual([{ name: 'deep', path: 'lib/with space/deep' }]);
    git(project, 'submodule', '--quiet', 'update', '--init', '--recursive');
    rmSync(inner, { recursive: true });
    const { place } = unwrap(await createWorktree(site, 'pay', 'HEAD'));
    expect(readFileSync(join(place, 'lib/with space/deep/inner.txt'), 'utf8')).toBe('inner\n');
    expect(await listUncommittedPaths(place)).toEqual([]);
    expect(await listEmptySubmodules(place)).toEqual([]);
    expect(git(project, 'status', '--porcelain')).toBe('');
  });

  it('with a path outside of the worktree are ignored', async () => {
    const project = makeRepository({
      '.gitmodules': '[submodule "lib"]\n\tpath = ../../project\n\turl = ../lib\n',
    });
    const site = await makeSite(project);
    const { place } = unwrap(await createWorktree(site, 'auth', 'HEAD'));
    expect(await listEmptySubmodules(place)).toEqual([]);
  });

  it('stay empty if the user has not initialised them, and are named', async () => {
    const { project } = makeProject();
    git(project, 'submodule', '--quiet', 'deinit', '--all', '--force');
    rmSync(join(project, '.git/modules'), { recursive: true });
    const site = await makeSite(project);
    const { place } = unwrap(await createWorktree(site, 'auth', 'HEAD'));
    expect(existsSync(join(place, 'lib/with space/lib.txt'))).toBe(false);
    expect(await listUncommittedPaths(place)).toEqual([]);
    expect(await listEmptySubmodules(place)).toEqual([{ name: 'lib/with space', path: 'lib/with space' }]);
  });

  it('follow a merge that moves them, so that no commit takes them back', async () => {
    const { project, library } = makeProject();
    const site = await makeSite(project);
    const integration = unwrap(await openIntegration(site, 'HEAD'));
    commit(library, { 'lib.txt': 'two\n' });
    git(join(project, 'lib/with space'), 'pull', '--quiet');
    const moved = commit(project, {}, 'Move the library');
    const outcome = unwrap(await mergeModule(integration, { module: 'main', source: moved }));
    expect(outcome.state).toBe('merged');
    expect(readFileSync(join(integration.place, 'lib/with space/lib.txt'), 'utf8')).toBe('two\n');
    expect(await listUncommittedPaths(integration.place)).toEqual([]);
  });

  it('are named if the copy of the user lacks the commit that the worktree records', async () => {
    const { project, library } = makeProject();
    const site = await makeSite(project);
    const { place } = unwrap(await createWorktree(site, 'auth', 'HEAD'));
    expect(await listOutdatedSubmodules(site.repo, place)).toEqual([]);
    const to = commit(library, { 'lib.txt': 'two\n' });
    git(place, 'update-index', '--cacheinfo', `160000,${to},lib/with space`);
    git(place, 'commit', '--quiet', '-m', 'Take the new library');
    const outdated = [{ name: 'lib/with space', path: 'lib/with space' }];
    expect(await listOutdatedSubmodules(site.repo, place)).toEqual(outdated);
    git(join(project, 'lib/with space'), 'fetch', '--quiet');
    expect(await listOutdatedSubmodules(site.repo, place)).toEqual([]);
  });

  it('are delivered only at a commit of their remote, and no commit of everything moves them', async () => {
    const { project, library } = makeProject();
    const site = await makeSite(project);
    const { place } = unwrap(await createWorktree(site, 'auth', 'HEAD'));
    const folder = join(place, 'lib/with space');
    const base = git(place, 'rev-parse', 'HEAD');
    const from = git(folder, 'rev-parse', 'HEAD');
    const to = commit(folder, { 'lib.txt': 'only here\n' });
    const moved = commit(place, {}, 'Move the library');
    const judge = (head: string) => listUnpublishedGitlinks(site.repo, place, { base, commit: head });
    expect(await judge(base)).toEqual([]);
    expect(await judge(moved)).toEqual([{ path: 'lib/with space', from, to }]);
    // A commit that the user's copy has from the remote.
    const published = commit(library, { 'lib.txt': 'two\n' });
    git(join(project, 'lib/with space'), 'fetch', '--quiet');
    git(place, 'update-index', '--cacheinfo', `160000,${published},lib/with space`);
    git(place, 'commit', '--quiet', '-m', 'Take the new library');
    expect(await judge('HEAD')).toEqual([]);
    // What is checked out there is still the other commit.
    commit(place, { 'src/new.txt': 'new\n' }, 'x');
    git(place, 'reset', '--quiet', '--soft', 'HEAD~1');
    await stageAll(place);
    expect(git(place, 'diff', '--cached', '--name-only', 'HEAD')).toBe('src/new.txt');
  });

  it('with a name that leaves the folder of copies are ignored', async () => {
    const project = makeRepository({
      '.gitmodules': '[submodule "../../evil"]\n\tpath = lib\n\turl = ../evil\n',
    });
    const site = await makeSite(project);
    const { place } = unwrap(await createWorktree(site, 'auth', 'HEAD'));
    expect(await listEmptySubmodules(place)).toEqual([]);
    expect(await listUncommittedPaths(place)).toEqual([]);
  });
});
