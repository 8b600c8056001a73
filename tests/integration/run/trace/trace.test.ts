import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { appendEvents } from '../../../../src/run/ledger/store.io.ts';
import { Bench, domainsOf, findBuild } from '../../../harness/sao.ts';

const lineOf = (timestamp: string, block: object) =>
  `${JSON.stringify({ timestamp, message: { content: [block] } })}\n`;

/** A run whose worker a1 has ended; the client's transcript of it has two calls, one of which failed, and a line that is cut. */
function setUp() {
  const bench = new Bench(findBuild().path);
  const { dir, id } = bench.plan(domainsOf([2]));
  const transcript = join(bench.home, 'conversations', 's1.jsonl');
  const folder = join(bench.home, 'conversations', 's1', 'subagents');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'agent-x1.meta.json'), JSON.stringify({ toolUseId: 'toolu_1' }));
  writeFileSync(
    join(folder, 'agent-x1.jsonl'),
    [
      lineOf('2026-01-01T00:00:01Z', { type: 'tool_use', id: 't1', name: 'Read' }),
      lineOf('2026-01-01T00:00:02Z', { type: 'tool_result', tool_use_id: 't1' }),
      lineOf('2026-01-01T00:00:03Z', { type: 'tool_use', id: 't2', name: 'Bash' }),
      lineOf('2026-01-01T00:00:04Z', { type: 'tool_result', tool_use_id: 't2', is_error: true }),
      '{"timestamp":"2026-01-01T00:00:05Z","message":{"content":[{"type":"tool_use",',
    ].join(''),
  );
  const start = { type: 'dispatched', attempt: 1, wave: 1, driver: 'agent', session: 's1' } as const;
  const findings = { critical: 0, major: 2, minor: 1 };
  appendEvents(
    dir,
    [
      { type: 'session-seen', session: 's1', transcript },
      { ...start, agent: 'a1', toolUse: 'toolu_1' },
      { ...start, agent: 'a2', toolUse: 'toolu_2' },
      {
        type: 'returned',
        agent: 'a1',
        attempt: 1,
        chars: 5,
        line: 'Done.',
        verdict: 'done',
        words: 9,
        findings,
      },
      {
        type: 'spent',
        agent: 'a1',
        attempt: 1,
        costUsd: 0.5,
        inputTokens: 1200,
        outputTokens: 34,
        durationMs: 9,
      },
    ],
    new Date(),
  );
  return { bench, id };
}

it('shows attempts with the tools of the transcript, or says that they are not known', () => {
  const { bench, id } = setUp();
  const { stdout, code } = bench.callWarm('trace', id);
  const rows = stdout.split('\n').map((row) => row.split(/ {2,}/));
  expect(code).toBe(0);
  expect(rows[0]).toEqual([`${id}: 2 attempts of 2 agents, $0.50`]);
  expect(rows.find(([, agent]) => agent === 'a1')?.slice(2)).toEqual([
    '1',
    'agent',
    '0s',
    'done',
    '0/2/1',
    '1,234',
    '$0.50',
    'Bash 1 (1 failed), Read 1',
  ]);
  expect(rows.find(([, agent]) => agent === 'a2')?.slice(5)).toEqual(['running', '-', '-', '-', 'not known']);
});

it('gives the same as JSON and as OpenTelemetry lines, and refuses an unknown agent', () => {
  const { bench, id } = setUp();
  const { data } = JSON.parse(bench.callWarm('trace', id, 'a1', '--json').stdout);
  expect(data.attempts).toMatchObject([
    {
      agent: 'a1',
      toolCalls: [
        { name: 'Read', isError: false },
        { name: 'Bash', isError: true },
      ],
    },
  ]);
  const lines = bench.callWarm('trace', id, '--otel').stdout.trim().split('\n');
  expect(lines.map((line) => JSON.parse(line).resourceSpans[0].scopeSpans[0].spans.length)).toEqual([1, 3]);
  expect(bench.callWarm('trace', id, 'nix')).toMatchObject({ code: 2 });
});

it('takes the newest run of the project if none is named, as `receipt` does', () => {
  const { bench, id } = setUp();
  expect(bench.callWarm('trace').stdout).toContain(id);
  const receipt = bench.callWarm('receipt', '--json');
  expect(JSON.parse(receipt.stdout)).toMatchObject({ ok: true, data: { run: id } });
});
