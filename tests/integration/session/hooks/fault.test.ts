import { spawnSync } from 'node:child_process';
import { appendFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { refuseUnchecked } from '../../../../src/session/hooks/main.ts';
import type { HookInput } from '../../../../src/session/hooks/protocol.ts';
import { BuildRun, decisionOf, RUN } from '../../../harness/build-run.ts';

/** A run whose plan is damaged, and the hook as the client starts it. */
function prepare() {
  const run = new BuildRun();
  const by = run.by('build-auth', run.project);
  writeFileSync(join(run.dir, 'plan.json'), '{"agents": 7}');
  appendFileSync(join(run.dir, 'ledger.jsonl'), '{"v":1}\n');
  const hook = (input: HookInput, env: Record<string, string> = {}) => {
    const { status, stdout, stderr } = spawnSync(resolve('hooks/sao-hook'), {
      env: { PATH: process.env.PATH, SAO_RUNS_DIR: run.root, CLAUDE_CODE_SESSION_ID: run.session, ...env },
      input: `${JSON.stringify(input)}\n`,
      encoding: 'utf8',
    });
    return { status, stderr, ...decisionOf(stdout === '' ? undefined : JSON.parse(stdout)) };
  };
  return { run, by, hook };
}

describe('a hook that cannot read the run', () => {
  it('refuses the tool call of an agent, with the reason', () => {
    const { run, by, hook } = prepare();
    for (const tool of ['Bash', 'Write', 'Read'])
      expect([tool, hook(run.call(tool, { command: 'ls', file_path: '/x' }, by))]).toMatchObject([
        tool,
        { status: 0, decision: 'deny', reason: expect.stringContaining('sao could not check it: ') },
      ]);
  });

  it('refuses the dispatch of an agent of a run, and no other agent', () => {
    const { run } = prepare();
    const call = (prompt: string) =>
      refuseUnchecked(run.call('Agent', { prompt }), {}, 'plan.json is damaged');
    expect(decisionOf(call(`sao:${RUN}/build-auth`))).toMatchObject({
      decision: 'deny',
      reason: expect.stringContaining('plan.json is damaged'),
    });
    expect(call('Look at the code')).toBeUndefined();
  });

  it('never stops the session itself', () => {
    const { run, hook } = prepare();
    for (const tool of ['Bash', 'Write', 'Read'])
      expect(hook(run.call(tool, { command: 'ls', file_path: '/x' }))).toMatchObject({
        status: 0,
        decision: 'none',
      });
  });
});
