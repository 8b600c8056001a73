import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openRunsRoot } from '../../../../src/run/ledger/roots.io.ts';
import { makeScratch } from '../../../harness/scratch.ts';

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
