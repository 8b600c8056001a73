import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unwrap } from '../../src/system/result.ts';
import { createWorktree } from '../../src/workspace/worktree/create.io.ts';
import { restoreTree } from '../../src/workspace/worktree/restore-tree.io.ts';
import { openSite, type Site } from '../../src/workspace/worktree/site.io.ts';
import type { TreeDamage } from '../../src/workspace/worktree/tree-damage.ts';
import { isFullScale } from '../harness/scale.ts';
import { makeKeptScratch } from '../harness/scratch.ts';
import { commit, git, makeRepository, RUN, tryGit, write } from './git-scratch.ts';

interface Prepared {
  project: string;
  site: Site;
  place: string;
  branch: string;
  ref: string;
  /** Git's entry for the worktree. */
  entry: string;
  /** The commit that the ledger names. */
  known: string;
  /** A later commit of the agent. */
  head: string;
}

const home = makeKeptScratch();
const saved = `${home}-saved`;
const copy = (from: string, to: string) =>
  cpSync(from, to, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
let prepared: Prepared;

/** Makes a worktree with a known commit, a later one, a changed and a new file. */
beforeAll(async () => {
  const project = makeRepository(undefined, join(home, 'project'));
  const runDir = join(home, RUN);
  mkdirSync(runDir);
  const site = unwrap(await openSite({ project, runDir, run: RUN }));
  const { place, branch } = unwrap(await createWorktree(site, 'auth', 'main'));
  const known = commit(place, { 'src/auth.txt': 'known' });
  const head = commit(place, { 'src/later.txt': 'later' });
  write(place, { 'src/auth.txt': 'changed', 'new.txt': 'new' });
  const entry = join(project, '.git', 'worktrees', 'auth');
  prepared = {
    project,
    site,
    place,
    branch,
    ref: join(project, '.git/refs/heads', branch),
    entry,
    known,
    head,
  };
  copy(home, saved);
});
afterAll(() => {
  for (const folder of [home, saved]) rmSync(folder, { recursive: true, force: true });
});

/** Restores the prepared worktree from its copy. */
function prepare(): Prepared {
  rmSync(home, { recursive: true });
  copy(saved, home);
  return prepared;
}

const KINDS: [
  kind: string,
  damage: TreeDamage[],
  harm: (at: Prepared) => void,
  files: 'kept' | 'rescued' | 'gone' | 'reset',
][] = [
  ['its folder is removed', ['folder'], ({ place }) => rmSync(place, { recursive: true }), 'gone'],
  [
    'its folder and git’s entry are removed',
    ['folder'],
    ({ place, entry }) => {
      for (const path of [place, entry]) rmSync(path, { recursive: true });
    },
    'gone',
  ],
  ['its .git file is removed', ['link'], ({ place }) => rmSync(join(place, '.git')), 'kept'],
  ['its .git file is garbage', ['link'], ({ place }) => writeFileSync(join(place, '.git'), 'x\0y'), 'kept'],
  [
    'its .git file is replaced by a repository',
    ['link'],
    ({ place }) => {
      rmSync(join(place, '.git'));
      git(place, 'init', '--quiet');
    },
    'kept',
  ],
  ['its branch is removed', ['branch'], ({ ref }) => rmSync(ref), 'kept'],
  ['the file of its branch is garbage', ['branch'], ({ ref }) => writeFileSync(ref, 'nonsense\n'), 'kept'],
  [
    'its branch is moved to another commit',
    ['history'],
    ({ project, branch }) =>
      git(project, 'update-ref', `refs/heads/${branch}`, git(project, 'rev-parse', 'main')),
    'rescued',
  ],
  [
    'it is reset to an earlier commit',
    ['history'],
    ({ place }) => git(place, 'reset', '--hard', '--quiet', 'main'),
    'reset',
  ],
  [
    'git’s entry is removed',
    ['link', 'entry', 'index'],
    ({ entry }) => rmSync(entry, { recursive: true }),
    'kept',
  ],
  [
    'HEAD in git’s entry is garbage',
    ['entry'],
    ({ entry }) => writeFileSync(join(entry, 'HEAD'), '?'),
    'kept',
  ],
  [
    'its agent began a branch without a commit',
    ['head'],
    ({ place }) => git(place, 'checkout', '--quiet', '--orphan', 'foo'),
    'kept',
  ],
  [
    'HEAD in git’s entry names a branch that does not exist',
    ['head'],
    ({ entry }) => writeFileSync(join(entry, 'HEAD'), 'ref: refs/heads/nix\n'),
    'kept',
  ],
  [
    'HEAD in git’s entry names a commit that does not exist',
    ['head'],
    ({ entry }) => writeFileSync(join(entry, 'HEAD'), `${'5'.repeat(40)}\n`),
    'kept',
  ],
  [
    'HEAD in git’s entry and the branch lead nowhere',
    ['head', 'branch'],
    ({ entry, ref }) => {
      rmSync(ref);
      writeFileSync(join(entry, 'HEAD'), 'ref: refs/heads/nix\n');
    },
    'kept',
  ],
  [
    'commondir in git’s entry is empty',
    ['entry'],
    ({ entry }) => writeFileSync(join(entry, 'commondir'), ''),
    'kept',
  ],
  [
    'gitdir in git’s entry is garbage',
    ['entry'],
    ({ entry }) => writeFileSync(join(entry, 'gitdir'), '/nowhere/.git\n'),
    'kept',
  ],
  ['its index is garbage', ['index'], ({ entry }) => writeFileSync(join(entry, 'index'), 'garbage'), 'kept'],
  [
    'its index is cut',
    ['index'],
    ({ entry }) => writeFileSync(join(entry, 'index'), readFileSync(join(entry, 'index')).subarray(0, 60)),
    'kept',
  ],
  ['its index is removed', ['index'], ({ entry }) => rmSync(join(entry, 'index')), 'kept'],
  [
    'everything but its files is removed',
    ['link', 'entry', 'index', 'branch'],
    ({ place, entry, ref }) => {
      rmSync(join(place, '.git'));
      rmSync(entry, { recursive: true });
      rmSync(ref);
    },
    'kept',
  ],
];

/** Kinds of the default scale; the others differ from them in little. */
const USUAL =
  /^(its folder is|its .git file is garbage|its branch is|its agent began|HEAD in|its index is garbage|everything)/;

/** Every commit that a ref or a reflog-free walk finds. */
const reachable = (project: string) => git(project, 'rev-list', '--all').split('\n');

describe('a damaged worktree', () => {
  it.each(KINDS.filter(([kind]) => isFullScale || USUAL.test(kind)))(
    'is restored if %s',
    async (_, damage, harm, files) => {
      const at = prepare();
      harm(at);
      const restored = await restoreTree(at.site, { module: 'auth', known: at.known });
      expect(restored?.damage).toEqual(damage);
      const { place, branch, project, known } = at;
      expect(git(place, 'rev-parse', '--show-toplevel')).toBe(place);
      expect(git(place, 'symbolic-ref', 'HEAD')).toBe(`refs/heads/${branch}`);
      expect(git(project, 'worktree', 'list', '--porcelain')).toContain(`worktree ${place}\n`);
      expect(git(project, 'fsck', '--connectivity-only')).not.toContain('error');
      const now = git(place, 'rev-parse', 'HEAD');
      expect(now).toBe(git(project, 'rev-parse', branch));
      expect(tryGit(project, 'merge-base', '--is-ancestor', known, now).code).toBe(0);
      const status = git(place, 'status', '--porcelain', '--untracked-files=all').split('\n').sort();
      if (files === 'kept') {
        expect(readFileSync(join(place, 'src/auth.txt'), 'utf8')).toBe('changed');
        expect(status).toContain('?? new.txt');
      } else if (files !== 'rescued') expect(status).toEqual([files === 'gone' ? '' : '?? new.txt']);
      if (files === 'kept' || files === 'rescued') {
        // Also under a ref, so that a second damage loses nothing.
        const ref = restored?.rescued.at(-1) ?? '';
        expect(git(project, 'show', `${ref}:src/auth.txt`)).toBe('changed');
        expect(git(project, 'show', `${ref}:new.txt`)).toBe('new');
      }
      // A commit that the engine does not know yet is named only by the branch, or by the log in git's entry.
      if (!damage.includes('entry') || !damage.includes('branch'))
        expect(reachable(at.project)).toContain(at.head);
      // The second call finds nothing.
      expect(await restoreTree(at.site, { module: 'auth', known })).toBeUndefined();
    },
  );

  it('keeps the commits of a repository that an agent made in its place', async () => {
    const at = prepare();
    rmSync(join(at.place, '.git'));
    git(at.place, 'init', '--quiet');
    const own = commit(at.place, { 'src/own.txt': 'own' });
    const restored = await restoreTree(at.site, { module: 'auth', known: at.known });
    expect(restored?.damage).toEqual(['link']);
    expect(reachable(at.project)).toContain(own);
    expect(existsSync(join(at.place, 'sao-stray-repository'))).toBe(false);
    expect(readFileSync(join(at.place, 'src/own.txt'), 'utf8')).toBe('own');
  });

  it('takes the history of a rewritten branch from the ledger, and keeps the other one', async () => {
    const at = prepare();
    git(at.place, 'reset', '--hard', '--quiet', 'main');
    const foreign = commit(at.place, { 'src/foreign.txt': 'foreign' });
    const restored = await restoreTree(at.site, { module: 'auth', known: at.known });
    expect(restored).toMatchObject({ damage: ['history'], head: at.known });
    expect(existsSync(join(at.place, 'src/foreign.txt'))).toBe(false);
    expect(readFileSync(join(at.place, 'src/auth.txt'), 'utf8')).toBe('known');
    expect(reachable(at.project)).toContain(foreign);
  });

  it('names the commit that is missing, and changes nothing', async () => {
    const at = prepare();
    const known = 'f'.repeat(40);
    await expect(restoreTree(at.site, { module: 'auth', known })).rejects.toMatchObject({
      failure: { diagnostics: [{ code: 'worktree-known-gone', target: at.branch }] },
    });
    expect(git(at.place, 'rev-parse', 'HEAD')).toBe(at.head);
  });

  it('is found in a project that was reached through a link or moved', async () => {
    const at = prepare();
    const moved = `${at.project}-moved`;
    renameSync(at.project, moved);
    git(moved, 'worktree', 'repair', at.place);
    const site = unwrap(await openSite({ project: moved, runDir: at.site.runDir, run: RUN }));
    expect(await restoreTree(site, { module: 'auth', known: at.known })).toBeUndefined();
  });

  it('is left alone if nothing is wrong', async () => {
    const at = prepare();
    expect(await restoreTree(at.site, { module: 'auth', known: at.known })).toBeUndefined();
    expect(git(at.project, 'for-each-ref', 'refs/sao')).toBe('');
  });
});
