import { chmodSync, existsSync, mkdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  durableRoot,
  findRunsRoot,
  openBuildsRoot,
  openRunRoots,
  openRunsRoot,
  type RootChoice,
} from '../../../../src/run/ledger/roots.io.ts';
import { answerHook } from '../../../../src/session/hooks/main.ts';
import { Bench, findBuild } from '../../../harness/sao.ts';
import { makeScratch } from '../../../harness/scratch.ts';
import { git, makeRepository } from '../../../hazards/git-scratch.ts';

it.each([
  ['~/runs', 'runs'],
  ['~', ''],
])('expands %s to the home directory', (chosen, below) => {
  const home = makeScratch();
  const project = makeScratch();
  const root = openRunsRoot({ env: { HOME: home, SAO_RUNS_DIR: chosen }, cwd: project });
  expect(root).toMatchObject({ ok: true, value: join(home, below).replace(/\/$/, '') });
  expect(existsSync(join(project, '~'))).toBe(false);
});

it.each(['./~', '~other/runs'])('takes %s as a path relative to the working directory', (chosen) => {
  const project = makeScratch();
  const root = openRunsRoot({ env: { HOME: makeScratch(), SAO_RUNS_DIR: chosen }, cwd: project });
  expect(root).toMatchObject({ ok: true, value: join(project, chosen) });
});

it('takes a relative SAO_RUNS_DIR from the project, in its folders and worktrees, and --runs-dir from the working directory', () => {
  const project = makeRepository({ 'a.txt': 'a\n' }, join(makeScratch(), 'project'));
  const tree = join(makeScratch(), 'tree');
  git(project, 'worktree', 'add', '--quiet', '-b', 'work', tree);
  mkdirSync(join(project, 'src'));
  const env = { SAO_RUNS_DIR: 'runs' };
  for (const cwd of [project, join(project, 'src'), tree])
    expect([cwd, openRunsRoot({ env, cwd })]).toMatchObject([
      cwd,
      { ok: true, value: join(project, 'runs') },
    ]);
  const hook = { ...env, CLAUDE_PROJECT_DIR: join(project, 'src') };
  expect(openRunsRoot({ env: hook, cwd: tree })).toMatchObject({ value: join(project, 'runs') });
  const bare = { ...env, CLAUDE_PROJECT_DIR: makeScratch() };
  expect(openRunsRoot({ env: bare, cwd: tree })).toMatchObject({
    value: join(bare.CLAUDE_PROJECT_DIR, 'runs'),
  });
  const flagged = openRunsRoot({ flag: 'here', env, cwd: join(project, 'src') });
  expect(flagged).toMatchObject({ value: join(project, 'src', 'here') });
});

