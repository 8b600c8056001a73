import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { LaunchCommand } from '../../../src/system/process/launch.ts';
import { findCommitHooks, runCommitHooks } from '../../../src/workspace/tests/project-hooks.io.ts';
import { Shop } from '../../harness/builds.ts';
import { findBuild } from '../../harness/sao.ts';
import { makeScratch } from '../../harness/scratch.ts';
import { commit, git, makeRepository, tryGit, write } from '../../hazards/git-scratch.ts';

const built = findBuild();
const HOOK = `#!/bin/sh
if git diff --cached | grep -q FORBIDDEN; then echo "lint: FORBIDDEN is not allowed"; exit 7; fi
`;

function addHook(folder: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'pre-commit'), HOOK);
  chmodSync(join(folder, 'pre-commit'), 0o755);
}

describe('a build in a project with its own conventions', { timeout: 300_000 }, () => {
  it('names a failing pre-commit hook as the cause of uncommitted work, and writes to HISTORY.md', () => {
    const shop = new Shop(built.path, { modules: ['core'] });
    commit(shop.project, { 'HISTORY.md': '# History\n\n## 0.9.0\n\n- The start\n' }, 'History');
    addHook(join(shop.project, '.git/hooks'));
    // The build's worktrees are whole also where the checkout of the user is sparse.
    git(shop.project, 'sparse-checkout', 'set', '.orchestration');
    shop.begin();
    shop.approve('architect');
    expect(shop.carryOn('build-core=hook-trips').step).toMatchObject({ kind: 'gate', stage: 'ship' });
    expect(shop.read('prompts', 'build-core.md')).toContain(
      'The project has git hooks, which run at each of your commits: pre-commit (`',
    );
    const [refused] = shop.events('module-judged');
    expect(refused?.verdict).toBe('fail-major');
    expect(refused?.reasons.join()).toContain('the pre-commit hook of the project fails: exit code 7');
    const second = shop.read('prompts', 'build-core.2.md');
    expect(second).toContain('lint: FORBIDDEN is not allowed');
    expect(second).toContain(join(shop.dir, 'qc', 'core-hook.log'));
    const page = shop.call('gate', 'show', 'ship', shop.run).stdout;
    expect(page).toContain('(build.projectHooks: run)');
    expect(page).toContain("--driver command --command '<the program>'");
    expect(shop.call('status', shop.run).stdout).toContain('runner: command; no program is remembered');
    const { allowCommands } = JSON.parse(readFileSync(join(shop.home, 'config/sao/config.json'), 'utf8'));
    shop.configure({ program: allowCommands[0] });
    expect(shop.call('gate', 'show', 'ship', shop.run).stdout).toMatch(/then: sao run [^ ]+\n?$/);
    expect(shop.call('status', shop.run).stdout).toContain('(remembered in ');
    expect(shop.read('prompts', 'shipper.md')).toContain('The project records its changes in `HISTORY.md`');
    expect(shop.events('stage-checked').find(({ stage }) => stage === 'ship')).toMatchObject({ ok: true });
    const changed = git(shop.integration, 'diff', '--name-only', 'main', 'HEAD');
    expect(changed).toContain('HISTORY.md');
    expect(changed).not.toContain('CHANGELOG.md');
    shop.approve('ship');
    expect(shop.call('run', shop.run).code).toBe(0);
    expect(git(shop.project, 'ls-files', '-v', 'src/core')).toMatch(/^S /);
    expect(existsSync(join(shop.project, 'src'))).toBe(false);
    expect(git(shop.project, 'status', '--porcelain')).toBe('');
  });
});

describe('the hooks of a project that can refuse a commit', () => {
  const options = () => ({
    timeoutMs: 20_000,
    confine: (command: LaunchCommand) => command,
    env: process.env,
    outputPath: join(makeScratch(), 'hook.log'),
  });

  it.each<[string, (project: string) => void]>([
    ['in git’s own folder', (project) => addHook(join(project, '.git/hooks'))],
    [
      'in a folder of the project',
      (project) => {
        addHook(join(project, '.husky'));
        git(project, 'config', 'core.hooksPath', '.husky');
        git(project, 'add', '--all');
        git(project, 'commit', '--quiet', '--no-verify', '-m', 'Hooks');
      },
    ],
  ])('%s sees uncommitted work, and the index stays as it is', async (_name, prepare) => {
    const project = makeRepository({ 'a.txt': 'a\n' });
    prepare(project);
    write(project, { 'new.txt': 'FORBIDDEN\n', 'a.txt': 'changed\n' });
    const before = git(project, 'status', '--porcelain');
    const run = await runCommitHooks(project, options());
    expect(run).toMatchObject({
      name: 'pre-commit',
      code: 7,
      tail: expect.stringContaining('lint: FORBIDDEN'),
    });
    expect(git(project, 'status', '--porcelain')).toBe(before);
    write(project, { 'new.txt': 'fine\n' });
    expect(await runCommitHooks(project, options())).toMatchObject({ code: 0 });
  });

  it('is followed by the commit-msg hook, on the message of the last commit that was tried', async () => {
    const project = makeRepository({ 'a.txt': 'a\n' });
    const hook = join(project, '.git/hooks/commit-msg');
    const text = '#!/bin/sh\ngrep -q "^[A-Z]*-[0-9]" "$1" || { echo "no ticket in: $(cat "$1")"; exit 9; }\n';
    writeFileSync(hook, text, { mode: 0o755 });
    expect((await findCommitHooks(project)).map(({ name, path }) => [name, path])).toEqual([
      ['commit-msg', hook],
    ]);
    rmSync(join(project, '.git/COMMIT_EDITMSG'));
    expect(await runCommitHooks(project, options())).toBeUndefined();
    write(project, { 'new.txt': 'fine\n' });
    git(project, 'add', '--all');
    expect(tryGit(project, 'commit', '-m', 'Build auth').code).not.toBe(0);
    expect(await runCommitHooks(project, options())).toMatchObject({
      name: 'commit-msg',
      code: 9,
      tail: expect.stringContaining('no ticket in: Build auth'),
    });
    addHook(join(project, '.git/hooks'));
    expect(await runCommitHooks(project, options())).toMatchObject({ name: 'commit-msg', code: 9 });
    write(project, { 'new.txt': 'FORBIDDEN\n' });
    expect(await runCommitHooks(project, options())).toMatchObject({ name: 'pre-commit', code: 7 });
    git(project, 'commit', '--quiet', '--no-verify', '-m', 'SHOP-1 Build auth');
    write(project, { 'new.txt': 'fine\n' });
    expect(await runCommitHooks(project, options())).toMatchObject({ name: 'commit-msg', code: 0 });
  });

  it('is none if there is no file, or if git would not run it', async () => {
    const project = makeRepository({ 'a.txt': 'a\n' });
    expect(await findCommitHooks(project)).toEqual([]);
    writeFileSync(join(project, '.git/hooks/pre-commit'), HOOK, { mode: 0o644 });
    expect(await findCommitHooks(project)).toEqual([]);
    expect(await runCommitHooks(project, options())).toBeUndefined();
  });
});
