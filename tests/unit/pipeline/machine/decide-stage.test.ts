import { describe, expect, it } from 'vitest';
import { decideStage } from '../../../../src/pipeline/machine/decide-stage.ts';
import type { BuildView } from '../../../../src/pipeline/machine/step.ts';
import type { RunEvent } from '../../../../src/run/ledger/run-event.ts';
import { agentOf, dispatched, planWith, returned, snapshotOf } from '../../../harness/snapshots.ts';
import { blueprintOf } from '../simulation.ts';

const stage = 'architect';
const approved = (hash: string): RunEvent => ({
  type: 'gate-approved',
  stage,
  hash,
  by: 'shell',
  who: 'ada',
});
const rejected = (hash: string): RunEvent => ({
  type: 'gate-rejected',
  stage,
  hash,
  by: 'shell',
  who: 'ada',
  note: 'One database.',
});
const checked = (hash: string): RunEvent => ({
  type: 'stage-checked',
  stage,
  by: 'architect',
  ok: true,
  hash,
  faults: [],
});

/** A build whose architect is done and whose contract now has the hash `now`. */
function viewOf(events: readonly RunEvent[]): BuildView {
  const plan = planWith([agentOf('architect', { role: 'architect', domain: 'build' })]);
  const before: RunEvent[] = [dispatched('architect'), returned('architect', 'done')];
  const snapshot = snapshotOf({ plan, events: [...before, ...events], verdicts: { architect: 'done' } });
  return { snapshot, blueprint: blueprintOf({ core: [] }), contractHash: 'now', isAuditReported: false };
}

describe('the gate of the contract', () => {
  it.each<[string, RunEvent[], object | undefined]>([
    ['opens after its approval', [checked('now'), approved('now')], undefined],
    ['asks if nothing was approved', [checked('now')], { kind: 'gate', stage, hash: 'now' }],
    [
      'asks again if another hash was approved',
      [approved('then'), checked('now')],
      { kind: 'gate', stage, hash: 'now' },
    ],
    [
      'is checked again if the contract changed after the check',
      [checked('then'), approved('then')],
      { kind: 'work', work: [{ do: 'check', stage, by: 'architect' }] },
    ],
    [
      'sends a rejected contract to another architect',
      [checked('now'), rejected('now')],
      { kind: 'work', work: [{ do: 'extend', role: 'architect' }] },
    ],
  ])('%s', (_, events, expected) => {
    expect(decideStage(viewOf(events), stage)).toEqual(expected);
  });
});
