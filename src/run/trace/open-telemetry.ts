import { hashContent } from '../../system/content-hash.ts';
import type { ToolCall } from './tool-calls.io.ts';
import type { AttemptTrace, RunTrace } from './trace-run.io.ts';

type Value = string | number | boolean;

/** A span of OTLP in its JSON form: ids in hex, times in nanoseconds as text. */
interface Span {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: 1;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: Attribute[];
  status: { code: 0 | 1 | 2; message?: string };
}

interface Attribute {
  key: string;
  value: { stringValue: string } | { intValue: string } | { doubleValue: number } | { boolValue: boolean };
}

/**
 * Renders a trace as OpenTelemetry JSON lines, which the collector's `otlpjsonfile` receiver reads: one line for the run and one for each attempt that has
 * ended, with its tool calls. Names of attributes are those of the
 * semantic conventions for generative AI; costs and verdicts are under `sao.`. Source: opentelemetry-proto 1.x, JSON encoding.
 * The ids depend on the run alone, so a second export gives the same spans. Pure.
 */
export function renderOpenTelemetry(run: string, version: string, { attempts }: RunTrace): string[] {
  const traceId = hashContent(run).slice(0, 32);
  const root = idOf(run);
  const ended = attempts.flatMap((attempt) =>
    attempt.endedAt === undefined ? [] : [{ ...attempt, endedAt: attempt.endedAt }],
  );
  if (ended.length === 0) return [];
  const whole: Span = {
    ...spanOf(traceId, root, `sao run ${run}`),
    startTimeUnixNano: nano(Math.min(...ended.map(({ startedAt }) => startedAt))),
    endTimeUnixNano: nano(Math.max(...ended.map(({ endedAt }) => endedAt))),
    attributes: attributesOf({ 'sao.run': run, 'sao.attempts': ended.length }),
  };
  const lines = ended.map((attempt) => spansOfAttempt(run, traceId, attempt));
  return [[whole], ...lines].map((spans) => JSON.stringify(wrap(version, spans)));
}

function wrap(version: string, spans: readonly Span[]): object {
  const resource = { attributes: attributesOf({ 'service.name': 'sao', 'service.version': version }) };
  return { resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'sao', version }, spans }] }] };
}

function spansOfAttempt(run: string, traceId: string, attempt: AttemptTrace & { endedAt: number }): Span[] {
  const { agent, attempt: number, startedAt, endedAt, outcome, fault = '' } = attempt;
  const spanId = idOf(`${run}/${agent}/${number}`);
  const own: Span = {
    ...spanOf(traceId, spanId, `invoke_agent ${agent}`),
    parentSpanId: idOf(run),
    startTimeUnixNano: nano(startedAt),
    endTimeUnixNano: nano(endedAt),
    attributes: attributesOf(describe(attempt)),
    status: outcome === 'done' ? { code: 1 } : { code: 2, message: fault === '' ? outcome : fault },
  };
  const calls = attempt.toolCalls ?? [];
  return [own, ...calls.map((call, index) => spanOfCall(traceId, spanId, `${spanId}/${index}`, call))];
}

function describe(attempt: AttemptTrace): Record<string, Value | undefined> {
  const { findings } = attempt;
  return {
    'gen_ai.operation.name': 'invoke_agent',
    'gen_ai.agent.id': attempt.agent,
    'gen_ai.agent.name': attempt.name,
    'gen_ai.request.model': attempt.model ?? undefined,
    'gen_ai.usage.input_tokens': attempt.inputTokens,
    'gen_ai.usage.output_tokens': attempt.outputTokens,
    'sao.attempt': attempt.attempt,
    'sao.domain': attempt.domain,
    'sao.wave': attempt.wave,
    'sao.runner': attempt.driver,
    'sao.outcome': attempt.outcome,
    'sao.cost_usd': attempt.costUsd,
    'sao.cost_assumed': attempt.isCostAssumed,
    'sao.findings.critical': findings?.critical,
    'sao.findings.major': findings?.major,
    'sao.findings.minor': findings?.minor,
  };
}

function spanOfCall(
  traceId: string,
  parentSpanId: string,
  key: string,
  { name, startedAt, endedAt = startedAt, isError }: ToolCall,
): Span {
  return {
    ...spanOf(traceId, idOf(key), `execute_tool ${name}`),
    parentSpanId,
    startTimeUnixNano: nano(startedAt),
    endTimeUnixNano: nano(Math.max(startedAt, endedAt)),
    attributes: attributesOf({ 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': name }),
    status: { code: isError ? 2 : 0 },
  };
}

const spanOf = (traceId: string, spanId: string, name: string) =>
  ({ traceId, spanId, name, kind: 1, status: { code: 0 } }) as const;

const idOf = (text: string): string => hashContent(text).slice(0, 16);

/** Milliseconds as nanoseconds; a double cannot hold them. */
const nano = (ms: number): string => `${Math.round(ms)}000000`;

function attributesOf(values: Record<string, Value | undefined>): Attribute[] {
  return Object.entries(values).flatMap(([key, value]) =>
    value === undefined ? [] : [{ key, value: encode(value) }],
  );
}

function encode(value: Value): Attribute['value'] {
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'string') return { stringValue: value };
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}
