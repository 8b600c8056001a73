import { describe, expect, it } from 'vitest';
import type { Call } from './harness/call.ts';
import { runClient } from './harness/client.ts';
import { doWork, followCommand } from './harness/orchestra.ts';
import { type Reply, refuse, say } from './harness/reply.ts';
import { approve, isReview } from './harness/reviews.ts';
import { useRig } from './harness/rig.ts';

const rig = useRig();

const PLAN = {
  version: 1,
  task: 'Audit the sample project',
  domains: [{ id: 'one', workers: [1, 2, 3].map((n) => ({ task: `List part ${n} of it`, model: 'haiku' })) }],
};
const AGENTS = ['a1', 'a2', 'a3', 'coord-one'];

type Review = ((call: Call) => Reply) | undefined;

const MODES: [mode: string, args: string[], review: Review][] = [
  ['default', [], undefined],
  ['acceptEdits', ['--permission-mode', 'acceptEdits'], undefined],
  ['dontAsk', ['--permission-mode', 'dontAsk'], undefined],
  ['bypassPermissions', ['--dangerously-skip-permissions'], undefined],
  ['auto, with reviews', ['--permission-mode', 'auto'], approve],
  ['auto, with reviews that cannot be read', ['--permission-mode', 'auto'], () => say('Fine.')],
  ['auto, without reviews', ['--permission-mode', 'auto'], () => refuse(500)],
];

describe('a run in each permission mode: the file decides what is done', () => {
  it.each<[string, string, string[], Review]>([
    ...MODES.map((mode): [string, string, string[], Review] => ['workflow', ...mode]),
    // The parent gets each answer of this runner itself, so the client decorates it elsewhere.
    ...MODES.filter(([mode]) => mode.startsWith('auto')).map((mode): [string, string, string[], Review] => [
      'agent',
      ...mode,
    ]),
  ])('%s: %s', async (driver, _mode, args, review) => {
    const parent = followCommand(PLAN, driver);
    const reviews: Call[] = [];
    const options = await rig.serve((call) => {
      if (isReview(call)) {
        reviews.push(call);
        return review?.(call) ?? refuse(500);
      }
      return call.agentId === undefined ? parent(call) : doWork(call);
    });
    const { result } = await runClient('Start', { ...options, args });
    const ledger = rig.ledger();
    const of = (type: string) => ledger.filter((entry) => entry.type === type).map(({ agent }) => agent);
    expect(of('dispatched').sort()).toEqual(AGENTS);
    expect(of('returned').sort()).toEqual(AGENTS);
    expect(result.result).toContain('4 of 4 agents done');
    // No agent works twice, also if the client adds text to an answer.
    const workers = rig.api.calls.filter((call) => call.agentId !== undefined && !isReview(call));
    expect(new Set(workers.map(({ agentId }) => agentId)).size).toBe(4);
    if (review) expect(reviews.length).toBeGreaterThan(0);
    expect(result.permission_denials).toEqual([]);
  });

  it('starts nothing in plan mode', async () => {
    const options = await rig.serve(followCommand(PLAN, 'workflow'));
    await runClient('Start', { ...options, args: ['--permission-mode', 'plan'] });
    expect(rig.api.calls.every(({ agentId }) => agentId === undefined)).toBe(true);
    expect(rig.ledger().filter(({ type }) => type === 'dispatched')).toEqual([]);
  });
});
