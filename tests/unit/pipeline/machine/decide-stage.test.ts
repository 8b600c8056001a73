import { describe, expect, it } from 'vitest';
import { decideStage } from '../../../../src/pipeline/machine/decide-stage.ts';
import type { BuildView } from '../../../../src/pipeline/machine/step.ts';
import type { RunEvent } from '../../../../src/run/ledger/run-event.ts';
import { approvalOf } from '../../../harness/approvals.ts';
import { agentOf, dispatched, planWith, returned, snapshotOf } from '../../../harness/snapshots.ts';
import { blueprintOf } from '../simulation.ts';

const stage = 'architect';
const approved = (hash: string): RunEvent => ({
  type: 'gate-approved',
  stage,
  hash,
  ...approvalOf({ stage, hash }),
});
const rejected = (hash: string): RunEvent => ({
  type: 'gate-rejected',
  stage,
  hash,
  note: 'One database.',
  ...approvalOf({ stage, hash, action: 'reject' }),
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
  return {
    snapshot,
    blueprint: blueprintOf({ core: [] }),
    contractHash: 'now',
    isAuditReported: false,
    auditCost: { costUsd: 0, assumedUsd: 0, unpriced: 0 },
  };
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

describe('the check of what ships', () => {
  const tip = 'c'.repeat(40);
  const merged = 'd'.repeat(40);
  const moved = 'e'.repeat(40);
  const check = { kind: 'work', work: [{ do: 'check', stage: 'ship', by: 'shipper' }] };
  const gate = { kind: 'gate', stage: 'ship', hash: tip };

  it.each<[string, { base?: string; commit?: string; baseTip?: string | undefined }, object]>([
    ['holds while neither branch moves', { base: merged, baseTip: merged }, gate],
    ['is repeated if the base branch has moved', { base: merged, baseTip: moved }, check],
    [
      'is repeated if the integration branch has moved',
      { base: merged, baseTip: merged, commit: moved },
      check,
    ],
    ['holds if the base branch is at the commit to ship', { base: merged, baseTip: tip }, gate],
    ['holds if the base branch cannot be read', { base: merged, baseTip: undefined }, gate],
    ['holds if an older engine recorded no base', { baseTip: moved }, gate],
  ])('%s', (_, { base, commit = tip, baseTip }, expected) => {
    const plan = planWith([agentOf('shipper', { role: 'shipper', domain: 'ship' })]);
    const events: RunEvent[] = [
      dispatched('shipper'),
      returned('shipper', 'done'),
      {
        type: 'stage-checked',
        stage: 'ship',
        by: 'shipper',
        ok: true,
        hash: commit,
        commit,
        faults: [],
        ...(base === undefined ? {} : { base }),
      },
    ];
    const snapshot = snapshotOf({ plan, events, verdicts: { shipper: 'done' } });
    const view = {
      snapshot,
      blueprint: undefined,
      contractHash: 'now',
      isAuditReported: false,
      auditCost: { costUsd: 0, assumedUsd: 0, unpriced: 0 },
    };
    expect(decideStage({ ...view, integrationTip: tip, baseTip }, 'ship')).toEqual(expected);
  });
});
