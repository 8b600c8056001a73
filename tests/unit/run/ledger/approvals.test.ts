import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../../../src/run/ledger/run-event.ts';
import { replayLedger } from '../../../../src/run/ledger/state.ts';
import { approvalOf } from '../../../harness/approvals.ts';
import { entriesOf } from '../../../harness/snapshots.ts';

const replay = (...events: RunEvent[]) => replayLedger(entriesOf(events));
const planAccepted: RunEvent = { type: 'plan-accepted', hash: 'p', workers: 1, coordinators: 1, waves: 1 };
const stage = 'ship';
const asked: RunEvent = { type: 'gate-asked', stage, hash: 'h1', token: 't1' };

describe('the approval of a plan’s commands', () => {
  const askedCommands: RunEvent = { type: 'commands-asked', hash: 'c1', token: 't1' };
  const approvedCommands: RunEvent = {
    type: 'commands-approved',
    hash: 'c1',
    ...approvalOf({ stage: 'commands', hash: 'c1' }),
  };

  it('is bound to the hash that was approved', () => {
    expect(replay(planAccepted, approvedCommands).approvedCommands).toBe('c1');
  });

  it('ends with a new plan, and so do open questions and the confirmation', () => {
    const state = replay(
      planAccepted,
      { type: 'plan-confirmed', ...approvalOf({ stage: 'plan', hash: 'p' }) },
      askedCommands,
      approvedCommands,
      askedCommands,
      planAccepted,
    );
    expect(state.approvedCommands).toBeUndefined();
    expect(state.confirmed).toBe(false);
    expect([...state.askedCommands]).toEqual([]);
  });

  it('uses up its token', () => {
    expect([...replay(planAccepted, askedCommands).askedCommands]).toEqual([['t1', 'c1']]);
    expect([...replay(planAccepted, askedCommands, approvedCommands).askedCommands]).toEqual([]);
  });
});

describe('the approval of a gate', () => {
  const approved: RunEvent = {
    type: 'gate-approved',
    ...{ stage, hash: 'h1' },
    ...approvalOf({ stage, hash: 'h1' }),
  };
  const rejected: RunEvent = {
    type: 'gate-rejected',
    ...{ stage, hash: 'h1', note: 'Docs.' },
    ...approvalOf({ stage, hash: 'h1', action: 'reject' }),
  };
  const gateOf = (...events: RunEvent[]) => replay(...events).gates.get(stage);

  it('uses up its token', () => {
    expect([...(gateOf(asked)?.asked ?? [])]).toEqual([['t1', 'h1']]);
    expect([...(gateOf(asked, approved)?.asked ?? [])]).toEqual([]);
    expect([...(gateOf(asked, rejected)?.asked ?? [])]).toEqual([]);
  });

  it('is withdrawn by a rejection of the same hash', () => {
    expect(gateOf(approved)?.approved).toBe('h1');
    expect(gateOf(approved, rejected)).toMatchObject({
      rejections: 1,
      rejected: { hash: 'h1', note: 'Docs.' },
    });
    expect(gateOf(approved, rejected)?.approved).toBeUndefined();
  });

  it('stays after a rejection of another hash', () => {
    expect(gateOf(approved, { ...rejected, hash: 'h2' } as RunEvent)?.approved).toBe('h1');
  });

  it('removes the rejection before it', () => {
    expect(gateOf(rejected, approved)?.rejected).toBeUndefined();
  });
});
