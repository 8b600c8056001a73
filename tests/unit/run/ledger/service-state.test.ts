import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../../../src/run/ledger/run-event.ts';
import { replayLedger } from '../../../../src/run/ledger/state.ts';
import { entriesOf, START } from '../../../harness/snapshots.ts';

const stateAfter = (...events: RunEvent[]) => replayLedger(entriesOf(events)).service;
const blip = (waitMs: number, model?: 'haiku' | 'opus'): RunEvent => ({
  type: 'rate-limited',
  agent: 'a1',
  attempt: 1,
  waitMs,
  ...(model ? { kind: 'blip', model } : {}),
});
const usage = (until: string): RunEvent => ({
  type: 'rate-limited',
  agent: 'a1',
  attempt: 1,
  waitMs: 0,
  kind: 'usage',
  until,
  text: 'used up',
});
const refused = (cause: string, model?: 'opus'): RunEvent => ({
  type: 'refused',
  agent: 'a1',
  attempt: 1,
  cause,
  ...(model ? { model } : {}),
  text: '',
});
const returned = (verdict: 'done' | 'missing'): RunEvent => ({
  type: 'returned',
  agent: 'a2',
  attempt: 1,
  chars: 0,
  line: '',
  verdict,
  words: 0,
  findings: { critical: 0, major: 0, minor: 0 },
});

describe('what the ledger knows of the service', () => {
  it('holds a model back for the wait of a blip, and every model for an event of an older version', () => {
    expect(stateAfter(blip(5000, 'opus')).holds).toEqual(
      new Map([['opus', { kind: 'blip', until: START + 5000, text: '' }]]),
    );
    expect(stateAfter(blip(5000)).holds.get('all')).toMatchObject({ until: START + 5000 });
  });

  it('a shorter blip does not end a hold, but the latest word about a limit counts', () => {
    const far = '2026-01-02T09:00:00.000Z';
    const near = '2026-01-02T05:00:00.000Z';
    expect(stateAfter(usage(far), blip(1)).holds.get('all')?.until).toBe(Date.parse(far));
    expect(stateAfter(usage(far), usage(near)).holds.get('all')?.until).toBe(Date.parse(near));
  });

  it('gives the attempt back, and counts blips in a row, not used-up limits', () => {
    const dispatched: RunEvent = { type: 'dispatched', agent: 'a1', attempt: 1, driver: 'agent', wave: 1 };
    const a1After = (event: RunEvent) => replayLedger(entriesOf([dispatched, event])).agents.get('a1');
    expect(a1After(blip(1, 'opus'))).toMatchObject({ attempts: 0, limited: 1 });
    expect(a1After(usage('2026-01-02T09:00:00.000Z'))).toMatchObject({ attempts: 0, limited: 0 });
    expect(a1After(refused('no credit'))).toMatchObject({ attempts: 0, limited: 0 });
  });

  it('a success refutes what would hold for every model; a human’s resumption all', () => {
    const all = [refused('no credit'), refused('no credit'), refused('model not available', 'opus')];
    expect(stateAfter(...all).refusals).toEqual(
      new Map([
        ['no credit', 2],
        ['model not available: opus', 1],
      ]),
    );
    expect([...stateAfter(...all, returned('missing')).refusals.keys()]).toHaveLength(2);
    expect([...stateAfter(...all, returned('done')).refusals.keys()]).toEqual(['model not available: opus']);
    expect(stateAfter(...all, { type: 'resumed' }).refusals.size).toBe(0);
  });

  it('only a human’s wish to try lifts a limit', () => {
    const limit = usage('2026-01-02T09:00:00.000Z');
    expect(stateAfter(limit, { type: 'resumed' }, returned('done')).holds.size).toBe(1);
    expect(stateAfter(limit, { type: 'limits-lifted' }).holds.size).toBe(0);
  });
});
