import { existsSync, mkdirSync, readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runsOfSession } from '../../../../src/run/ledger/sessions.io.ts';
import { onAgentCall } from '../../../../src/session/hooks/dispatch.io.ts';
import { takeTurn, useTurn } from '../../../../src/session/hooks/turn.io.ts';
import { onWorktreeCreate } from '../../../../src/session/hooks/worktree.io.ts';
import { BuildRun, decisionOf, RUN } from '../../../harness/build-run.ts';
import { makeScratch } from '../../../harness/scratch.ts';
import { git } from '../../../hazards/git-scratch.ts';

const dispatch = async (run: BuildRun, id: string, more: object = {}) =>
  decisionOf(
    await onAgentCall(
      run.call('Agent', { description: id, prompt: `sao:${RUN}/${id}`, ...more }),
      run.env,
      new Date(),
    ),
  );
const create = (run: BuildRun, name = 'agent-1') =>
  onWorktreeCreate({ ...run.call('', {}), hook_event_name: 'WorktreeCreate', name } as never, run.env);

describe('a builder that is dispatched', () => {
  it('starts in the worktree and on the branch of its module, from what is integrated', async () => {
    const run = new BuildRun();
    const { decision, input } = await dispatch(run, 'build-auth');
    expect([decision, input.isolation]).toEqual(['allow', 'worktree']);
    const place = await create(run);
    expect(place).toBe(join(run.dir, 'builds', 'auth'));
    expect(git(place ?? '', 'branch', '--show-current')).toBe(`orchestration/${RUN}/auth`);
    expect(git(place ?? '', 'rev-parse', 'HEAD')).toBe(git(run.integration, 'rev-parse', 'HEAD'));
    expect(existsSync(join(place ?? '', '.orchestration/contracts/modules.json'))).toBe(true);
    // The next worktree is nobody's of ours.
    expect(await create(run)).toBeUndefined();
  });

  it('starts in it again with the work that is there', async () => {
    const run = new BuildRun();
    await dispatch(run, 'build-auth');
    const place = (await create(run)) ?? '';
    git(place, 'commit', '--quiet', '--allow-empty', '-m', 'Work');
    await takeTurn(run.root, run.session, { toolUse: 't', run: RUN, agent: 'build-auth' });
    expect(await create(run)).toBe(place);
    expect(git(place, 'log', '-1', '--format=%s')).toBe('Work');
  });

  it('is told from others that start at the same time', async () => {
    const run = new BuildRun();
    const order: string[] = [];
    const calls = ['build-auth', 'build-pay'].map((id) => dispatch(run, id).then(() => order.push(id)));
    await Promise.race(calls);
    const [first] = order;
    const places = [await create(run)];
    await Promise.all(calls);
    places.push(await create(run));
    expect(places).toEqual(order.map((id) => join(run.dir, 'builds', id.slice('build-'.length))));
    expect(order[0]).toBe(first);
  });
});

describe('whoever else has a worktree', () => {
  it('starts in it where it is there, such as the architect in that of the integration', async () => {
    const run = new BuildRun();
    expect((await dispatch(run, 'architect')).input.isolation).toBe('worktree');
    expect(await create(run)).toBe(run.integration);
  });

  it('has none where the plan names none', async () => {
    const run = new BuildRun();
    expect((await dispatch(run, 'a1')).input.isolation).toBeUndefined();
    expect(await create(run)).toBeUndefined();
  });

  it('is left to the client, and never given a builder’s', async () => {
    const run = new BuildRun();
    expect(await create(run)).toBeUndefined();
    const foreign = run.call('Agent', { prompt: 'Look around', isolation: 'worktree' });
    expect(await onAgentCall(foreign, run.env, new Date())).toBeUndefined();
    const builder = dispatch(run, 'build-auth');
    expect(await create(run)).toBeUndefined();
    await builder;
    expect(await create(run)).toBe(join(run.dir, 'builds', 'auth'));
  });
});

describe('the turns', () => {
  it('come one after the other', async () => {
    const root = makeScratch();
    mkdirSync(join(root, '.sessions'), { mode: 0o700 });
    const seen: string[] = [];
    const calls = ['a', 'b', 'c', 'd'].map((toolUse) => takeTurn(root, 's', { toolUse }));
    for (let n = 0; n < calls.length; n += 1) {
      await Promise.any(calls.filter((_, index) => !seen.includes('abcd'.charAt(index))));
      const turn = useTurn(root, 's');
      seen.push(turn?.toolUse ?? 'none');
    }
    await Promise.all(calls);
    expect([...seen].sort()).toEqual(['a', 'b', 'c', 'd']);
    expect(useTurn(root, 's')).toBeUndefined();
  });

  it('pass over one that nobody used, and are not kept for what comes much later', async () => {
    const root = makeScratch();
    mkdirSync(join(root, '.sessions'), { mode: 0o700 });
    const path = join(root, '.sessions', 's.turn');
    const age = (seconds: number) => {
      const then = Date.now() / 1000 - seconds;
      utimesSync(path, then, then);
    };
    await takeTurn(root, 's', { toolUse: 'refused' });
    age(5);
    await takeTurn(root, 's', { toolUse: 'next' });
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ toolUse: 'next' });
    age(60);
    expect(useTurn(root, 's')).toBeUndefined();
    expect(runsOfSession(root, 's')).toEqual([]);
  });
});
