import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { damagedLines, parseEntry, parseLedger } from '../../../../src/run/ledger/events.ts';
import type { LedgerEntry, RunEvent } from '../../../../src/run/ledger/run-event.ts';
import { replayLedger } from '../../../../src/run/ledger/state.ts';
import { VERDICTS } from '../../../../src/run/outputs/sentinel.ts';
import { scaled } from '../../../harness/scale.ts';
import { confirmed, dispatched, entriesOf, returned } from '../../../harness/snapshots.ts';

const fold = (...events: RunEvent[]) => replayLedger(entriesOf(events));
const agent = (...events: RunEvent[]) => fold(...events).agents.get('a1');

describe('attempts', () => {
  it('are counted when they begin and end when they return', () => {
    expect(agent(dispatched('a1'))).toMatchObject({ attempts: 1, allowed: 2, running: { attempt: 1 } });
    const ended = agent(dispatched('a1'), returned('a1', 'missing'));
    expect(ended).toMatchObject({ attempts: 1, last: { verdict: 'missing', attempt: 1 }, returnedChars: 40 });
    expect(ended?.running).toBeUndefined();
  });

  it.each([
    [{ type: 'released', agent: 'a1', attempt: 1, reason: 'the driver died' } as const],
    [{ type: 'rate-limited', agent: 'a1', attempt: 1, waitMs: 10 } as const],
  ])('are given back after %j', (event) => {
    const given = agent(dispatched('a1'), event);
    expect(given?.attempts).toBe(0);
    expect(given?.running).toBeUndefined();
  });

  it('that are over already change nothing any more', () => {
    const late = agent(
      dispatched('a1'),
      returned('a1', 'missing'),
      dispatched('a1', 2),
      returned('a1', 'empty', 1),
    );
    expect(late).toMatchObject({ attempts: 2, running: { attempt: 2 } });
    const released = agent(dispatched('a1'), dispatched('a1', 2), {
      type: 'released',
      agent: 'a1',
      attempt: 1,
      reason: 'late',
    });
    expect(released).toMatchObject({ attempts: 2, running: { attempt: 2 } });
  });

  it('are one more after a retry, counted from the used attempts', () => {
    const spent = [
      dispatched('a1'),
      returned('a1', 'missing'),
      dispatched('a1', 2),
      returned('a1', 'missing', 2),
    ];
    const retried: RunEvent = { type: 'retried', agent: 'a1', reason: 'asked for' };
    expect(agent(...spent, retried)).toMatchObject({ attempts: 2, allowed: 3 });
    expect(agent(...spent, retried, retried)).toMatchObject({ allowed: 3 });
    expect(agent(retried)).toMatchObject({ attempts: 0, allowed: 2 });
    expect(agent({ type: 'gap', agent: 'a1', reason: 'no', by: 'user' }, retried)?.gap).toBeUndefined();
  });
});

describe('a run', () => {
  it('is confirmed until another plan is accepted', () => {
    expect(fold(...confirmed).confirmed).toBe(true);
    const again = fold(...confirmed, {
      type: 'plan-accepted',
      hash: 'i',
      workers: 1,
      coordinators: 1,
      waves: 1,
    });
    expect(again).toMatchObject({ confirmed: false, planHash: 'i' });
  });

  it('is not reported any more once an agent does something again, but for its cost', () => {
    const reported: RunEvent = { type: 'reported', findings: { critical: 0, major: 0, minor: 0 }, gaps: 0 };
    const spent: RunEvent = {
      type: 'spent',
      agent: 'a1',
      attempt: 1,
      costUsd: 0.5,
      inputTokens: 10,
      outputTokens: 5,
      durationMs: 9,
    };
    expect(fold(reported).reported).toBe(true);
    expect(fold(reported, { type: 'retried', agent: 'a1', reason: 'x' }).reported).toBe(false);
    expect(fold(reported, spent)).toMatchObject({ reported: true, costUsd: 0.5 });
  });

  it('is halted until it is resumed', () => {
    expect(fold({ type: 'halted', reason: 'cost' }).halted).toBe('cost');
    expect(fold({ type: 'halted', reason: 'cost' }, { type: 'resumed' }).halted).toBeUndefined();
  });
});

describe('parseEntry', () => {
  const at = '2026-01-02T03:04:05.000Z';
  it.each([
    ['', 'nothing'],
    ['{', 'half a line'],
    ['null', 'null'],
    ['[]', 'a list'],
    ['3', 'a number'],
    [`{"v":2,"at":"${at}","type":"resumed"}`, 'a newer version'],
    [`{"v":1,"type":"resumed"}`, 'no time'],
    [`{"v":1,"at":"yesterday","type":"resumed"}`, 'no time either'],
    [`{"v":1,"at":"${at}","type":"teleported","agent":"a1"}`, 'an event of a newer engine'],
    [`{"v":1,"at":"${at}","type":"constructor"}`, 'a key of every object'],
    [`{"v":1,"at":"${at}","type":"toString"}`, 'another one'],
    [`{"v":1,"at":"${at}","type":"dispatched","agent":"a1"}`, 'a field missing'],
  ])('skips %s (%s)', (line) => {
    expect(parseEntry(line)).toBeUndefined();
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (line) => void parseLedger(line)));
  });
});

