import { chmodSync, existsSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { unwrap } from '../../src/system/result.ts';
import { openIntegration } from '../../src/workspace/merge/integration.io.ts';
import { mergeModule } from '../../src/workspace/merge/merge.io.ts';
import { createWorktrees } from '../../src/workspace/worktree/create.io.ts';
import { pruneWorktrees } from '../../src/workspace/worktree/prune.io.ts';
import { isFullScale } from '../harness/scale.ts';
import { commit, fingerprint, git, makeRepository, makeSite, tryGit, write } from './git-scratch.ts';

const change = (project: string) => write(project, { 'a.txt': 'changed\n' });

/** States of a user's checkout. */
const STATES: Record<string, (project: string) => void> = {
  clean: () => {},
  changed: change,
  staged: (project) => {
    change(project);
    git(project, 'add', 'a.txt');
  },
  'staged, then changed': (project) => {
    STATES.staged?.(project);
    write(project, { 'a.txt': 'changed again\n' });
  },
  untracked: (project) => write(project, { 'auth.txt': 'the user’s own\n' }),
  ignored: (project) => write(project, { '.gitignore': 'out/\n', 'out/x': 'x' }),
  deleted: (project) => rmSync(join(project, 'a.txt')),
  'deleted and staged': (project) => void git(project, 'rm', '--quiet', 'a.txt'),
  renamed: (project) => void git(project, 'mv', 'a.txt', 'z.txt'),
  'on another branch': (project) => void git(project, 'switch', '--quiet', '-c', 'mine'),
  detached: (project) => void git(project, 'switch', '--quiet', '--detach'),
  'in a merge': (project) => {
    diverge(project);
    tryGit(project, 'merge', 'theirs');
  },
  'in a rebase': (project) => {
    diverge(project);
    tryGit(project, 'rebase', 'theirs');
  },
  'in a cherry-pick': (project) => {
    diverge(project);
    tryGit(project, 'cherry-pick', 'theirs');
  },
  bisecting: (project) => {
    commit(project, { 'c.txt': 'c' });
    git(project, 'bisect', 'start');
  },
  'with a stash': (project) => {
    change(project);
    git(project, 'stash', '--quiet');
  },
  'with a link': (project) => symlinkSync('a.txt', join(project, 'link')),
  'with a mode': (project) => chmodSync(join(project, 'a.txt'), 0o755),
  sparse: (project) => void git(project, 'sparse-checkout', 'set', '--no-cone', '/a.txt'),
  'with an intent to add': (project) => {
    write(project, { 'later.txt': 'later' });
    git(project, 'add', '--intent-to-add', 'later.txt');
  },
};

function diverge(project: string): void {
  git(project, 'switch', '--quiet', '-c', 'theirs');
  commit(project, { 'a.txt': 'theirs\n' });
  git(project, 'switch', '--quiet', 'main');
  commit(project, { 'a.txt': 'ours\n' });
}

describe("the user's checkout", () => {
  const names = Object.keys(STATES).filter((_, n) => isFullScale || n % 3 === 0);
  it.each(names)('that is %s stays byte for byte as it is', async (name) => {
    const project = makeRepository({ 'a.txt': 'a\n', 'b.txt': 'b\n' });
    const base = git(project, 'rev-parse', 'HEAD');
    STATES[name]?.(project);
    const [files, status] = [fingerprint(project), git(project, 'status', '--porcelain=v2', '--branch')];
    const site = await makeSite(project);
    for (const { place, module } of unwrap(await createWorktrees(site, ['auth', 'clash', 'pay'], base)))
      commit(place, { [`${module}.txt`]: module, ...(module === 'auth' ? {} : { 'a.txt': module }) });
    const integration = unwrap(await openIntegration(site, base));
    const outcomes: string[] = [];
    for (const module of ['auth', 'clash', 'pay'])
      outcomes.push(unwrap(await mergeModule(integration, { module })).state);
    const verify = async () => ({ ok: false, reason: 'red' }) as const;
    unwrap(await mergeModule(integration, { module: 'pay', source: base, verify }));
    const tip = git(project, 'rev-parse', `orchestration/${site.run}/pay`);
    const { removed } = unwrap(await pruneWorktrees(site, { target: integration.branch, all: true }));
    const [rescue = ''] = removed.flatMap(({ rescued }) => rescued);
    expect(git(project, 'rev-parse', rescue)).toBe(tip);
    expect(outcomes).toEqual(['merged', 'merged', 'conflict']);
    expect(fingerprint(project)).toEqual(files);
    expect(existsSync(join(project, '.git/index.lock'))).toBe(false);
    expect(git(project, 'status', '--porcelain=v2', '--branch')).toBe(status);
  });
});
