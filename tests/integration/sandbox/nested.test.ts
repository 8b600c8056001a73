import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findSandbox } from '../../../src/system/sandbox/find-sandbox.ts';
import { Bench, domainsOf, findBuild } from '../../harness/sao.ts';

const built = findBuild();
const sandbox = await findSandbox();
const title =
  sandbox.kind === 'bwrap'
    ? 'repositories inside of the project'
    : 'repositories inside of the project (SKIPPED: bwrap does not work on this machine)';
const DONE = 'printf "# seen\\n\\n## Findings\\n\\nNothing was found.\\n\\n<!-- DONE -->\\n"';

function git(cwd: string, ...args: string[]): void {
  execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@t', ...args], { cwd, stdio: 'pipe' });
}

function makeRepository(path: string): void {
  mkdirSync(path, { recursive: true });
  git(path, 'init', '-q', '--template=', '-b', 'main');
  git(path, 'commit', '-q', '--allow-empty', '-m', 'Begin');
}

/** A project with a repository inside, and one in a folder that it ignores; `carryOut` runs a script as its agent. */
function setUp() {
  const bench = new Bench(built.path);
  const { project } = bench;
  for (const path of [project, join(project, 'vendor/sub'), join(project, 'build/dep')]) makeRepository(path);
  writeFileSync(join(project, '.gitignore'), 'build\n');
  const run = bench.plan(domainsOf([1]));
  const carryOut = (script: string) => {
    const agent = join(bench.home, 'agent');
    writeFileSync(agent, `#!/bin/sh\n${script}\n${DONE} > "$SAO_OUTPUT"\n`, { mode: 0o755 });
    return run.carryOut(agent);
  };
  return { bench, project, carryOut };
}

describe.skipIf(sandbox.kind !== 'bwrap')(title, () => {
  it('keep their configuration, hooks and attributes, unless the project ignores them', () => {
    const { bench, project, carryOut } = setUp();
    const said = join(project, 'said');
    const before = readdirSync(join(project, 'vendor/sub/.git')).sort();
    const attempts = {
      config: 'git -C vendor/sub config core.fsmonitor evil',
      hook: 'mkdir -p vendor/sub/.git/hooks && echo x > vendor/sub/.git/hooks/pre-commit',
      attributes: 'mkdir -p vendor/sub/.git/info && echo x > vendor/sub/.git/info/attributes',
      commondir: 'echo /tmp > vendor/sub/.git/commondir',
      worktree: 'echo x > vendor/sub/.git/config.worktree',
      moved: 'mv vendor/sub/.git vendor/sub/.git2',
      commit: 'git -C vendor/sub -c user.name=T -c user.email=t@t commit -q --allow-empty -m Next',
      ignored: 'rm -rf build/dep',
    };
    const lines = Object.entries(attempts).map(
      ([name, attempt]) => `if (${attempt}) >/dev/null 2>&1; then echo ${name} >> ${said}; fi`,
    );
    expect(carryOut(lines.join('\n')).code).toBe(0);
    expect(execFileSync('cat', [said], { encoding: 'utf8' })).toBe('commit\nignored\ncommit\nignored\n');
    const left = readdirSync(join(project, 'vendor/sub/.git')).filter((name) => !before.includes(name));
    expect(left.filter((name) => !['COMMIT_EDITMSG', 'logs', 'index'].includes(name))).toEqual([]);
    expect(bench.callWarm('wrap-up', '--json').stdout).not.toContain('git-nested-program');
  });

  it('are named by run, wrap-up and doctor if an agent has made one whose configuration starts a program', () => {
    const { bench, project, carryOut } = setUp();
    const mark = join(bench.home, 'mark');
    const ended = carryOut(
      `git init -q n; cd n; git -c user.name=T -c user.email=t@t commit -q --allow-empty -m x; git config core.fsmonitor "touch ${mark}; false"; cd ..; git add n`,
    );
    // The agents' own git has started it.
    rmSync(mark, { force: true });
    const what = `${join(project, 'n')} is a repository inside of the project, and your git would start the program that core.fsmonitor`;
    expect(ended.stdout).toContain(what);
    expect(ended.stdout).toContain('config --unset-all core.fsmonitor');
    expect(bench.callWarm('doctor').stdout).toContain(what);
    const { items } = JSON.parse(bench.callWarm('wrap-up', '--json').stdout).data;
    expect(items.find(({ kind }: { kind: string }) => kind === 'program')).toMatchObject({
      place: join(project, 'n'),
    });
    expect(existsSync(mark)).toBe(false);
    git(project, 'status');
    expect(existsSync(mark)).toBe(true);
  });
});
