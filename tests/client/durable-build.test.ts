import { execFileSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { BuildProgress } from '../../src/pipeline/drive/resume-build.io.ts';
import { treesFolder } from '../../src/run/ledger/store.io.ts';
import { makeRepository } from '../hazards/git-scratch.ts';
import { followPipeline } from './harness/builder.ts';
import { runClient } from './harness/client.ts';
import { ROOT, useRig } from './harness/rig.ts';
import { buildShop } from './harness/shop.ts';

const ENV = { CLAUDE_CODE_MAX_OUTPUT_TOKENS: '128000' };

const MODES: [mode: string, ...args: string[]][] = [
  ['default'],
  ['acceptEdits', '--permission-mode', 'acceptEdits'],
  ['dontAsk', '--permission-mode', 'dontAsk'],
  ['bypassPermissions', '--dangerously-skip-permissions'],
];

// The client protects some folders also if a hook allows the write: below `.git`, for example, no agent could write its report.
describe('a build that is kept in the user’s state folder', { timeout: 300_000 }, () => {
  const rig = useRig();

  it.each(MODES)('has agents that write there and in their worktrees in the mode %s', async (_, ...args) => {
    const { home, project } = rig.sandbox;
    const config = JSON.stringify({ build: { minPairs: 10 } });
    makeRepository({ 'README.md': '# Shop\n', '.orchestration/config.json': config }, project);
    const state = join(home, '.local', 'state');
    const env = { PATH: process.env.PATH, HOME: home, XDG_STATE_HOME: state, ...ENV };
    const sao = [join(ROOT, 'bin/sao'), 'build', 'A small shop', '--json'] as const;
    const { data } = JSON.parse(
      execFileSync(sao[0], sao.slice(1), { cwd: project, env, encoding: 'utf8', stdio: 'pipe' }),
    ) as { data: BuildProgress };
    rig.runs = join(state, 'sao', 'runs');
    expect(dirname(data.dir)).toBe(rig.runs);
    const trees = treesFolder(data.dir);
    try {
      const parent = followPipeline('A small shop', `sao next ${data.run}`);
      const options = await rig.serve(
        (call) => (call.agentId === undefined ? parent(call) : buildShop(call)),
        ENV,
      );
      const { result } = await runClient('Go on with the build', { ...options, args, limitMs: 120_000 });
      expect(result.permission_denials).toEqual([]);
      expect(result.result).toMatch(/^ask/);
      const ledger = rig.ledger(data.run);
      expect(ledger).toContainEqual(
        expect.objectContaining({ type: 'returned', agent: 'architect', verdict: 'done' }),
      );
      expect(ledger).toContainEqual(
        expect.objectContaining({ type: 'stage-checked', stage: 'architect', ok: true }),
      );
      expect(existsSync(join(trees, 'integration', '.orchestration', 'contracts', 'modules.json'))).toBe(
        true,
      );
    } finally {
      rmSync(dirname(trees), { recursive: true, force: true });
    }
  });
});
