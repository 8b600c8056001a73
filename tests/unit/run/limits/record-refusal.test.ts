import { describe, expect, it } from 'vitest';
import type { EventOf } from '../../../../src/run/ledger/run-event.ts';
import { applyRefusal, type ServiceState } from '../../../../src/run/ledger/service-state.ts';
import { type RefusedAttempt, recordRefusal } from '../../../../src/run/limits/record-refusal.ts';

const now = Date.parse('2026-11-29T18:32:00Z');
const refused = (more: Partial<RefusedAttempt>): RefusedAttempt => ({
  agent: 'a1',
  attempt: 1,
  refusal: { kind: 'blip', model: 'haiku', text: 'API Error: overloaded' },
  waitMs: 700,
  blips: 0,
  service: { holds: new Map(), refusals: new Map() },
  now,
  ...more,
});
const GENERAL = { kind: 'permanent', cause: 'not logged in', text: 'Invalid API key' } as const;

describe('the events of a refused attempt', () => {
  it('a blip of one model, with its wait', () => {
    expect(recordRefusal(refused({}))).toEqual([
      {
        type: 'rate-limited',
        agent: 'a1',
        attempt: 1,
        waitMs: 700,
        kind: 'blip',
        model: 'haiku',
        text: 'API Error: overloaded',
      },
    ]);
  });

  it('a blip waits at least the time that the service states', () => {
    const stated = { kind: 'blip', until: now + 20_000, text: 'busy' } as const;
    expect(recordRefusal(refused({ refusal: stated }))).toMatchObject([{ waitMs: 20_000 }]);
    expect(recordRefusal(refused({ refusal: stated, waitMs: 21_000 }))).toMatchObject([{ waitMs: 21_000 }]);
  });

  it('a limit of another model than the agent’s holds both', () => {
    const refusal = { kind: 'usage', model: 'opus', answering: 'haiku', text: 'limit' } as const;
    const [event] = recordRefusal(refused({ refusal }));
    expect(event).toMatchObject({ type: 'rate-limited', model: 'opus', answering: 'haiku' });
    const service: ServiceState = { holds: new Map(), refusals: new Map() };
    applyRefusal(service, { ...(event as EventOf<'rate-limited'>), at: new Date(now).toISOString() });
    expect([...service.holds.keys()]).toEqual(['opus', 'haiku']);
  });

  it('a usage limit, with its end', () => {
    const refusal = { kind: 'usage', until: now + 3_600_000, text: 'API Error: overloaded' } as const;
    expect(recordRefusal(refused({ refusal, blips: 19 }))).toEqual([
      {
        type: 'rate-limited',
        agent: 'a1',
        attempt: 1,
        waitMs: 0,
        kind: 'usage',
        until: '2026-11-29T19:32:00.000Z',
        text: 'API Error: overloaded',
      },
    ]);
  });

  it('a usage limit without an end is taken to last half an hour', () => {
    expect(recordRefusal(refused({ refusal: { kind: 'usage', text: 'limit' } }))).toMatchObject([
      { until: '2026-11-29T19:02:00.000Z' },
    ]);
  });

  it.each([
    [0, false],
    [1, false],
    [2, true],
    // Attempts that were running when the run halted.
    [3, false],
  ])('a refusal for good after %s that were alike: halts %s', (before, halts) => {
    const service = { holds: new Map(), refusals: new Map([['not logged in', before]]) };
    const events = recordRefusal(refused({ refusal: GENERAL, service }));
    expect(events[0]).toEqual({
      type: 'refused',
      agent: 'a1',
      attempt: 1,
      cause: 'not logged in',
      text: 'Invalid API key',
    });
    expect(events.slice(1)).toEqual(
      halts
        ? [{ type: 'halted', reason: 'the service refuses every agent, not logged in: Invalid API key' }]
        : [],
    );
  });

  it('counts the refusals of one model apart', () => {
    const refusal = { kind: 'permanent', cause: 'model not available', model: 'opus', text: 'no' } as const;
    const service = {
      holds: new Map(),
      refusals: new Map([
        ['model not available: fable', 2],
        ['model not available: opus', 1],
      ]),
    };
    expect(recordRefusal(refused({ refusal, service })).map(({ type }) => type)).toEqual(['refused']);
  });
});
