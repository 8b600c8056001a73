import { spawn } from 'node:child_process';
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findOrphans } from '../../../src/maintenance/find-orphans.io.ts';
import { createRun } from '../../../src/run/ledger/create-run.io.ts';
import type { Manifest } from '../../../src/run/ledger/manifest.ts';
import { appendEvents } from '../../../src/run/ledger/store.io.ts';
import { identifyProcess } from '../../../src/system/process/identity.ts';
import { makeScratch } from '../../harness/scratch.ts';
import { manifestOf } from '../../harness/snapshots.ts';
import { waitUntil } from '../../harness/wait.ts';
import { commit, git, makeRepository, RUN } from '../../hazards/git-scratch.ts';

const OTHER = '20260102-120000-0a1b2c3d';
const NOW = new Date('2026-01-03T00:00:00Z');

function prepare() {
  const home = makeScratch();
  const project = makeRepository(undefined, join(home, 'project'));
  const [usual, state] = [join(home, 'usual'), join(home, 'state')];
  const durable = join(state, 'sao', 'runs');
  mkdirSync(usual, { mode: 0o700 });
  mkdirSync(durable, { recursive: true, mode: 0o700 });
  const choice = { env: {}, cwd: project, standard: usual, state };
  const find = async (scope: 'project' | 'everywhere' = 'everywhere') =>
    (await findOrphans(choice, project, scope)).map(({ code, target, fix }) => [code, target, fix]);
  const make = (root: string, more: Partial<Manifest>) =>
    createRun(root, { ...manifestOf(), project, ...more }, NOW);
  /** Makes the integration branch of a build, with a commit of its own, and its worktree in this folder. */
  const build = (run: string, folder: string) => {
    const place = join(folder, 'builds', 'integration');
    mkdirSync(join(folder, 'builds'), { recursive: true });
    git(project, 'worktree', 'add', '--quiet', '-b', `orchestration/${run}/integration`, place);
    commit(place, { 'src/new.txt': 'new' });
    return place;
  };
  return { home, project, usual, durable, find, make, build };
}

const resume = (run: string, project: string) => `sao build --resume ${run} --project ${project}`;

