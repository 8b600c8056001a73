import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openRunsRoot } from '../../../../src/run/ledger/roots.io.ts';
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
  expect(openRunsRoot({ env: hook, cwd: tree })).toMatchObject({ value: join(project, 'src', 'runs') });
  const flagged = openRunsRoot({ flag: 'here', env, cwd: join(project, 'src') });
  expect(flagged).toMatchObject({ value: join(project, 'src', 'here') });
});
