import { describe, expect, it } from 'vitest';
import { decideBuildAction, withEngineCommand } from '../../../../src/pipeline/machine/next.ts';
import type { BuildView } from '../../../../src/pipeline/machine/step.ts';
import { renderAction } from '../../../../src/run/dispatch/action-text.ts';
import { nextActionTexts } from '../../../../src/run/dispatch/wording.ts';
import type { Driver } from '../../../../src/run/ledger/manifest.ts';
import type { RunEvent } from '../../../../src/run/ledger/run-event.ts';
import {
  agentOf,
  confirmed,
  planWith,
  returned,
  snapshotOf,
  type World,
} from '../../../harness/snapshots.ts';
import { blueprintOf } from '../simulation.ts';

const RUN_CALL = /`sao run \S+ --commands` \(timeout 600000\)/;
const architect = agentOf('architect', { role: 'architect', model: 'opus' });
const checked: RunEvent = {
  type: 'stage-checked',
  stage: 'architect',
  by: 'architect',
  ok: true,
  hash: 'h1',
  commit: 'c1',
  faults: [],
};

function view(world: World): BuildView {
  return {
    snapshot: snapshotOf(world),
    blueprint: blueprintOf({ core: [] }),
    contractHash: 'h1',
    isAuditReported: false,
    auditCost: { costUsd: 0, assumedUsd: 0, unpriced: 0 },
  };
}
const next = (world: World) => {
  const action = decideBuildAction(view({ events: confirmed, ...world }));
  if ('child' in action) throw new Error('the audit is not under way');
  return action;
};

describe('what a session does next in a build', () => {
  it('has the engine work if no agent can be started', () => {
    const action = next({});
    expect(action).toMatchObject({ action: 'run', command: `sao run ${action.run} --commands` });
    expect(action.message).toContain('timeout of 600000');
  });

  it('starts the agents that are due, and has the engine work then: it prints what comes next', () => {
    const action = next({ plan: planWith([architect]) });
    expect(action).toMatchObject({ action: 'dispatch', agents: [{ id: 'architect' }] });
    expect(action.message).toMatch(RUN_CALL);
    expect(renderAction(action)).not.toContain('`sao next`');
  });

  it('asks a human at a gate, with the commands for both answers', () => {
    const events = [...confirmed, returned('architect', 'done'), checked];
    const action = next({ plan: planWith([architect]), events, verdicts: { architect: 'done' } });
    expect(action).toMatchObject({
      action: 'ask',
      gate: 'architect',
      command: `sao gate approve architect ${action.run}`,
    });
    expect(action.message).toMatch(/sao gate reject architect \S+ --note/);
    expect(action.message).toMatch(RUN_CALL);
  });

  it('shows the work at the gate below the command', () => {
    const text = renderAction({ action: 'ask', run: 'r', command: 'sao gate', shown: ['project: shop'] });
    expect(text).toBe('ask\n$ sao gate\nproject: shop');
  });

  it('stops where it is halted', () => {
    const events: RunEvent[] = [...confirmed, { type: 'halted', reason: 'a door is open' }];
    expect(next({ events })).toMatchObject({
      action: 'halted',
      command: `sao run ${snapshotOf({}).manifest.id} --commands`,
      message: expect.stringContaining('a door is open'),
    });
  });

  it('names a driver that the run was made with, where it is halted', () => {
    const events: RunEvent[] = [...confirmed, { type: 'halted', reason: 'a door is open' }];
    const snapshot = snapshotOf({ events });
    const commandBy = (driver: Driver) => {
      const manifest = { ...snapshot.manifest, driver };
      return decideBuildAction({ ...view({ events }), snapshot: { ...snapshot, manifest } });
    };
    expect(commandBy('claude')).toMatchObject({ command: expect.stringMatching(/ --driver claude$/) });
    expect(commandBy('command')).toMatchObject({
      command: expect.stringMatching(/ --driver command --command '<the program>'$/),
    });
  });

  it('leaves an action of its audit as it is but for what comes after it', () => {
    const action = {
      action: 'wait' as const,
      run: 'child',
      command: 'x',
      message: 'Run it, then `sao next`.',
    };
    expect(withEngineCommand(action, 'r1')).toEqual({
      ...action,
      message: 'Run it, then `sao run r1 --commands` (timeout 600000).',
    });
    expect(withEngineCommand({ action: 'wait', run: 'child' }, 'r1')).toEqual({
      action: 'wait',
      run: 'child',
    });
  });

  it.each([
    ['dispatch', nextActionTexts.dispatch(2)],
    ['wait', nextActionTexts.wait(3)],
    ['run', nextActionTexts.run(1, true)],
  ])('names the engine’s command in the text of %s, where a run names `sao next`', (_, message) => {
    const action = withEngineCommand({ action: 'wait', run: 'child', message }, 'r1');
    expect(message.match(/`sao next`/g)).toHaveLength(1);
    expect(action.message).toContain('sao run r1 --commands');
    expect(action.message).not.toContain('sao next');
  });
});
