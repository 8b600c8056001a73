import * as z from 'zod';
import { redact } from '../findings/redact.ts';
import { describeDeniedCalls } from '../run/outputs/denied-tools.ts';
import type { GroupResult } from '../system/process/group.ts';
import type { AgentRunner } from './agent-runner.ts';
import { OUTPUT_LIMITS } from './agent-runner.ts';
import { childEnv } from './child-env.ts';
import { type AttemptOutcome, describeEnd, type ReportedUse, readFailureText } from './outcome.ts';

/** More than this (USD) is no cost of one attempt, but a damaged number. */
const MAX_ATTEMPT_USD = 100_000;

const count = z.number().catch(0).default(0);
/** An amount in USD; undefined if it is missing or no amount that one attempt can have cost. */
const usd = z.number().min(0).max(MAX_ATTEMPT_USD).optional().catch(undefined);
/** Characters at the end of what a client printed in place of a result. */
const MAX_REASON = 2000;

/** A tool call that was not permitted; its input is only shown. */
const deniedCall = z
  .object({ tool_name: z.string(), tool_input: z.record(z.string(), z.unknown()).catch({}) })
  .transform(({ tool_name: name, tool_input: input }) => ({ name, input }));

/** The line that `claude -p --output-format json` prints; newer versions may add keys. */
const resultSchema = z.object({
  type: z.literal('result'),
  is_error: z.boolean().default(false),
  subtype: z.string().default(''),
  api_error_status: z.number().nullish().catch(null),
  result: z.string().default(''),
  errors: z.array(z.string()).optional().catch(undefined),
  total_cost_usd: usd,
  permission_denials: z
    .array(deniedCall.optional().catch(undefined))
    .catch([])
    .default([])
    .transform((calls) => calls.filter((call) => call !== undefined)),
  duration_ms: count,
  modelUsage: z
    .record(
      z.string(),
      z.object({
        inputTokens: count,
        outputTokens: count,
        cacheReadInputTokens: count,
        cacheCreationInputTokens: count,
        costUSD: usd,
      }),
    )
    .catch({})
    .default({}),
});
type ClaudeResult = z.infer<typeof resultSchema>;

/**
 * The runner `claude`. `pluginDir` is the plugin with the hooks that let an agent write only its own file. Without `allowsMcp` the client starts none of
 * the user's MCP servers: each agent would start all of them.
 */
export function createClaudeRunner(file: string, pluginDir: string, allowsMcp = false): AgentRunner {
  return {
    driver: 'claude',
    client: file,
    invoke(job, env) {
      const { model, tools } = job.agent;
      const { maxUsd } = job;
      return {
        file,
        args: [
          '-p',
          '--output-format',
          'json',
          '--model',
          model ?? 'sonnet',
          '--plugin-dir',
          pluginDir,
          ...(allowsMcp ? [] : ['--strict-mcp-config']),
          ...(maxUsd === undefined ? [] : ['--max-budget-usd', maxUsd.toFixed(4)]),
          ...(tools ? ['--allowedTools', tools.join(',')] : []),
        ],
        cwd: job.cwd,
        // Limit the client's own retries, which would occupy a slot for minutes: the run's limiter waits instead.
        env: { ...childEnv(env, job), CLAUDE_CODE_MAX_RETRIES: '1' },
        stdin: job.prompt,
        ...OUTPUT_LIMITS,
      };
    },
    read: (result, { agent }) => readClaude(result, agent.timeout),
  };
}

/** Parses the client's result, even if the client was stopped before it printed one. */
export function readClaude(result: GroupResult, timeout: number): AttemptOutcome {
  const results = parseResults(result.stdout);
  const said = results.at(-1);
  if (!said) {
    // A client that has no result may print its reason in the place of it.
    const stderr = result.stderr.trim() === '' ? redact(result.stdout.slice(-MAX_REASON)) : result.stderr;
    const end = describeEnd({ ...result, stderr }, timeout);
    const fault = end ?? 'the client printed no result';
    const hasFailed = end !== undefined && !result.timedOut && !result.startError;
    return {
      answer: '',
      fault,
      isStopped: result.stopped,
      ...(hasFailed ? { failure: { text: readFailureText(result) } } : {}),
    };
  }
  const fault = said.is_error ? describeError(said) : describeEnd(result, timeout);
  return {
    answer: said.result,
    ...(fault === undefined ? {} : { fault }),
    isStopped: result.stopped,
    ...(said.is_error ? { failure: failureOf(said) } : {}),
    spent: spentOf(said, results),
    ...(said.permission_denials.length === 0 ? {} : { denied: describeDeniedCalls(said.permission_denials) }),
  };
}

/** All results in the order of the output, between which a wrapper may print other lines. The last one is that of the attempt. */
function parseResults(stdout: string): ClaudeResult[] {
  return stdout.split('\n').flatMap((line) => {
    try {
      const parsed = resultSchema.safeParse(JSON.parse(line));
      return parsed.success ? [parsed.data] : [];
    } catch {
      return [];
    }
  });
}

function failureOf(said: ClaudeResult): { status?: number; text: string } {
  const status = said.api_error_status ?? undefined;
  return { text: wordsOf(said), ...(status === undefined ? {} : { status }) };
}

function wordsOf({ result, errors, subtype }: ClaudeResult): string {
  return result || errors?.join('; ') || subtype;
}

function describeError(said: ClaudeResult): string {
  const text = wordsOf(said);
  const { api_error_status } = said;
  return api_error_status ? `the client reports ${api_error_status}: ${text}` : `the client reports: ${text}`;
}

/** Also of subagents, which only the usage by model counts. `results`: all of the attempt; `said` is the last one. */
function spentOf(said: ClaudeResult, results: readonly ClaudeResult[]): ReportedUse {
  const all = Object.values(said.modelUsage);
  const sum = (pick: (usage: (typeof all)[number]) => number) =>
    all.reduce((total, usage) => total + pick(usage), 0);
  const costUsd = sumResultCosts(results.map(costOf));
  return {
    ...(costUsd === undefined ? {} : { costUsd }),
    inputTokens: sum((u) => u.inputTokens + u.cacheReadInputTokens + u.cacheCreationInputTokens),
    outputTokens: sum((u) => u.outputTokens),
    durationMs: said.duration_ms,
  };
}

/**
 * The cost of an attempt in USD, from the costs of all its results: in one process of the client, each result restates the sum of the process, so the last
 * one counts. A sum below the one before it is of another process, as of a wrapper that starts the client again, and is added. Undefined if the last result
 * has no usable cost.
 */
function sumResultCosts(costs: readonly (number | undefined)[]): number | undefined {
  const known = costs.filter((cost) => cost !== undefined);
  const ofEndedProcesses = known.filter((cost, index) => cost > (known[index + 1] ?? cost));
  const last = costs.at(-1);
  return last === undefined ? undefined : ofEndedProcesses.reduce((sum, cost) => sum + cost, last);
}

/** The cost in USD; the costs by model stand in for a total that is unusable or contradicts them. Undefined if both are unusable. */
function costOf({ total_cost_usd: total, modelUsage }: ClaudeResult): number | undefined {
  const costs = Object.values(modelUsage).map(({ costUSD }) => costUSD);
  const byModel = costs.reduce<number>((sum, cost) => sum + (cost ?? 0), 0);
  if (total !== undefined && (total > 0 || byModel === 0)) return total;
  return byModel > 0 && costs.every((cost) => cost !== undefined) ? byModel : undefined;
}
