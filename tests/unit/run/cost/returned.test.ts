import { expect, it } from 'vitest';
import { returnedToParent } from '../../../../src/run/cost/returned.ts';
import type { Driver } from '../../../../src/run/ledger/manifest.ts';
import { replayLedger } from '../../../../src/run/ledger/state.ts';
import { agentOf, confirmed, dispatched, entriesOf, returned } from '../../../harness/snapshots.ts';

const worker = agentOf('a1');
const coordinator = agentOf('coord-d', { role: 'coordinator', returns: 'summary' });

it.each<[Driver, number]>([
  ['agent', 80],
  ['workflow', 40],
  ['tiered', 40],
  ['claude', 0],
  ['command', 0],
])('%s: what lands in a conversation', (driver, characters) => {
  const events = [worker, coordinator].flatMap(({ id }) => [
    { ...dispatched(id), driver },
    returned(id, 'done'),
  ]);
  const state = replayLedger(entriesOf([...confirmed, ...events]));
  expect(returnedToParent([worker, coordinator], state)).toBe(characters);
});
