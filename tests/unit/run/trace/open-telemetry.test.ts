import { expect, it } from 'vitest';
import { renderOpenTelemetry } from '../../../../src/run/trace/open-telemetry.ts';
import type { AttemptTrace } from '../../../../src/run/trace/trace-run.io.ts';

const attempt: AttemptTrace = {
  agent: 'a1',
  name: 'parsers',
  domain: 'code',
  model: 'haiku',
  attempt: 1,
  wave: 1,
  driver: 'claude',
  startedAt: 1_700_000_000_123,
  endedAt: 1_700_000_002_000,
  outcome: 'missing',
  fault: 'no file',
  sentBack: 0,
  costUsd: 0.25,
  isCostAssumed: false,
  isCostUnknown: false,
  inputTokens: 10,
  outputTokens: 2,
  denied: [],
  toolCalls: [{ name: 'Bash', startedAt: 1_700_000_000_500, endedAt: 1_700_000_000_900, isError: true }],
};

const TRACE = '82f3e9c695dc6b8d1b11818d5701919e';
const SPAN = '459d1e6ea690ebe7';

it('gives one line for the run and one for each ended attempt, with its tool calls as children', () => {
  const running = { ...attempt, agent: 'a2' };
  delete running.endedAt;
  const lines = renderOpenTelemetry('r1', '1.2.3', { attempts: [attempt, running], marks: [] });
  const [whole, one] = lines.map((line) => JSON.parse(line).resourceSpans[0]);
  expect(lines).toHaveLength(2);
  expect(whole.resource.attributes).toEqual([
    { key: 'service.name', value: { stringValue: 'sao' } },
    { key: 'service.version', value: { stringValue: '1.2.3' } },
  ]);
  // SHA-256 of "r1", "r1/a1/1": independent of the code under test (`printf r1 | sha256sum`).
  const [root] = whole.scopeSpans[0].spans;
  expect(root).toMatchObject({ traceId: TRACE, spanId: TRACE.slice(0, 16), kind: 1 });
  const [span, tool] = one.scopeSpans[0].spans;
  expect(span).toMatchObject({
    traceId: TRACE,
    spanId: SPAN,
    parentSpanId: TRACE.slice(0, 16),
    name: 'invoke_agent a1',
    startTimeUnixNano: '1700000000123000000',
    endTimeUnixNano: '1700000002000000000',
    status: { code: 2, message: 'no file' },
  });
  expect(span.attributes).toContainEqual({ key: 'gen_ai.usage.input_tokens', value: { intValue: '10' } });
  expect(span.attributes).toContainEqual({ key: 'sao.cost_usd', value: { doubleValue: 0.25 } });
  expect(span.attributes).toContainEqual({ key: 'sao.cost_assumed', value: { boolValue: false } });
  expect(tool).toMatchObject({
    parentSpanId: SPAN,
    name: 'execute_tool Bash',
    startTimeUnixNano: '1700000000500000000',
    endTimeUnixNano: '1700000000900000000',
    status: { code: 2 },
  });
});

it('gives nothing for a run whose attempts are all under way', () => {
  const running = { ...attempt };
  delete running.endedAt;
  expect(renderOpenTelemetry('r1', '1', { attempts: [running], marks: [] })).toEqual([]);
});