const ids = fc.constantFrom('a1', 'a2', 'b1');
const attempt = fc.integer({ min: 1, max: 3 });
const agentEvent: fc.Arbitrary<RunEvent> = fc.oneof(
  fc.tuple(ids, attempt).map(([id, n]) => dispatched(id, n)),
  fc.tuple(ids, attempt, fc.constantFrom(...VERDICTS)).map(([id, n, verdict]) => returned(id, verdict, n)),
  fc
    .tuple(ids, attempt)
    .map(([id, n]): RunEvent => ({ type: 'released', agent: id, attempt: n, reason: 'x' })),
  fc
    .tuple(ids, attempt)
    .map(([id, n]): RunEvent => ({ type: 'rate-limited', agent: id, attempt: n, waitMs: 5 })),
  fc
    .tuple(ids, attempt)
    .map(([id, n]): RunEvent => ({ type: 'sent-back', agent: id, attempt: n, fault: 'é\n"x"' })),
  ids.map((id): RunEvent => ({ type: 'retried', agent: id, reason: 'x' })),
  fc
    .tuple(ids, fc.constantFrom('user', 'engine'))
    .map(([id, by]): RunEvent => ({ type: 'gap', agent: id, reason: '日本', by }) as RunEvent),
);
const runEvent: fc.Arbitrary<RunEvent> = fc.constantFrom<RunEvent>(
  ...confirmed,
  { type: 'halted', reason: 'x' },
  { type: 'resumed' },
);
const lineOf = (entry: LedgerEntry) => `${JSON.stringify(entry)}\n`;

describe('the fold of any ledger', () => {
  it('cut at any byte is the fold of its whole lines', () => {
    const ledger = fc.array(fc.oneof(agentEvent, runEvent), { maxLength: 12 }).map(entriesOf);
    fc.assert(
      fc.property(ledger, (entries) => {
        const bytes = Buffer.from(entries.map(lineOf).join(''));
        let whole = 0;
        let end = 0;
        for (let cut = 0; cut <= bytes.length; cut++) {
          const next = entries[whole];
          // The last line counts as soon as its brace is there, with or without its newline.
          if (next && cut >= end + Buffer.byteLength(lineOf(next)) - 1) {
            end += Buffer.byteLength(lineOf(next));
            whole += 1;
          }
          const cutState = replayLedger(parseLedger(bytes.subarray(0, cut).toString('utf8')));
          if (cutState.lastEvent !== replayLedger(entries.slice(0, whole)).lastEvent || cut % 17 === 0)
            expect(cutState).toEqual(replayLedger(entries.slice(0, whole)));
        }
      }),
      { numRuns: scaled(25, 500) },
    );
  });

  it('continues after a torn line that the next append has closed', () => {
    const [first, second, third] = entriesOf([
      dispatched('a1'),
      returned('a1', 'done'),
      dispatched('a2'),
    ]).map(lineOf);
    const torn = `${first}${second?.slice(0, 30)}\n${third}`;
    expect([...replayLedger(parseLedger(torn)).agents.keys()]).toEqual(['a1', 'a2']);
  });

  it('skips what a newer engine wrote', () => {
    fc.assert(
      fc.property(fc.array(agentEvent, { maxLength: 10 }), fc.nat(10), (events, place) => {
        const entries = entriesOf(events);
        const lines = entries.map(lineOf);
        const foreign = `{"v":1,"at":"2027-01-01T00:00:00.000Z","type":"teleported","agent":"a1","attempt":1}\n`;
        lines.splice(
          place,
          0,
          foreign,
          '\n',
          '{"v":3,"at":"2027-01-01T00:00:00.000Z","type":"halted","reason":"x"}\n',
        );
        expect(replayLedger(parseLedger(lines.join('')))).toEqual(replayLedger(entries));
      }),
    );
  });

  it('does not depend on the order of different agents', () => {
    fc.assert(
      fc.property(fc.array(agentEvent, { maxLength: 16 }), (events) => {
        const byAgent = [...events].sort((a, b) => agentName(a).localeCompare(agentName(b)));
        // The same time for all: only the order is different.
        const [one, other] = [events, byAgent].map((list) =>
          replayLedger(list.map((event) => ({ v: 1, at: '2026-01-02T03:04:05.000Z', ...event }))),
        );
        expect(one?.agents).toEqual(other?.agents);
      }),
      { numRuns: scaled(300, 3_000) },
    );
  });
});

function agentName(event: RunEvent): string {
  return 'agent' in event ? event.agent : '';
}

describe('lines that cannot be read', () => {
  const whole = JSON.stringify({ v: 1, at: '2026-03-14T10:15:00.000Z', type: 'resumed' });

  it.each([
    ['half a line that was healed', `${whole}\n{"v":1,"at\n${whole}\n`, [2]],
    ['zeros after a crash of the machine', `${whole}\n\0\0\0\0\n`, [2]],
    ['an event of ours without what it must say', `{"v":1,"at":"x","type":"gap"}\n${whole}\n`, [1]],
    ['JSON that is no event', `null\n5\n[]\n{}\n`, [1, 2, 3, 4]],
    ['an event of a newer version', `{"v":2,"type":"resumed"}\n{"v":1,"type":"dreamt"}\n`, []],
    ['a blank line', `${whole}\n\n${whole}\n`, []],
    ['a last line that is still being written', `${whole}\n{"v":1,"a`, []],
    ['nothing at all', '', []],
  ])('%s', (_, text, lines) => {
    expect(damagedLines(text)).toEqual(lines);
  });
});
