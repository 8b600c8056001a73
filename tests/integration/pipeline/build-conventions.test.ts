import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findPreCommitHook, runPreCommitHook } from '../../../src/workspace/tests/project-hook.io.ts';
import { Shop } from '../../harness/builds.ts';
import { findBuild } from '../../harness/sao.ts';
import { makeScratch } from '../../harness/scratch.ts';
import { commit, git, makeRepository, write } from '../../hazards/git-scratch.ts';

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
    shop.begin();
    shop.approve('architect');
    expect(shop.carryOn('build-core=hook-trips').step).toMatchObject({ kind: 'gate', stage: 'ship' });
    expect(shop.read('prompts', 'build-core.md')).toContain('The project has a pre-commit hook');
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
  });
});

describe('the pre-commit hook of a project', () => {
  const options = () => ({
    timeoutMs: 20_000,
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
    const run = await runPreCommitHook(project, options());
    expect(run).toMatchObject({ code: 7, tail: expect.stringContaining('lint: FORBIDDEN') });
    expect(git(project, 'status', '--porcelain')).toBe(before);
    write(project, { 'new.txt': 'fine\n' });
    expect(await runPreCommitHook(project, options())).toMatchObject({ code: 0 });
  });

  it('is none if there is no file, or if git would not run it', async () => {
    const project = makeRepository({ 'a.txt': 'a\n' });
    expect(await findPreCommitHook(project)).toBeUndefined();
    writeFileSync(join(project, '.git/hooks/pre-commit'), HOOK, { mode: 0o644 });
    expect(await findPreCommitHook(project)).toBeUndefined();
    expect(await runPreCommitHook(project, options())).toBeUndefined();
  });
});
