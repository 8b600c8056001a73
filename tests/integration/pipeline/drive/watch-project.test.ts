import { appendFileSync, chmodSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { watchProject } from '../../../../src/pipeline/drive/watch-project.io.ts';
import type { Engine } from '../../../../src/pipeline/machine/engine.io.ts';
import { buildBuildBegunEvent } from '../../../../src/run/ledger/events.ts';
import { listForeignPrograms } from '../../../../src/run/ledger/project-change.ts';
import { readRunState } from '../../../../src/run/ledger/run-state.io.ts';
import type { RunState } from '../../../../src/run/ledger/state.ts';
import { appendEvents } from '../../../../src/run/ledger/store.io.ts';
import { writeShippingNote } from '../../../../src/workspace/merge/shipping.io.ts';
import { commit, git, makeRepository, makeSite, write } from '../../../hazards/git-scratch.ts';

/** A repository that the engine has looked at once, and a function that returns what it sees later. */
async function watchRepository(files?: Record<string, string>) {
  const project = makeRepository(files);
  const site = await makeSite(project);
  const dir = site.runDir;
  const now = () => new Date();
  const head = git(project, 'rev-parse', 'HEAD');
  appendEvents(dir, [buildBuildBegunEvent({ base: 'main', commit: head })], now());
  const engine = { dir, site, now, reportProgress: () => {} } as unknown as Engine;
  const look = async (change: (state: RunState) => void = () => {}) => {
    const state = readRunState(dir);
    change(state);
    await watchProject(engine, state);
    return readRunState(dir).build.projectChanges;
  };
  await look();
  return { project, look, site };
}

describe('what others change in a repository while a build runs', () => {
  it('tells new, modified, deleted and restored files apart', async () => {
    const files = { 'a.txt': 'a\n', 'b.txt': 'b\n', 'c.txt': 'c\n' };
    const { project, look } = await watchRepository(files);
    write(project, { 'mine.txt': 'mine', 'notes.txt': 'notes', 'c.txt': 'mine\n' });
    await look();
    write(project, { 'a.txt': 'changed\n', 'new.txt': 'new', 'notes.txt': 'more notes', 'c.txt': 'c\n' });
    for (const name of ['b.txt', 'mine.txt']) rmSync(join(project, name));
    expect((await look())[1]?.paths).toEqual([
      { path: 'a.txt', how: 'modified' },
      { path: 'b.txt', how: 'deleted' },
      { path: 'new.txt', how: 'new' },
      { path: 'notes.txt', how: 'modified' },
      { path: 'c.txt', how: 'gone' },
      { path: 'mine.txt', how: 'deleted' },
    ]);
  });

  it('names settings and hooks, what they do, and which programs are left', async () => {
    const { project, look } = await watchRepository();
    expect(await look()).toEqual([]);
    git(project, 'config', 'core.hooksPath', '.hooks');
    git(project, 'config', 'filter.tidy.clean', 'tidy');
    git(project, 'config', 'core.excludesFile', '.hidden');
    write(project, { '.gitignore': '.hooks\n', '.hooks/pre-push': 'exit 0' });
    writeFileSync(join(project, '.git/hooks/pre-commit'), 'exit 0');
    appendFileSync(join(project, '.git/info/exclude'), 'secret\n');
    expect((await look())[0]?.settings).toEqual([
      { name: 'core.excludesfile', how: 'new', effect: 'view' },
      { name: 'core.hookspath', how: 'new', effect: 'program' },
      { name: 'filter.tidy.clean', how: 'new', effect: 'program' },
      { name: '.git/hooks/pre-commit', how: 'new', effect: 'program' },
      { name: '.hooks/pre-push', how: 'new', effect: 'program' },
      { name: '.git/info/exclude', how: 'modified', effect: 'view' },
    ]);
    git(project, 'config', '--unset', 'core.hooksPath');
    git(project, 'config', 'filter.tidy.clean', 'other');
    chmodSync(join(project, '.git/hooks/pre-commit'), 0o755);
    const changes = await look();
    expect(changes[1]?.settings).toEqual([
      { name: 'filter.tidy.clean', how: 'modified', effect: 'program' },
      { name: 'core.hookspath', how: 'deleted', effect: 'program' },
      { name: '.git/hooks/pre-commit', how: 'modified', effect: 'program' },
      { name: '.hooks/pre-push', how: 'deleted', effect: 'program' },
    ]);
    expect(listForeignPrograms(changes)).toEqual(['filter.tidy.clean', '.git/hooks/pre-commit']);
  });

  it('starts none of the programs, and keeps passwords in keys out of the ledger', async () => {
    const { project, look } = await watchRepository({ 'a.txt': 'a\n', '.gitattributes': '* filter=trap\n' });
    const trap = join(project, '.git', 'trapped');
    for (const key of ['filter.trap.clean', 'filter.trap.process', 'core.fsmonitor', 'core.sshCommand'])
      git(project, 'config', key, `touch ${trap}; cat`);
    const password = ['hunter2', 'Xy9', 'Kq4Zt'].join('');
    git(project, 'config', `url.https://ada:${password}@example.com/.insteadOf`, 'ex:');
    write(project, { 'a.txt': 'b\n' });
    rmSync(trap, { force: true });
    const changes = await look();
    expect(changes[0]?.settings?.map(({ name }) => name)).toContain('core.fsmonitor');
    expect(changes[0]?.settings?.find(({ effect }) => effect === 'remote')?.name).toContain('example.com');
    expect(JSON.stringify(changes)).not.toContain(password);
    expect(existsSync(trap)).toBe(false);
  });

  it('does not report the records of submodules that git itself writes', async () => {
    const { project, look } = await watchRepository();
    git(project, 'config', 'submodule.lib.url', '/library');
    git(project, 'config', 'submodule.lib.active', 'true');
    expect(await look()).toEqual([]);
    git(project, 'config', 'submodule.lib.url', '/elsewhere');
    git(project, 'config', 'submodule.lib.update', '!sh evil');
    expect((await look())[0]?.settings).toEqual([
      { name: 'submodule.lib.update', how: 'new', effect: 'program' },
      { name: 'submodule.lib.url', how: 'modified', effect: 'remote' },
    ]);
  });
});

describe('a move of the base branch that the engine made and could not record', () => {
  const check = (commit: string) => ({ by: 'a', ok: true, hash: commit, commit, faults: [], remarks: [] });

  /** A commit on a branch of its own, from the base. */
  function commitApart(project: string, name: string): string {
    git(project, 'switch', '--quiet', '-c', name, 'main');
    const made = commit(project, { [name]: name });
    git(project, 'switch', '--quiet', 'main');
    return made;
  }

  const approve = (tip: string, approved?: string) => (state: RunState) => {
    state.build.checks.set('ship', check(tip));
    if (approved !== undefined) state.gates.set('ship', { asked: new Map(), approved, rejections: 0 });
  };

  it.each<[string, (tip: string) => (state: RunState) => void, number]>([
    ['the approved commit is its own', (tip) => approve(tip, tip), 0],
    ['a commit that waits for its approval is not', (tip) => approve(tip), 1],
    ['a commit after the approved one is not', (tip) => approve(tip, 'another'), 1],
    [
      'the checked memory is its own after the delivery',
      (tip) => (state) => {
        state.build.shipped = { base: 'main', commit: 'c' };
        state.build.checks.set('curate', check(tip));
      },
      0,
    ],
    [
      'the checked memory is not before the delivery',
      (tip) => (state) => void state.build.checks.set('curate', check(tip)),
      1,
    ],
  ])('%s', async (_, change, found) => {
    const { project, look } = await watchRepository();
    const tip = commitApart(project, 'work');
    git(project, 'merge', '--quiet', '--ff-only', tip);
    expect(await look(change(tip))).toHaveLength(found);
  });

  it('is its own as a merge of what was there and the checked memory, and only as that', async () => {
    const memory = (tip: string) => (state: RunState) => {
      state.build.shipped = { base: 'main', commit: 'c' };
      state.build.checks.set('curate', check(tip));
    };
    const { project, look } = await watchRepository();
    const tip = commitApart(project, 'memory');
    commit(project, { 'theirs.txt': 'of others' });
    expect(await look(memory(tip))).toHaveLength(1);
    const before = git(project, 'rev-parse', 'HEAD');
    git(project, 'merge', '--quiet', '--no-ff', '-m', 'Memory', tip);
    expect(await look(memory(tip))).toHaveLength(1);
    git(project, 'reset', '--quiet', '--hard', before);
    await look(memory(tip));
    git(project, 'merge', '--quiet', '--no-commit', '--no-ff', tip);
    write(project, { 'theirs.txt': 'changed in the merge' });
    git(project, 'commit', '--quiet', '-a', '-m', 'Memory');
    const changes = await look(memory(tip));
    expect(changes.at(-1)?.base?.commits.join()).toContain('Memory');
  });

  it('is not looked at while its files are half written', async () => {
    const { project, look, site } = await watchRepository();
    const tip = commitApart(project, 'work');
    const [base, before] = ['main', git(project, 'rev-parse', 'HEAD')];
    const removeNote = writeShippingNote(site, { base, before, commit: tip, place: project });
    write(project, { work: 'work' });
    expect(await look(approve(tip, tip))).toEqual([]);
    // Without an approval a note is no reason to look away.
    expect(await look(approve(tip))).toHaveLength(1);
    removeNote();
  });
});
