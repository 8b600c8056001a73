import { describe, expect, it } from 'vitest';
import { haltEndlessAgents } from '../../../../src/run/dispatch/standing.ts';
import type { RunEvent } from '../../../../src/run/ledger/run-event.ts';
import {
  agentOf,
  confirmed,
  dispatched,
  planWith,
  returned,
  snapshotOf,
} from '../../../harness/snapshots.ts';

const plan = planWith([agentOf('a1'), agentOf('a2')]);
const released = (reason: string, agent = 'a1'): RunEvent[] => [
  dispatched(agent),
  { type: 'released', agent, attempt: 1, reason },
];
const gone = released('the process that carried it is gone');
const interrupted = released('the run was interrupted');
const refused: RunEvent[] = [
  dispatched('a1'),
  { type: 'refused', agent: 'a1', attempt: 1, cause: 'refused', text: 'go away' },
];
const limit = (kind: 'usage' | 'blip'): RunEvent[] => [
  dispatched('a1'),
  { type: 'rate-limited', agent: 'a1', attempt: 1, waitMs: 0, kind, text: 'limit reached' },
];
const child = { pid: 7, started: '70', boot: 'b1' };
const byProcess = (driver: 'claude' | 'command', started: readonly RunEvent[]): RunEvent[] => [
  { type: 'dispatched', agent: 'a1', attempt: 1, driver, wave: 1 },
  ...started,
  { type: 'released', agent: 'a1', attempt: 1, reason: 'the process that carried it is gone' },
];
const started: RunEvent[] = [{ type: 'started', agent: 'a1', attempt: 1, child }];
const times = (count: number, events: readonly RunEvent[]) =>
  Array.from({ length: count }, () => events).flat();
const halted = (events: readonly RunEvent[]) => {
  const { state } = snapshotOf({ plan, events: [...confirmed, ...events] });
  return haltEndlessAgents(plan, state).map((event) => (event.type === 'halted' ? event.reason : ''));
};
const told = (reason: string) =>
  `a1 was started 20 times in a row and gave no result; each attempt was given back, the last one because: ${reason}`;

describe('attempts that are given back', () => {
  it.each<[string, RunEvent[], string[]]>([
    ['19 lost processes', times(19, gone), []],
    ['20 lost processes', times(20, gone), [told('the process that carried it is gone')]],
    [
      'lost processes and ended workflows',
      [...times(19, gone), ...released('its workflow has ended')],
      [told('its workflow has ended')],
    ],
    ['20 refusals', times(20, refused), [told('go away')]],
    ['20 used-up limits', times(20, limit('usage')), [told('limit reached')]],
    [
      '20 lost processes of a command',
      times(20, byProcess('command', started)),
      [told('the process that carried it is gone')],
    ],
    // A runner that ended before it had started an agent says nothing about the agent.
    ['runners that ended before they had started a client', times(30, byProcess('claude', [])), []],
    ['runners that ended before they had started a command', times(30, byProcess('command', [])), []],
    // These have a bound of their own.
    ['short refusals', times(30, limit('blip')), []],
    ['interrupts by a human', times(30, interrupted), []],
    ['lost processes of two agents', [...times(19, gone), ...times(19, released('gone', 'a2'))], []],
    ['a result in between', [...times(19, gone), dispatched('a1'), returned('a1', 'empty'), ...gone], []],
    ['a further attempt by a human', [...times(20, gone), { type: 'retried', agent: 'a1', reason: 'x' }], []],
    ['a run that is halted already', [...times(20, gone), { type: 'halted', reason: 'x' }], []],
    ['a resumed run', [...times(20, gone), { type: 'halted', reason: 'x' }, { type: 'resumed' }], []],
    [
      'a run that was resumed before the bound',
      [...times(10, gone), { type: 'halted', reason: 'x' }, { type: 'resumed' }, ...times(10, gone)],
      [told('the process that carried it is gone')],
    ],
    [
      'as many again after the bound',
      [...times(20, gone), { type: 'halted', reason: 'x' }, { type: 'resumed' }, ...times(20, gone)],
      [told('the process that carried it is gone')],
    ],
  ])('%s', (_, events, reasons) => {
    expect(halted(events)).toEqual(reasons);
  });
});