describe('what is left of runs without their other parts', () => {
  it('is nothing if every part is there', async () => {
    const { find, make, build, durable, usual } = prepare();
    expect(await find()).toEqual([]);
    const trees = join(usual, '.trees', RUN);
    build(RUN, trees);
    make(durable, { id: RUN, mode: 'build', trees: join(trees, 'builds') });
    // An audit of a build has the integration worktree as its project, which is removed at the end.
    make(durable, { id: OTHER, project: join(trees, 'builds', 'integration') });
    rmSync(join(trees, 'builds', 'integration'), { recursive: true });
    expect(await find()).toEqual([]);
  });

  it('is branches of a build, with the command that resumes it, or that removes what is merged', async () => {
    const { find, build, project, usual } = prepare();
    const place = build(RUN, join(usual, '.trees', RUN));
    const branches = ['orphan-branches', project];
    expect(await find()).toEqual([[...branches, resume(RUN, project)]]);
    expect(await find('project')).toEqual([[...branches, resume(RUN, project)]]);
    git(project, 'merge', '--quiet', `orchestration/${RUN}/integration`);
    expect(await find()).toEqual([[...branches, `git -C ${project} worktree remove ${place}`]]);
    git(project, 'worktree', 'remove', place);
    const [[, , fix = ''] = []] = await find();
    expect(fix).toBe(`git -C ${project} branch --delete --force orchestration/${RUN}/integration`);
    git(project, ...fix.split(' ').slice(3));
    expect(await find('project')).toEqual([]);
  });

  it('is no build whose run is in another folder that was chosen for it', async () => {
    const { find, make, build, home } = prepare();
    const chosen = join(home, 'chosen');
    mkdirSync(chosen);
    build(RUN, make(chosen, { id: RUN, mode: 'build' }));
    expect(await find()).toEqual([]);
  });

  it('is worktrees of a build of another project, or of one that is gone', async () => {
    const { find, build, project, usual, home } = prepare();
    const folder = join(usual, '.trees', RUN);
    const elsewhere = makeRepository(undefined, join(home, 'elsewhere'));
    const place = join(folder, 'builds', 'integration');
    mkdirSync(join(folder, 'builds'), { recursive: true });
    git(elsewhere, 'worktree', 'add', '--quiet', '-b', `orchestration/${RUN}/integration`, place);
    commit(place, { 'src/new.txt': 'new' });
    expect(await find()).toEqual([['orphan-worktrees', folder, resume(RUN, elsewhere)]]);
    expect(await find('project')).toEqual([]);
    git(elsewhere, 'merge', '--quiet', `orchestration/${RUN}/integration`);
    // Its commits are in a branch, but git refuses to remove files that are not committed.
    expect(await find()).toEqual([
      ['orphan-worktrees', folder, `git -C ${elsewhere} worktree remove ${place}`],
    ]);
    renameSync(elsewhere, `${elsewhere}-moved`);
    const moved = `if the repository was moved, move it back and run \`sao doctor\` again; otherwise look for work first, this is the only copy: find ${folder} -type f`;
    expect(await find()).toEqual([['orphan-worktrees', folder, moved]]);
    // Those of the project itself are named by their branches.
    build(OTHER, join(usual, '.trees', OTHER));
    expect(await find()).toEqual([
      ['orphan-branches', project, resume(OTHER, project)],
      ['orphan-worktrees', folder, moved],
    ]);
  });

  it('is runs without a project: a build with work is continued elsewhere, never removed', async () => {
    const { find, make, durable, usual, home } = prepare();
    const gone = join(home, 'gone');
    const trees = join(usual, '.trees', RUN);
    mkdirSync(join(trees, 'builds'), { recursive: true });
    const build = make(durable, { id: RUN, mode: 'build', project: gone, trees: join(trees, 'builds') });
    const audit = make(usual, { id: OTHER, project: gone });
    const removal = (dir: string) =>
      `move the project back to ${gone}, or let it be removed with other old runs: sao clean --older-than 7d --abandoned (its files are in ${dir})`;
    expect(await find()).toEqual([
      ['orphan-run', gone, removal(audit)],
      [
        'orphan-run',
        gone,
        `move the project back to ${gone}, or continue where its repository is now: sao build --resume ${RUN} --project NEW_PATH`,
      ],
    ]);
    expect(await find('project')).toEqual([]);
    appendEvents(build, [{ type: 'curated', commit: 'a'.repeat(40) }], NOW);
    expect((await find())[1]?.[2]).toBe(removal(build));
  });

  it('is processes of a killed runner, with the command that ends them and continues', async () => {
    const { find, make, usual } = prepare();
    const dir = make(usual, { id: RUN });
    const [agent, runner] = [1, 2].map(() =>
      spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' }),
    ) as [ReturnType<typeof spawn>, ReturnType<typeof spawn>];
    try {
      const [child, owner] = [agent, runner].map(({ pid = 0 }) => identifyProcess(pid));
      if (!child || !owner) throw new Error('the processes have ended');
      const dispatched = {
        type: 'dispatched',
        agent: 'a1',
        attempt: 1,
        driver: 'command',
        wave: 1,
        owner,
      } as const;
      appendEvents(dir, [dispatched, { type: 'started', agent: 'a1', attempt: 1, child }], NOW);
      expect(await find('project')).toEqual([]);
      runner.kill('SIGKILL');
      await waitUntil(() => runner.signalCode !== null);
      expect(await find('project')).toEqual([['orphan-processes', RUN, `sao run ${RUN}`]]);
    } finally {
      for (const { pid } of [agent, runner]) if (pid !== undefined) killQuietly(pid);
    }
  });
});

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}
