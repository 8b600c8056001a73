import { expect, it } from 'vitest';
import type { RunEvent } from '../../../../src/run/ledger/run-event.ts';
import { renderLive, SlotStrip } from '../../../../src/run/status/live-text.ts';
import type { Need } from '../../../../src/run/status/needs.ts';
import { describeStatus } from '../../../../src/run/status/status.ts';
import {
  agentOf,
  confirmed,
  dispatched,
  planWith,
  returned,
  snapshotOf,
} from '../../../harness/snapshots.ts';

const plan = planWith(['a1', 'a2', 'a3'].map((id) => agentOf(id, { model: 'opus' })));
const live = (events: readonly RunEvent[], needs: Need[] = [], strip = new SlotStrip(), width = 120) =>
  renderLive(
    describeStatus(
      snapshotOf({ plan, events: [...confirmed, ...events], verdicts: { a1: 'done' }, after: 15_000 }),
      { needs },
    ),
    strip,
    { width },
  ).split('\n');

it('has four lines: what needs a human, the wave, the slots, and time, rate and cost', () => {
  const events = [
    dispatched('a1'),
    dispatched('a2'),
    returned('a1', 'done'),
    returned('a2', 'missing'),
    dispatched('a2', 2),
  ];
  expect(live(events)).toEqual([
    'needs you: nothing',
    'wave 1 of 1 · 1 of 3 done · 1 running',
    'R···  ██████░░░░░░░░░░░░░░ 33 %',
    'under 1 min left · 0:12 so far · 300 an hour · $0.00',
  ]);
});

it('names the most urgent need with its command, and how many more there are', () => {
  const need = (text: string): Need => ({ kind: 'gate', text, command: 'sao gate show ship' });
  expect(live([], [need('gate ship waits\u001b[2J'), need('b')])[0]).toBe(
    'needs you (and 1 more): gate ship waits: sao gate show ship',
  );
});

it('keeps each agent in its slot, and is no wider than the terminal', () => {
  const strip = new SlotStrip();
  live([dispatched('a2', 2), dispatched('a3')], [], strip);
  expect(live([dispatched('a3')], [], strip)[2]).toMatch(/^·▇··/);
  const wide = live([], [{ kind: 'question', text: 'x'.repeat(300) }], strip, 60);
  expect(Math.max(...wide.map((line) => [...line].length))).toBe(60);
});
