import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CleanRule } from '../../../src/maintenance/decide.ts';
import { cleanRoot } from '../../../src/maintenance/remove.io.ts';
import { beginRun } from '../../../src/run/ledger/begin.io.ts';
import type { RunEvent } from '../../../src/run/ledger/run-event.ts';
import { appendEvents, readManifest, writeManifest } from '../../../src/run/ledger/store.io.ts';
import { unwrap } from '../../../src/system/result.ts';
import { openIntegration } from '../../../src/workspace/merge/integration.io.ts';
import { createWorktree } from '../../../src/workspace/worktree/create.io.ts';
import { openSite } from '../../../src/workspace/worktree/site.io.ts';
import { makeScratch } from '../../harness/scratch.ts';
import { commit, git, makeRepository, tryGit, write } from '../../hazards/git-scratch.ts';

const DAY = 86_400_000;
const NONE = { critical: 0, major: 0, minor: 0 };
const REPORTED: RunEvent = { type: 'reported', findings: NONE, gaps: 0 };
const rule = (days = 30): CleanRule => ({
  now: Date.now() + days * DAY,
  olderThanMs: 7 * DAY,
  abandoned: false,
});

async function prepare(...events: RunEvent[]) {
  const project = makeRepository();
  const root = join(makeScratch(), 'runs');
  const begin = (mode: 'audit' | 'build') =>
    unwrap(
      beginRun({ task: 'Work', project, mode }, { env: { SAO_RUNS_DIR: root }, cwd: project }, new Date()),
    );
  const { run, dir } = begin('build');
  appendEvents(
    dir,
    [{ type: 'build-begun', base: 'main', commit: git(project, 'rev-parse', 'HEAD') }],
    new Date(),
  );
  const site = unwrap(await openSite({ project, runDir: dir, run }));
  const integration = unwrap(await openIntegration(site, 'main')).place;
  const tree = unwrap(await createWorktree(site, 'auth', 'main')).place;
  writeFileSync(join(dir, 'builds', 'build-auth.md'), 'Done.\n\n<!-- DONE -->\n');
  appendEvents(dir, events, new Date());
  return { project, root, run, dir, tree, integration, begin };
}

const refs = (project: string) =>
  git(project, 'for-each-ref', '--format=%(refname)', 'refs/sao', 'refs/heads').split('\n');

