import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lockTree, unlockTree } from '../../../../src/run/dispatch/tree-lock.io.ts';
import { appendEvents } from '../../../../src/run/ledger/store.io.ts';
import { onAgentCall } from '../../../../src/session/hooks/dispatch.io.ts';
import { onAgentFailure } from '../../../../src/session/hooks/return.io.ts';
import { identifyProcess, type ProcessIdentity } from '../../../../src/system/process/identity.ts';
import { unwrap } from '../../../../src/system/result.ts';
import { listWorktrees } from '../../../../src/workspace/worktree/list.io.ts';
import { pruneWorktrees } from '../../../../src/workspace/worktree/prune.io.ts';
import { removeWorktree } from '../../../../src/workspace/worktree/remove.io.ts';
import { openSite } from '../../../../src/workspace/worktree/site.io.ts';
import { BuildRun, RUN } from '../../../harness/build-run.ts';
import { git } from '../../../hazards/git-scratch.ts';

const self = identifyProcess() as ProcessIdentity;
const DEAD = { ...self, started: '1' };

async function prepare() {
  const run = new BuildRun();
  const { project, dir } = run;
  const site = unwrap(await openSite({ project, runDir: dir, run: RUN }));
  const place = join(site.builds, 'auth');
  const remove = () => removeWorktree(site, 'auth', { target: 'HEAD' });
  const list = async () => {
    const trees = unwrap(await listWorktrees(site, git(project, 'rev-parse', 'HEAD')));
    return trees.find(({ module }) => module === 'auth');
  };
  const begin = (owner: ProcessIdentity) =>
    appendEvents(
      dir,
      [{ type: 'dispatched', agent: 'build-auth', attempt: 1, driver: 'agent', wave: 1, owner }],
      new Date(),
    );
  const reason = () => /^locked (.*)$/m.exec(git(project, 'worktree', 'list', '--porcelain'))?.[1];
  return { run, project, site, place, remove, list, begin, reason };
}

describe('a worktree in which an agent works', () => {
  it('is neither removed nor pruned while the process that carries the agent lives', async () => {
    const { site, place, remove, list, begin } = await prepare();
    begin(self);
    expect(await remove()).toMatchObject({
      ok: false,
      diagnostics: [{ code: 'worktree-in-use', message: `build-auth still works in ${place}` }],
    });
    expect((await list())?.agents).toEqual(['build-auth']);
    const { kept } = unwrap(await pruneWorktrees(site, { target: 'HEAD', all: true }));
    expect(kept).toContainEqual({ module: 'auth', reason: 'build-auth still at work in it' });
    expect(existsSync(place)).toBe(true);
  });

  it('is removed after the process has died', async () => {
    const { place, remove, begin } = await prepare();
    begin(DEAD);
    lockTree(place, RUN, DEAD);
    expect((await remove()).ok).toBe(true);
    expect(existsSync(place)).toBe(false);
  });
});

describe('the lock of a worktree', () => {
  it('holds while its process lives, for the engine and for git', async () => {
    const { project, place, remove, list } = await prepare();
    lockTree(place, RUN, self);
    expect((await list())?.locked).toMatch(/^sao run /);
    expect(await remove()).toMatchObject({ ok: false, diagnostics: [{ code: 'worktree-locked' }] });
    expect(() => git(project, 'worktree', 'remove', '--force', place)).toThrow(/locked/);
    lockTree(place, RUN, DEAD);
    expect((await list())?.locked).toBeNull();
    expect((await remove()).ok).toBe(true);
  });

  it('replaces no lock of a user, and is removed by its own run alone', async () => {
    const { project, place, reason } = await prepare();
    git(project, 'worktree', 'lock', '--reason', 'mine', place);
    lockTree(place, RUN, self);
    unlockTree(place, RUN);
    expect(reason()).toBe('mine');
    git(project, 'worktree', 'unlock', place);
    lockTree(place, RUN, self);
    unlockTree(place, '20260101-120000-ffffffff');
    expect(reason()).toMatch(/^sao run /);
    unlockTree(place, RUN);
    expect(reason()).toBeUndefined();
  });

  it('is set by the dispatch in a session and removed when the agent ends', async () => {
    const { run, reason } = await prepare();
    const env = { ...run.env, CLAUDE_PID: String(process.pid) };
    const call = run.call('Agent', { description: 'x', prompt: `sao:${RUN}/build-auth` });
    onAgentCall(call, env, new Date());
    expect(reason()).toContain(`sao run ${RUN} (pid ${process.pid} start ${self.started} `);
    onAgentFailure({ ...call, hook_event_name: 'PostToolUseFailure', error: 'it broke' }, env, new Date());
    expect(reason()).toBeUndefined();
  });
});
