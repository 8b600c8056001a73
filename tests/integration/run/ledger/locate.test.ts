import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRun } from '../../../../src/run/ledger/create-run.io.ts';
import { locateRun } from '../../../../src/run/ledger/locate.io.ts';
import { appendEvents } from '../../../../src/run/ledger/store.io.ts';
import { makeScratch } from '../../../harness/scratch.ts';
import { manifestOf } from '../../../harness/snapshots.ts';

const NOW = new Date('2026-01-02T03:04:05.000Z');
const OLD = '20260101-000000-aaaaaaaa';
const NEW = '20260102-000000-aaaabbbb';
const OTHER = '20260103-000000-cccccccc';

function setUp() {
  const home = makeScratch();
  const project = join(home, 'project');
  const root = join(home, 'runs');
  mkdirSync(join(project, 'src'), { recursive: true });
  mkdirSync(join(project, '.git'));
  mkdirSync(root, { mode: 0o700 });
  const make = (id: string, of: string) => createRun(root, { ...manifestOf(), id, project: of }, NOW);
  const dirs = { old: make(OLD, project), new: make(NEW, project), other: make(OTHER, home) };
  const locate = (given?: string, cwd = project) => {
    const found = locateRun(given, { flag: root, env: {}, cwd });
    return found.ok ? found.value.dir : found.diagnostics[0]?.code;
  };
  const report = (dir: string) =>
    appendEvents(dir, [{ type: 'reported', findings: { critical: 0, major: 0, minor: 0 }, gaps: 0 }], NOW);
  return { home, project, root, dirs, locate, report };
}

describe('locateRun', () => {
  it('takes an id, a prefix of one alone, or a path', () => {
    const { dirs, locate, root, home } = setUp();
    expect(locate(OLD)).toBe(dirs.old);
    expect(locate('20260103')).toBe(dirs.other);
    expect(locate(dirs.new)).toBe(dirs.new);
    expect(locate(`runs/${NEW}`, home)).toBe(dirs.new);
    expect(locate(`./${NEW}`, root)).toBe(dirs.new);
    expect(locate('.', dirs.new)).toBe(dirs.new);
  });

  it('takes nothing for the newest run of the project that is not finished', () => {
    const { project, dirs, locate, report } = setUp();
    expect(locate()).toBe(dirs.new);
    expect(locate(undefined, join(project, 'src'))).toBe(dirs.new);
    report(dirs.new);
    expect(locate()).toBe(dirs.old);
    report(dirs.old);
    expect(locate()).toBe('run-none-active');
  });

  it('refuses to choose between two active builds, and names both', () => {
    const { project, root, home, locate, report } = setUp();
    const build = (id: string, of: string) =>
      createRun(root, { ...manifestOf(), id, project: of, mode: 'build', task: `Task ${id.slice(-4)}` }, NOW);
    const first = build('20260104-000000-00001111', project);
    expect(locate()).toBe(first);
    build('20260104-000000-0000ffff', home);
    expect(locate()).toBe(first);
    const second = build('20260105-000000-00002222', project);
    const found = locateRun(undefined, { flag: root, env: {}, cwd: project });
    expect(found).toMatchObject({
      ok: false,
      diagnostics: [
        {
          code: 'run-several-builds',
          message: expect.stringContaining(
            '20260105-000000-00002222 (Task 2222), 20260104-000000-00001111 (Task 1111)',
          ),
        },
      ],
    });
    expect(locate('20260105')).toBe(second);
    report(second);
    expect(locate()).toBe(first);
  });

  it('names an unfinished build whose project is missing where no run is active: the project may have been moved here', () => {
    const { root, home, project, dirs, locate, report } = setUp();
    for (const dir of [dirs.old, dirs.new]) report(dir);
    const build = { ...manifestOf(), id: '20260104-000000-00001111', mode: 'build' } as const;
    const dir = createRun(root, { ...build, project: join(home, 'before') }, NOW);
    const found = () => locateRun(undefined, { flag: root, env: {}, cwd: project }).diagnostics[0];
    expect(found()).toMatchObject({
      code: 'run-none-active',
      message: expect.stringContaining(`the unfinished build ${build.id} is missing`),
      fix: expect.stringContaining(`\`sao build --resume ${build.id}\``),
    });
    report(dir);
    expect(found()?.fix).not.toContain('--resume');
    mkdirSync(join(home, 'before'));
    expect(locate()).toBe('run-none-active');
  });

  it.each([
    ['a prefix of two', '2026010', 'run-ambiguous'],
    ['an unknown id', '20260104-000000-dddddddd', 'run-unknown'],
    ['a name', 'latest', 'run-unknown'],
    ['a path that leaves', '../..', 'run-unknown'],
    ['an empty text', '', 'run-unknown'],
    ['a folder without run.json', './src', 'run-unknown'],
  ])('refuses %s', (_, given, code) => {
    expect(setUp().locate(given)).toBe(code);
  });

  it('follows no link, and passes over what is no run', () => {
    const { dirs, locate, root, home } = setUp();
    symlinkSync(dirs.old, join(home, 'link'));
    expect(locate(join(home, 'link'))).toBe('run-unknown');
    mkdirSync(join(root, '20260109-000000-eeeeeeee'));
    writeFileSync(join(root, '20260109-000000-ffffffff'), '');
    mkdirSync(join(root, '20260110-000000-eeeeeeee'));
    writeFileSync(join(root, '20260110-000000-eeeeeeee', 'run.json'), '{');
    expect(locate()).toBe(dirs.new);
  });

  it('finds runs in the usual root and in that of builds, by id, prefix, or nothing', () => {
    const home = makeScratch();
    const project = join(home, 'project');
    mkdirSync(join(project, '.git'), { recursive: true });
    const [usual, durable] = [join(home, 'usual'), join(home, 'state', 'sao', 'runs')];
    mkdirSync(usual, { mode: 0o700 });
    mkdirSync(durable, { recursive: true, mode: 0o700 });
    const audit = createRun(usual, { ...manifestOf(), id: OLD, project }, NOW);
    const build = createRun(durable, { ...manifestOf(), id: NEW, project, mode: 'build' }, NOW);
    const choice = { env: {}, cwd: project, standard: usual, state: join(home, 'state') };
    const locate = (given?: string) => locateRun(given, choice);
    expect(locate(OLD)).toMatchObject({ value: { dir: audit, root: usual } });
    // The markers of sessions are in the usual root, also of a build that is kept elsewhere.
    expect(locate(NEW)).toMatchObject({ value: { dir: build, root: usual } });
    expect(locate('20260102')).toMatchObject({ value: { dir: build } });
    expect(locate()).toMatchObject({ value: { dir: build } });
    const ambiguous = locate('2026010');
    expect(ambiguous.diagnostics).toMatchObject([
      { code: 'run-ambiguous', fix: `write more of the id: ${NEW}, ${OLD}` },
    ]);
    expect(locate('20260109').diagnostics[0]?.message).toBe(
      `there is no run "20260109" in ${usual} or ${durable}`,
    );
  });
});
