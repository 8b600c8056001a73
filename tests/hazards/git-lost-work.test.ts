import { existsSync, lstatSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { unwrap } from '../../src/system/result.ts';
import { createWorktree } from '../../src/workspace/worktree/create.io.ts';
import { pruneWorktrees } from '../../src/workspace/worktree/prune.io.ts';
import { removeWorktree } from '../../src/workspace/worktree/remove.io.ts';
import { scaled } from '../harness/scale.ts';
import { commit, git, makeRepository, makeSite, tryGit, write } from './git-scratch.ts';

type Step = (place: string, text: string) => void;

/** Operations of builders on a worktree, and the states they leave when they are killed. */
const STEPS: Record<string, Step> = {
  commit: (place, text) => void commit(place, { [`c-${text}.txt`]: text }),
  amend: (place, text) => {
    write(place, { 'a.txt': `amended ${text}` });
    git(place, 'commit', '--quiet', '--all', '--amend', '--allow-empty', '-m', `Amended ${text}`);
  },
  change: (place, text) => write(place, { 'a.txt': `changed ${text}` }),
  stage: (place, text) => {
    write(place, { 'a.txt': `staged ${text}` });
    git(place, 'add', 'a.txt');
  },
  'stage and change': (place, text) => {
    STEPS.stage?.(place, text);
    write(place, { 'a.txt': `after staging ${text}` });
  },
  'new file': (place, text) => write(place, { [`dir ${text}/ünd\n${text}`]: text }),
  delete: (place) => rmSync(join(place, 'b.txt'), { force: true }),
  rename: (place, text) => {
    if (existsSync(join(place, 'b.txt'))) renameSync(join(place, 'b.txt'), join(place, `b-${text}.txt`));
  },
  'reset away': (place, text) => {
    commit(place, { [`gone-${text}.txt`]: text });
    git(place, 'reset', '--quiet', '--hard', 'HEAD~1');
  },
  detach: (place, text) => {
    git(place, 'switch', '--quiet', '--detach');
    commit(place, { [`detached-${text}.txt`]: text });
  },
  'half a merge': (place, text) => {
    git(place, 'branch', '--force', `side-${text}`, 'main');
    const tree = git(place, 'rev-parse', 'HEAD');
    write(place, { 'a.txt': `side ${text}` });
    git(place, 'commit', '--quiet', '--all', '--allow-empty', '-m', 'Side');
    const side = git(place, 'rev-parse', 'HEAD');
    git(place, 'reset', '--quiet', '--hard', tree);
    commit(place, { 'a.txt': `ours ${text}` });
    tryGit(place, 'merge', '--quiet', side);
  },
  stash: (place, text) => {
    write(place, { 'a.txt': `stashed ${text}` });
    tryGit(place, 'stash', 'push', '--quiet', '--include-untracked');
  },
};

/** The object id of every file and every commit that the worktree's HEAD ever pointed to. */
function inventory(place: string): { blobs: string[]; commits: string[] } {
  const files = readdirSync(place, { recursive: true, encoding: 'utf8' }).filter(
    (path) => path !== '.git' && lstatSync(join(place, path)).isFile(),
  );
  const blobs = files.map((path) => git(place, 'hash-object', '--no-filters', '--', join(place, path)));
  const staged = git(place, 'ls-files', '--stage')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '');
  return {
    blobs: [...blobs, ...staged].filter(Boolean),
    commits: git(place, 'log', '-g', '--format=%H', 'HEAD').split('\n'),
  };
}

describe('clean-up', () => {
  const rounds = scaled(8, 50);
  const names = Object.keys(STEPS);
  it.each(Array.from({ length: rounds }, (_, n) => n))('destroys nothing, case %i', async (round) => {
    const project = makeRepository({ 'a.txt': 'a\n', 'b.txt': 'b\n' });
    const site = await makeSite(project);
    const { place, branch } = unwrap(await createWorktree(site, 'auth', 'main'));
    const steps = [0, 1, 2, 3].map(
      (n) => names[(round * 5 + n * (1 + (round % 7))) % names.length] ?? 'change',
    );
    for (const [n, step] of steps.entries()) run(step, place, `${round}-${n}`);
    if (round % 5 === 4 && steps.every((step) => step === 'commit')) git(project, 'merge', '--quiet', branch);
    const before = inventory(place);
    if (round % 2 === 0) unwrap(await removeWorktree(site, 'auth', { target: 'main' }));
    else unwrap(await pruneWorktrees(site, { target: 'main', all: true }));
    expect(existsSync(place)).toBe(false);
    git(project, 'reflog', 'expire', '--expire=now', '--all');
    git(project, '-c', 'gc.reflogExpire=now', 'prune', '--expire=now');
    const kept = new Set(
      git(project, 'rev-list', '--objects', '--all')
        .split('\n')
        .map((line) => line.split(' ')[0]),
    );
    expect(
      before.blobs.filter((id) => !kept.has(id)),
      steps.join(', '),
    ).toEqual([]);
    expect(
      before.commits.filter((id) => !kept.has(id)),
      steps.join(', '),
    ).toEqual([]);
  });
});

/** Skips a step that cannot follow the previous one, such as a commit in an unfinished merge. */
function run(step: string, place: string, text: string): void {
  try {
    STEPS[step]?.(place, text);
  } catch {
    write(place, { [`instead-${text}.txt`]: text });
  }
}

it('keeps a nested repository and a submodule too', async () => {
  const library = makeRepository({ 'lib.txt': 'lib\n' });
  const project = makeRepository();
  git(project, 'submodule', 'add', '--quiet', library, 'lib');
  git(project, 'commit', '--quiet', '-m', 'Submodule');
  const site = await makeSite(project);
  const { place } = unwrap(await createWorktree(site, 'auth', 'main'));
  git(place, 'submodule', 'update', '--init', '--quiet');
  git(join(place, 'lib'), 'config', 'user.name', 'Test');
  git(join(place, 'lib'), 'config', 'user.email', 'test@example.com');
  const inLibrary = commit(join(place, 'lib'), { 'lib.txt': 'changed in the submodule\n' });
  write(join(place, 'lib'), { 'open.txt': 'open in the submodule' });
  const nested = makeRepository({ 'n.txt': 'nested\n' }, join(place, 'vendor/nested'));
  const inNested = git(nested, 'rev-parse', 'HEAD');
  expect(tryGit(project, 'worktree', 'remove', place).code).not.toBe(0);
  const { rescued } = unwrap(await removeWorktree(site, 'auth', { target: 'main' }));
  expect(rescued).toHaveLength(3);
  const all = git(project, 'rev-list', '--all').split('\n');
  expect(all).toEqual(expect.arrayContaining([inLibrary, inNested]));
  expect(readFiles(project, rescued)).toContain('open in the submodule');
});

function readFiles(project: string, refs: readonly string[]): string[] {
  return refs.flatMap((ref) => {
    const { code, out } = tryGit(project, 'show', `${ref}:open.txt`);
    return code === 0 ? [out] : [];
  });
}
