import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Shop } from '../../harness/builds.ts';
import { findBuild } from '../../harness/sao.ts';
import { git, write } from '../../hazards/git-scratch.ts';

const built = findBuild();

it('a build ends in a pushed branch, and its agents work in worktrees that are ready', {
  timeout: 300_000,
}, () => {
  const setup = `${process.execPath} -e "require('fs').writeFileSync('installed.txt', require('fs').readFileSync('.env', 'utf8'))"`;
  const shop = new Shop(built.path, {
    modules: ['core', 'web'],
    worktree: { copy: ['.env'], setup, ports: { base: 21_000, size: 10 } },
    options: ['--deliver', 'branch', '--remote', 'upstream'],
    build: { projectHooks: 'skip' },
  });
  writeFileSync(join(shop.project, '.git/hooks/pre-commit'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  write(shop.project, { '.gitignore': '.env\ninstalled.txt\n' });
  git(shop.project, 'add', '--all');
  git(shop.project, 'commit', '--quiet', '--no-verify', '-m', 'Ignore');
  writeFileSync(join(shop.project, '.env'), 'TOKEN=1\n');
  const remote = join(shop.home, 'remote.git');
  git(shop.home, 'init', '--quiet', '--bare', remote);
  git(shop.project, 'remote', 'add', 'upstream', remote);
  const before = git(shop.project, 'rev-parse', 'main');
  const branch = () => `sao/${shop.run}`;

  shop.begin();
  shop.approve('architect');
  expect(shop.carryOn().step).toMatchObject({ kind: 'gate', stage: 'ship' });
  const page = shop.call('gate', 'show', 'ship', shop.run).stdout;
  expect(page).toContain(`is pushed to ${branch()} of upstream, for main`);
  expect(git(remote, 'branch', '--list')).toBe('');

  for (const name of ['integration', 'core', 'web'])
    expect(readFileSync(join(shop.dir, 'builds', name, 'installed.txt'), 'utf8')).toBe('TOKEN=1\n');
  const ports = Object.fromEntries(shop.traced('start').map(({ id, port }) => [id, port]));
  expect(ports.architect).toBe('21000');
  expect([ports['build-core'], ports['build-web']].sort()).toEqual(['21010', '21020']);
  expect(ports['qc-web']).toBe(ports['build-web']);

  expect(shop.read('prompts', 'build-core.md')).toContain('10 ports of its own, from `$SAO_PORT_BASE` on');
  expect(shop.read('prompts', 'build-core.md')).toContain('skip its git hooks in builds: pre-commit (`');
  expect(page).toContain('project hooks: skipped (build.projectHooks: skip)');

  shop.approve('ship');
  expect(shop.carryOn().complete).toBe(true);
  const [shipped] = shop.events('shipped');
  expect(shipped).toMatchObject({ base: 'main', delivery: { remote: 'upstream', branch: branch() } });
  const [curated] = shop.events('curated');
  expect(git(remote, 'rev-parse', branch())).toBe(curated?.commit);
  expect(git(remote, 'merge-base', '--is-ancestor', shipped?.commit ?? '', branch())).toBe('');
  expect(git(shop.project, 'rev-parse', 'main')).toBe(before);
  expect(existsSync(join(shop.project, 'src'))).toBe(false);
  const files = git(remote, 'ls-tree', '-r', '--name-only', branch());
  expect(files).toContain('src/core/index.mjs');
  expect(files).not.toContain('.env');
  expect(files).not.toContain('installed.txt');
  const text = shop.read('pull-request.md');
  expect(text.split('\n').slice(0, 2)).toEqual(['A small shop', '']);
  expect(text).toContain(`Merge \`${branch()}\` into \`main\``);
  expect(text).toContain('- core: QC pass, 1 build cycle');
  expect(shop.read('report.md')).toContain(`- pushed to ${branch()} of upstream as `);
});

it.each([
  ['--deliver branch', ['--deliver', 'branch'], 'usage', 'needs the remote to push to'],
  ['--remote', ['--remote', 'origin'], 'usage', 'pushes nothing'],
  ['--branch', ['--branch', 'b'], 'usage', 'pushes nothing'],
  [
    'an unknown remote',
    ['--deliver', 'branch', '--remote', 'origin'],
    'deliver-no-remote',
    'has no remote "origin"',
  ],
])('%s alone is refused before anything is made', (_, options, code, message) => {
  const shop = new Shop(built.path);
  shop.allow(['true']);
  const told = shop.call('build', 'A shop', ...options, '--driver', 'command', '--command', 'true', '--json');
  expect(told.code).toBe(2);
  const { diagnostics } = JSON.parse(told.stdout) as { diagnostics: { code: string; message: string }[] };
  expect(diagnostics[0]).toMatchObject({ code, message: expect.stringContaining(message) });
  expect(shop.locate()).toBe(false);
});

it('a setup command that fails starts no agent, and its output is shown', { timeout: 120_000 }, () => {
  const setup = `${process.execPath} -e "console.error('the registry is down'); process.exit(9)"`;
  const shop = new Shop(built.path, { worktree: { setup } });
  shop.allow(['true', setup]);
  const told = shop.call('build', 'A shop', '--driver', 'command', '--command', 'true');
  expect(told.code).toBe(3);
  expect(told.stderr).toContain('no agent was started');
  expect(told.stderr).toContain('the registry is down');
  expect(shop.locate()).toBe(true);
  expect(shop.events('dispatched')).toEqual([]);
  expect(shop.call('run', shop.run, '--driver', 'command', '--command', 'true').code).toBe(3);
  expect(shop.events('dispatched')).toEqual([]);
});
