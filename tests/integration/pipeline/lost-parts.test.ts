import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Shop } from '../../harness/builds.ts';
import { findBuild } from '../../harness/sao.ts';
import { git } from '../../hazards/git-scratch.ts';

const built = findBuild();

interface Answer {
  data?: { run: string; step: { kind: string; stage?: string } };
  diagnostics: { code: string; fix?: string }[];
}

// Each test continues where the one before it ended.
describe('a build that loses its plan before its contract is committed, and then its project', {
  timeout: 120_000,
}, () => {
  const shop = new Shop(built.path, { modules: ['core'], lifetime: 'kept' });
  afterAll(() => shop.discard());
  const moved = `${shop.project}-moved`;
  const ask = (...args: string[]): Answer => JSON.parse(shop.call(...args, '--json').stdout) as Answer;
  const askIn = (cwd: string, ...args: string[]) =>
    JSON.parse(shop.callIn(cwd, ...args, '--json').stdout) as Answer;

  it('names the one command that goes on', () => {
    // Its agents do nothing.
    shop.allow(['true']);
    shop.run = ask('build', 'A small shop', '--driver', 'command', '--command', 'true').data?.run ?? '';
    writeFileSync(join(shop.integration, 'draft.md'), 'not committed\n');
    rmSync(join(shop.dir, 'plan.json'));
    for (const command of ['run', 'next', 'status'])
      expect([command, ask(command, shop.run).diagnostics[0]]).toMatchObject([
        command,
        { code: 'run-document-missing', fix: `sao build --resume ${shop.run}` },
      ]);
  });

  it('goes on from its description, and keeps uncommitted files', () => {
    const description = 'A small shop';
    const answer = askIn(shop.home, 'build', '--resume', shop.run);
    expect(answer).toMatchObject({ data: { run: shop.run } });
    expect(JSON.parse(shop.read('run.json'))).toMatchObject({ task: description });
    expect(readFileSync(join(shop.integration, 'draft.md'), 'utf8')).toBe('not committed\n');
    rmSync(join(shop.integration, 'draft.md'));
    expect(shop.carryOn().step).toMatchObject({ kind: 'gate', stage: 'architect' });
  });

  it('is not proposed for removal when its project was moved, and the fix continues it', () => {
    renameSync(shop.project, moved);
    const fix = `move it back there, or continue a build where its repository is now: sao build --resume ${shop.run} --project NEW_PATH`;
    for (const args of [['run'], ['worktree', 'list'], ['worktree', 'repair']])
      expect([args, askIn(shop.home, ...args, shop.run).diagnostics[0]]).toMatchObject([
        args,
        { code: 'project-missing', fix },
      ]);
    expect(askIn(shop.home, 'build', '--resume', shop.run).diagnostics[0]).toMatchObject({
      code: 'project-missing',
      fix,
    });
    for (const command of ['run', 'status', 'next'])
      expect([command, askIn(moved, command).diagnostics[0]]).toMatchObject([
        command,
        { code: 'run-none-active', fix: expect.stringContaining(`sao build --resume ${shop.run}`) },
      ]);
    const { stdout } = shop.callIn(moved, 'doctor');
    expect(stdout).toContain(`sao build --resume ${shop.run} --project NEW_PATH`);
    expect(stdout).not.toContain('rm -r');
    const resumed = askIn(shop.home, 'build', '--resume', shop.run, '--project', moved);
    // The earlier approvals were for another project.
    expect(resumed).toMatchObject({ data: { step: { kind: 'gate', stage: 'architect' } } });
    expect(git(shop.integration, 'rev-parse', '--path-format=absolute', '--git-common-dir')).toBe(
      join(moved, '.git'),
    );
    expect(git(shop.integration, 'status', '--porcelain')).toBe('');
    expect(existsSync(shop.project)).toBe(false);
    Object.assign(shop, { project: moved });
    expect(shop.person('gate', 'approve', 'architect', shop.run, '--yes')).toMatchObject({ code: 0 });
  });
});
