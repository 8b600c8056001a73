import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { callGit } from '../../src/system/git/call.io.ts';
import { setGitGuardian } from '../../src/system/git/guard.ts';
import { unwrap } from '../../src/system/result.ts';
import { mergeToBase } from '../../src/workspace/merge/base.io.ts';
import { openIntegration } from '../../src/workspace/merge/integration.io.ts';
import { mergeModule } from '../../src/workspace/merge/merge.io.ts';
import { createWorktree } from '../../src/workspace/worktree/create.io.ts';
import { removeWorktree } from '../../src/workspace/worktree/remove.io.ts';
import type { Site } from '../../src/workspace/worktree/site.io.ts';
import { confineGit } from '../harness/git-sandbox.ts';
import { makeScratch } from '../harness/scratch.ts';
import { commit, fingerprint, git, makeRepository, makeSite, write } from './git-scratch.ts';

afterEach(() => {
  vi.unstubAllEnvs();
  setGitGuardian(undefined);
});

/** Every operation of a build on a repository: create, merge, ship, rescue and remove. */
async function buildAll(site: Site): Promise<void> {
  const { place } = unwrap(await createWorktree(site, 'auth', 'main'));
  commit(place, { 'auth.txt': 'auth' });
  const integration = unwrap(await openIntegration(site, 'main'));
  expect(unwrap(await mergeModule(integration, { module: 'auth' })).state).toBe('merged');
  expect(unwrap(await mergeToBase(site, { base: 'main' })).state).toBe('shipped');
  write(place, { 'open.txt': 'open' });
  expect(unwrap(await removeWorktree(site, 'auth', { target: 'main' })).rescued).toHaveLength(1);
}

/** A program that writes a trace and then never ends. */
function makeTrap(): { path: string; trace: string; folder: string } {
  const folder = makeScratch();
  const trace = join(folder, 'trace');
  const path = join(folder, 'trap');
  writeFileSync(path, `#!/bin/sh\necho ran >> '${trace}'\nexec sleep 600\n`);
  chmodSync(path, 0o755);
  return { path, trace, folder };
}

describe('the environment', () => {
  it('ignores GIT_DIR and similar variables of another repository', async () => {
    const project = makeRepository();
    const victim = makeRepository();
    const before = fingerprint(victim);
    const refs = git(victim, 'for-each-ref');
    vi.stubEnv('GIT_DIR', join(victim, '.git'));
    vi.stubEnv('GIT_WORK_TREE', victim);
    vi.stubEnv('GIT_INDEX_FILE', join(victim, '.git/index'));
    vi.stubEnv('GIT_OBJECT_DIRECTORY', join(victim, '.git/objects'));
    vi.stubEnv('GIT_COMMON_DIR', join(victim, '.git'));
    vi.stubEnv('GIT_NAMESPACE', 'elsewhere');
    vi.stubEnv('GIT_CONFIG_COUNT', '1');
    vi.stubEnv('GIT_CONFIG_KEY_0', 'core.bare');
    vi.stubEnv('GIT_CONFIG_VALUE_0', 'true');
    await buildAll(await makeSite(project));
    expect(git(victim, 'for-each-ref')).toBe(refs);
    expect(fingerprint(victim)).toEqual(before);
  });

  it('does not start a signing program that would ask for a passphrase', async () => {
    const trap = makeTrap();
    const project = makeRepository();
    git(project, 'config', 'gpg.program', trap.path);
    const site = await makeSite(project);
    const { place } = unwrap(await createWorktree(site, 'pay', 'main'));
    commit(place, { 'pay.txt': 'pay' });
    git(project, 'config', 'commit.gpgSign', 'true');
    git(project, 'config', 'tag.gpgSign', 'true');
    git(project, 'config', 'merge.verifySignatures', 'true');
    const integration = unwrap(await openIntegration(site, 'main'));
    expect(unwrap(await mergeModule(integration, { module: 'pay' })).state).toBe('merged');
    expect(unwrap(await mergeToBase(site, { base: 'main' })).state).toBe('shipped');
    expect(existsSync(trap.trace)).toBe(false);
  });

  it('does not run hooks and the file monitor of a repository', async () => {
    const trap = makeTrap();
    const project = makeRepository();
    const site = await makeSite(project);
    const { place } = unwrap(await createWorktree(site, 'auth', 'main'));
    commit(place, { 'auth.txt': 'auth' });
    const names = [
      'post-checkout',
      'pre-merge-commit',
      'post-merge',
      'pre-commit',
      'commit-msg',
      'post-commit',
    ];
    mkdirSync(join(project, '.git/hooks'), { recursive: true });
    for (const name of [...names, 'reference-transaction', 'post-index-change', 'prepare-commit-msg'])
      writeFileSync(join(project, '.git/hooks', name), `#!/bin/sh\nexec '${trap.path}'\n`, { mode: 0o755 });
    git(project, 'config', 'core.fsmonitor', trap.path);
    unwrap(await createWorktree(site, 'pay', 'main'));
    const integration = unwrap(await openIntegration(site, 'main'));
    expect(unwrap(await mergeModule(integration, { module: 'auth' })).state).toBe('merged');
    expect(unwrap(await mergeToBase(site, { base: 'main' })).state).toBe('shipped');
    write(place, { 'open.txt': 'open' });
    unwrap(await removeWorktree(site, 'auth', { target: 'main' }));
    expect(existsSync(trap.trace)).toBe(false);
  });

  it.each([
    ['', () => {}],
    [', in the sandbox', confineGit],
  ])('does not ask for a password or a message%s', async (_, begin) => {
    begin();
    const trap = makeTrap();
    vi.stubEnv('GIT_ASKPASS', trap.path);
    vi.stubEnv('SSH_ASKPASS', trap.path);
    vi.stubEnv('GIT_SSH_COMMAND', trap.path);
    vi.stubEnv('GIT_EDITOR', trap.path);
    vi.stubEnv('EDITOR', trap.path);
    vi.stubEnv('GIT_PAGER', trap.path);
    const project = makeRepository();
    git(project, 'config', 'core.askPass', trap.path);
    git(project, 'config', 'core.editor', trap.path);
    git(project, 'config', 'core.pager', trap.path);
    await buildAll(await makeSite(project));
    const asked = await callGit(project, ['credential', 'fill'], {
      input: 'protocol=https\nhost=example.com\n\n',
    });
    expect(asked.code).not.toBe(0);
    expect(existsSync(trap.trace)).toBe(false);
  });

  it('ends a git process that hangs, with its children', async () => {
    const trap = makeTrap();
    const project = makeRepository();
    git(project, 'config', 'alias.hang', `!${trap.path}`);
    await expect(callGit(project, ['hang'], { timeoutMs: 400 })).rejects.toMatchObject({
      failure: { cause: 'environment', diagnostics: [{ code: 'git-timeout' }] },
    });
    expect(existsSync(trap.trace)).toBe(true);
  });
});