describe('the folder of builds', () => {
  const open = (state: string, more: Partial<RootChoice> = {}) => {
    const standard = join(makeScratch(), 'runs');
    const choice = { env: {}, cwd: makeScratch(), standard, state, ...more };
    return { standard, choice, opened: openBuildsRoot(choice) };
  };

  it('is in the user’s state folder, private, with the worktrees in the usual root', () => {
    const state = join(makeScratch(), 'missing', 'state');
    const { opened, standard, choice } = open(state);
    const root = join(state, 'sao', 'runs');
    expect(opened).toEqual({
      ok: true,
      value: { root, markers: standard, trees: join(standard, '.trees') },
      diagnostics: [],
    });
    expect(statSync(root).mode & 0o777).toBe(0o700);
    expect(openRunRoots(choice)).toMatchObject({ value: { markers: standard, all: [standard, root] } });
  });

  it('is the folder that the user chose, with the worktrees in the run directory', () => {
    const chosen = join(makeScratch(), 'chosen');
    const state = makeScratch();
    for (const more of [{ flag: chosen }, { env: { SAO_RUNS_DIR: chosen } }]) {
      const { opened, choice } = open(state, more);
      expect(opened).toMatchObject({ ok: true, value: { root: chosen, markers: chosen } });
      expect(opened.ok && opened.value.trees).toBeUndefined();
      expect(openRunRoots(choice)).toMatchObject({ value: { all: [chosen] } });
    }
    expect(existsSync(join(state, 'sao'))).toBe(false);
  });

  it.each<[string, (state: string) => void]>([
    ['a file is in its place', (state) => writeFileSync(join(state, 'sao'), '')],
    [
      'it is a link',
      (state) => {
        mkdirSync(join(state, 'sao'));
        symlinkSync(makeScratch(), join(state, 'sao', 'runs'));
      },
    ],
    [
      'others can write to it',
      (state) => {
        mkdirSync(join(state, 'sao', 'runs'), { recursive: true });
        chmodSync(join(state, 'sao', 'runs'), 0o777);
      },
    ],
  ])('is the usual root, with a warning, if %s', (_, prepare) => {
    const state = makeScratch();
    prepare(state);
    const { opened, standard, choice } = open(state);
    expect(opened).toMatchObject({ ok: true, value: { root: standard, markers: standard } });
    expect(opened.diagnostics.map(({ code }) => code)).toEqual(['runs-root-not-durable']);
    const roots = openRunRoots(choice);
    expect(roots).toMatchObject({ value: { all: [standard] } });
    // Builds that are not found must not pass for builds that do not exist.
    const exists = existsSync(join(state, 'sao', 'runs'));
    expect(roots.diagnostics.map(({ severity }) => severity)).toEqual(exists ? ['warning'] : []);
  });

  it('is chosen by XDG_STATE_HOME only outside of a session', () => {
    const env = { HOME: '/elsewhere', XDG_STATE_HOME: '/xdg' };
    const own = join(userInfo().homedir, '.local', 'state', 'sao', 'runs');
    expect(durableRoot({ env })).toBe('/xdg/sao/runs');
    expect(durableRoot({ env: { ...env, XDG_STATE_HOME: 'relative' } })).toBe(own);
    for (const mark of [{ CLAUDECODE: '1' }, { CLAUDE_CODE_SESSION_ID: 's' }, { SAO_AGENT_ID: 'a1' }])
      expect(durableRoot({ env: { ...env, ...mark } })).toBe(own);
  });
});

describe('a folder of runs that is missing', () => {
  it('is found without being made, in any way to choose it', () => {
    const scratch = makeScratch();
    const missing = join(scratch, 'a/runs');
    for (const choice of [
      { env: { SAO_RUNS_DIR: missing }, cwd: scratch },
      { flag: missing, env: {}, cwd: scratch },
      { standard: missing, env: {}, cwd: scratch },
    ]) {
      expect(findRunsRoot(choice)).toMatchObject({ ok: true, value: missing });
      expect(openRunRoots({ ...choice, state: join(scratch, 'state') })).toMatchObject({
        value: { all: [missing] },
      });
    }
    expect(existsSync(join(scratch, 'a'))).toBe(false);
  });

  it('is still refused where it could not be made', () => {
    const file = join(makeScratch(), 'file');
    writeFileSync(file, '');
    expect(findRunsRoot({ env: { SAO_RUNS_DIR: join(file, 'runs') }, cwd: '/' }).ok).toBe(false);
  });

  it('is made by no command that reads, and by no hook of a session without a run', async () => {
    const bench = new Bench(findBuild().path, { CLAUDE_CODE_SESSION_ID: 's' });
    const runs = join(bench.home, 'runs');
    rmSync(runs, { recursive: true, force: true });
    const run = '20260101-000000-00000000';
    for (const call of [['list'], ['verify', run], ['status'], ['doctor'], ['clean', '--dry-run']])
      bench.callWarm(...call);
    const hook = { session_id: 's', cwd: bench.project, hook_event_name: 'PreToolUse' };
    for (const call of [
      { tool_name: 'Agent', tool_input: { prompt: `Do sao:${run}/a1` } },
      { tool_name: 'Bash', tool_input: { command: 'sao --help' } },
      { tool_name: 'Bash', agent_id: 'x', tool_input: { command: 'cat sao.txt' } },
      { tool_name: 'Write', tool_input: { file_path: '/x/sao/runs/2' } },
      { hook_event_name: 'SubagentStop', agent_id: 'x', last_assistant_message: `sao:${run}/a1` },
      { hook_event_name: 'SessionStart' },
    ])
      await answerHook({ ...hook, ...call }, { ...bench.env, CLAUDE_PID: String(process.pid) }, new Date());
    expect(existsSync(runs)).toBe(false);
  });
});
