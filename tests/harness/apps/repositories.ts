import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { git, write } from '../../hazards/git-scratch.ts';
import { projectFiles, ROUNDING, UNITS } from './warehouse.mjs';

/** A repository without a commit, and with an author. */
export function makeEmptyRepository(project: string): void {
  mkdirSync(project, { recursive: true });
  git(project, 'init', '--quiet');
  git(project, 'config', 'user.name', 'Ada');
  git(project, 'config', 'user.email', 'ada@example.com');
}

function commitAll(project: string, message: string): void {
  git(project, 'add', '--all');
  git(project, 'commit', '--quiet', '-m', message);
}

/** The warehouse, as it is before the build: on `trunk`, with a submodule that has one of its own, and with hooks. */
export function makeWarehouse(project: string): void {
  const libraries = join(dirname(project), 'libraries');
  const [rounding, units] = [join(libraries, 'rounding'), join(libraries, 'units')];
  for (const [place, files] of [
    [rounding, ROUNDING],
    [units, UNITS],
    [project, projectFiles()],
  ] as const) {
    makeEmptyRepository(place);
    write(place, files);
    for (const hook of place === project ? ['pre-commit', 'commit-msg'] : [])
      chmodSync(join(place, '.githooks', hook), 0o755);
    commitAll(place, 'Lay the ground');
  }
  git(units, 'submodule', '--quiet', 'add', rounding, 'rounding');
  commitAll(units, 'Round');
  git(project, 'submodule', '--quiet', 'add', units, 'vendor/units');
  git(project, 'submodule', '--quiet', 'update', '--init', '--recursive');
  commitAll(project, 'Use units');
  git(project, 'branch', '--move', 'trunk');
  git(project, 'config', 'core.hooksPath', '.githooks');
}

/** A Python with pytest: that of PATH, or that of the system, for which packages are installed. */
export function findPython(): string {
  const env = { PATH: process.env.PATH, HOME: '/nonexistent' };
  const found = ['python3', '/usr/bin/python3'].find(
    (python) => spawnSync(python, ['-m', 'pytest', '--version'], { env }).status === 0,
  );
  if (found === undefined) throw new Error('no Python has pytest: apt-get install -y python3-pytest');
  return found;
}
