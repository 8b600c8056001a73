import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createRun } from '../../../../src/run/ledger/create-run.io.ts';
import { DEFAULT_PROJECT_CONFIG } from '../../../../src/run/ledger/project-config.ts';
import { appendEvents, planHash, writePlanFile } from '../../../../src/run/ledger/store.io.ts';
import { askNext, type LazyEffects } from '../../../../src/session/next/ask.io.ts';
import { accept } from '../../../../src/system/result.ts';
import { approvalOf, identify } from '../../../harness/approvals.ts';
import { makeScratch } from '../../../harness/scratch.ts';
import {
  agentOf,
  confirmed,
  dispatched,
  manifestOf,
  planWith,
  returned,
} from '../../../harness/snapshots.ts';

const NOW = new Date('2026-01-02T03:10:00Z');
const MEANS: LazyEffects = {
  readConfig: () => accept(DEFAULT_PROJECT_CONFIG),
  proveConfirmation: () => accept(approvalOf({ stage: 'plan', hash: 'h' })),
  finishRun: () => undefined,
  writeWorkflow: () => '/script.js',
};

it('records a gap once, when the last attempt of an agent left no valid file', () => {
  const root = makeScratch();
  const dir = createRun(root, manifestOf(), NOW);
  const plan = planWith([
    agentOf('a1', { output: 'workers/a1.md' }),
    agentOf('a2', { output: 'workers/a2.md' }),
  ]);
  writePlanFile(dir, plan);
  const attempts = [1, 2].flatMap((attempt) => [
    dispatched('a1', attempt),
    returned('a1', 'missing', attempt),
  ]);
  const hash = planHash(plan);
  const accepted = confirmed.map((event) => {
    if (event.type === 'plan-confirmed')
      return { ...event, ...approvalOf({ ...identify(dir), stage: 'plan', hash }) };
    return event.type === 'plan-accepted' ? { ...event, hash } : event;
  });
  appendEvents(dir, [...accepted, ...attempts], NOW);
  mkdirSync(join(root, '.sessions'), { recursive: true });
  const ask = () => askNext({ dir, root }, {}, { env: {}, now: NOW, ...MEANS });
  expect(ask()).toMatchObject({ action: 'dispatch' });
  ask();
  const gaps = readFileSync(join(dir, 'ledger.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line.includes('"type":"gap"'))
    .map((line) => JSON.parse(line));
  expect(gaps).toEqual([
    { v: 1, at: NOW.toISOString(), type: 'gap', agent: 'a1', reason: expect.any(String), by: 'engine' },
  ]);
});
