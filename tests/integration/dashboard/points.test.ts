import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { RunReader } from '../../../src/dashboard/read-run.io.ts';
import type { RunEvent } from '../../../src/run/ledger/run-event.ts';
import { appendEvents } from '../../../src/run/ledger/store.io.ts';
import { callInProcess } from '../../harness/in-process.ts';
import { Bench, domainsOf, findBuild } from '../../harness/sao.ts';
import { dispatched, returned } from '../../harness/snapshots.ts';

afterEach(() => void vi.useRealTimers());

type Step = RunEvent | { file: string; text: string };
const DONE = '# x\n\nSeen.\n\n<!-- DONE -->\n';
const file = (agent: string, text = DONE): Step => ({ file: `workers/${agent}.md`, text });
const spent = (agent: string, costUsd: number): RunEvent => ({
  type: 'spent',
  agent,
  attempt: 1,
  costUsd,
  inputTokens: 900,
  outputTokens: 100,
  durationMs: 5,
});

/** A run in 30 steps: starts, a file before its return, retries, a gap, a limit, a halt. */
const STEPS: readonly Step[] = [
  dispatched('a1'),
  dispatched('a2'),
  dispatched('a3'),
  file('a1', '# x\n'),
  file('a1'),
  returned('a1', 'done'),
  spent('a1', 0.25),
  returned('a2', 'missing'),
  dispatched('a2', 2),
  file('a3', '# ERROR\n\nIt cannot be done.\n\n<!-- DONE -->\n'),
  returned('a3', 'failed'),
  dispatched('a3', 2),
  { type: 'sent-back', agent: 'a3', attempt: 2, fault: 'no sentinel' },
  returned('a3', 'failed', 2),
  { type: 'gap', agent: 'a3', reason: 'it failed twice', by: 'engine' },
  { type: 'rate-limited', agent: 'a2', attempt: 2, waitMs: 60_000, kind: 'usage', text: 'limit' },
  { type: 'halted', reason: 'stopped' },
  { type: 'resumed' },
  { type: 'limits-lifted' },
  dispatched('a2', 2),
  file('a2'),
  returned('a2', 'done', 2),
  spent('a2', 0.5),
  { type: 'retried', agent: 'a3', reason: 'again' },
  dispatched('a3', 3),
  file('a3'),
  returned('a3', 'done', 3),
  dispatched('a4'),
  file('a4'),
  returned('a4', 'done'),
];

it('shows at 30 points of a run what `sao status --json` prints then', async () => {
  const bench = new Bench(findBuild().path);
  const { id, dir } = bench.plan(domainsOf([4]));
  mkdirSync(join(dir, 'workers'), { recursive: true });
  const reader = new RunReader(dir, bench.env);
  const start = Date.now() + 1_000;
  expect(STEPS).toHaveLength(30);
  for (const [at, step] of STEPS.entries()) {
    vi.useFakeTimers({ toFake: ['Date'], now: start + at * 1_000 });
    if ('file' in step) writeFileSync(join(dir, step.file), step.text);
    else appendEvents(dir, [step], new Date());
    const page = JSON.parse(JSON.stringify(reader.read(new Date()).overview));
    const { stdout } = await callInProcess(bench, 'status', id, '--json');
    expect(page, `point ${at}`).toEqual(JSON.parse(stdout).data);
  }
  const { counts, costUsd, metrics } = reader.read(new Date()).overview;
  expect({ counts, costUsd, peak: metrics.peak }).toEqual({
    counts: { done: 4, running: 0, ready: 1, retry: 0, gap: 0 },
    costUsd: 0.75,
    peak: 3,
  });
});