describe('a build that is cleaned', () => {
  it('is removed with its worktrees and branches, after work that is in no other place is rescued', async () => {
    const { project, root, run, dir, tree, integration } = await prepare(REPORTED);
    commit(tree, { 'src/auth.ts': 'committed' });
    write(tree, { 'src/auth.ts': 'changed', 'src/new.ts': 'new' });
    commit(integration, { 'merged.txt': 'in no other branch' });
    const [entry] = await cleanRoot(root, rule(), 'remove');
    const kept = ['auth', 'integration'].map((module) => `refs/sao/rescue/${run}/${module}/1`);
    expect(entry).toEqual({ name: run, kept: null, rescued: kept });
    expect(existsSync(dir)).toBe(false);
    expect(refs(project)).toEqual(['refs/heads/main', ...kept]);
    expect(git(project, 'worktree', 'list').split('\n')).toHaveLength(1);
    expect(git(project, 'show', `${kept[0]}:src/auth.ts`)).toBe('changed');
    expect(git(project, 'show', `${kept[0]}:src/new.ts`)).toBe('new');
    expect(git(project, 'show', `${kept[1]}:merged.txt`)).toBe('in no other branch');
    expect(git(project, 'fsck', '--no-dangling')).toBe('');
  });

  it('creates no rescue ref if all its work is in the base branch', async () => {
    const { project, root, run, tree } = await prepare(REPORTED);
    commit(tree, { 'src/auth.ts': 'done' });
    git(project, 'merge', '--quiet', '--no-ff', '-m', 'Ship', `orchestration/${run}/auth`);
    expect(await cleanRoot(root, rule(), 'remove')).toEqual([{ name: run, kept: null, rescued: [] }]);
    expect(refs(project)).toEqual(['refs/heads/main']);
  });

  it('is not changed by a dry run', async () => {
    const { project, root, run, tree } = await prepare(REPORTED);
    write(tree, { 'new.txt': 'new' });
    const before = refs(project);
    expect(await cleanRoot(root, rule(), 'dry-run')).toEqual([{ name: run, kept: null, rescued: [] }]);
    expect(existsSync(join(tree, 'new.txt'))).toBe(true);
    expect(refs(project)).toEqual(before);
  });

  it.each(['remove', 'dry-run'] as const)(
    'is kept with a locked worktree, with the reason (%s)',
    async (mode) => {
      const { project, root, dir, tree, integration } = await prepare(REPORTED);
      write(tree, { 'new.txt': 'new' });
      git(project, 'worktree', 'lock', '--reason', 'still needed', tree);
      const [entry] = await cleanRoot(root, rule(), mode);
      expect(entry?.kept).toMatch(/worktree auth: it is locked: still needed/);
      expect(existsSync(join(tree, 'new.txt'))).toBe(true);
      expect(existsSync(join(dir, 'run.json'))).toBe(true);
      expect(tryGit(integration, 'status').code).toBe(0);
    },
  );

  it.each(['remove', 'dry-run'] as const)('is kept if its repository is missing (%s)', async (mode) => {
    const { project, root, tree } = await prepare(REPORTED);
    write(tree, { 'new.txt': 'new' });
    renameSync(project, `${project}-moved`);
    const [entry] = await cleanRoot(root, rule(), mode);
    expect(entry?.kept).toContain('its git worktrees cannot be removed');
    expect(existsSync(join(tree, 'new.txt'))).toBe(true);
  });

  it('removes no folder that a damaged manifest names in place of that of its worktrees', async () => {
    const { root, begin } = await prepare();
    const { run, dir } = begin('audit');
    appendEvents(dir, [REPORTED], new Date());
    const precious = join(makeScratch(), 'precious');
    mkdirSync(join(precious, 'builds'), { recursive: true });
    writeFileSync(join(precious, 'letter.txt'), 'mine');
    writeManifest(dir, { ...unwrap(readManifest(dir)), trees: join(precious, 'builds') });
    const entries = await cleanRoot(root, rule(), 'remove');
    expect(entries.find(({ name }) => name === run)).toMatchObject({ kept: null });
    expect(existsSync(join(precious, 'letter.txt'))).toBe(true);
  });

  it('is kept with a folder that is not a registered worktree', async () => {
    const { root, dir } = await prepare(REPORTED);
    mkdirSync(join(dir, 'builds', 'notes'));
    write(join(dir, 'builds', 'notes'), { 'a.txt': 'a' });
    const [entry] = await cleanRoot(root, rule(), 'remove');
    expect(entry).toMatchObject({ kept: expect.stringContaining('builds/notes'), failed: true });
    expect(existsSync(join(dir, 'builds', 'notes', 'a.txt'))).toBe(true);
  });

  it('is kept, with its worktrees, until it is finished', async () => {
    const { project, root, tree } = await prepare();
    const [entry] = await cleanRoot(root, rule(), 'remove');
    expect(entry?.kept).toContain('--abandoned');
    expect(existsSync(tree)).toBe(true);
    expect(tryGit(tree, 'status').code).toBe(0);
    const [gone] = await cleanRoot(root, { ...rule(), abandoned: true }, 'remove');
    expect(gone?.kept).toBeNull();
    expect(git(project, 'worktree', 'list').split('\n')).toHaveLength(1);
  });

  it('keeps its audits until it is finished, and counts the activity of the audit', async () => {
    const { root, run, dir, begin } = await prepare();
    const audit = begin('audit');
    const begun = { child: audit.run, commit: 'c0' };
    appendEvents(dir, [{ type: 'harden-begun', ...begun }], new Date());
    const soon = new Date(Date.now() + 25 * DAY);
    appendEvents(audit.dir, [REPORTED], soon);
    const keptAt = async (days: number, abandoned: boolean) => {
      const entries = await cleanRoot(root, { ...rule(days), abandoned }, 'dry-run');
      return new Map(entries.map(({ name, kept }) => [name, kept]));
    };
    expect((await keptAt(30, true)).get(run)).toContain('5d ago');
    expect((await keptAt(40, false)).get(audit.run)).toContain(`the build ${run} is not finished`);
    const over = { findings: NONE, majors: [], backlog: [] };
    appendEvents(dir, [{ type: 'hardened', ...begun, ...over }], new Date());
    // The gate of the build reads the report of the audit until the build has its own.
    expect((await keptAt(40, false)).get(audit.run)).toContain(`the build ${run} is not finished`);
    const repeated = begin('audit');
    appendEvents(repeated.dir, [REPORTED], soon);
    appendEvents(dir, [{ type: 'harden-begun', child: repeated.run, commit: 'c1' }], new Date());
    expect((await keptAt(40, false)).get(audit.run)).toContain(`the build ${run} is not finished`);
    expect((await keptAt(60, true)).get(audit.run)).toBeNull();
    appendEvents(dir, [REPORTED], new Date());
    expect((await keptAt(60, false)).get(audit.run)).toBeNull();
  });
});
