import { describe, expect, it } from 'vitest';
import { createProgramRunner } from '../../../src/headless/agent-runner.ts';
import { createClaudeRunner, readClaude } from '../../../src/headless/claude.ts';
import { readRefusal } from '../../../src/run/limits/refusal.ts';
import { agentOf } from '../../harness/snapshots.ts';
import { endOf } from './cases.ts';

const RESULT = {
  type: 'result',
  subtype: 'success',
  is_error: false,
  api_error_status: null,
  result: 'Done. Looked.',
  num_turns: 1,
  total_cost_usd: 0.5,
  duration_ms: 1200,
  modelUsage: {
    'claude-haiku-5-5': {
      inputTokens: 10,
      outputTokens: 5,
      cacheReadInputTokens: 3,
      cacheCreationInputTokens: 2,
      contextWindow: 1_000_000,
    },
    'claude-sonnet-5': { inputTokens: 1, outputTokens: 1 },
  },
  permission_denials: [],
};
const JOB = { run: 'r', dir: '/r', cwd: '/p', agent: agentOf('a1'), attempt: 1, prompt: '' };
const read = (result: object, more: Parameters<typeof endOf>[0] = {}) =>
  readClaude(endOf({ stdout: `${JSON.stringify({ ...RESULT, ...result })}\n`, ...more }), 300);

describe('the client’s result', () => {
  it('tells the answer and what it cost, subagents included', () => {
    expect(read({})).toEqual({
      answer: 'Done. Looked.',
      isStopped: false,
      spent: { costUsd: 0.5, inputTokens: 16, outputTokens: 6, durationMs: 1200 },
    });
  });

  it.each([[429], [401]])('tells the status %s and the words of a failure', (api_error_status) => {
    const outcome = read({ is_error: true, api_error_status, result: 'API Error' }, { exitCode: 1 });
    expect(outcome).toMatchObject({ failure: { status: api_error_status, text: 'API Error' } });
    expect(outcome.fault).toContain('API Error');
  });

  it('tells the words of a client that failed before it had a result', () => {
    const outcome = readClaude(endOf({ exitCode: 1, stderr: 'Invalid API key' }), 300);
    expect(outcome.failure).toEqual({ text: 'Invalid API key' });
    expect(readClaude(endOf({ exitCode: 0, stderr: 'overloaded' }), 300).failure).toBeUndefined();
  });

  it('tells the words of a client that printed them in place of a result', () => {
    const words = 'API Error: 429 {"type":"error","error":{"type":"rate_limit_error","message":"Slow down"}}';
    const outcome = readClaude(endOf({ exitCode: 1, stdout: `Using profile work\n${words}\n` }), 300);
    expect(outcome.failure?.text).toContain(words);
    expect(outcome.fault).toContain('it exited with code 1: Using profile work API Error: 429');
    const now = Date.parse('2026-11-30T12:00:00Z');
    const request = { text: outcome.failure?.text ?? '', model: 'haiku', now, zone: 'UTC' } as const;
    expect(readRefusal(request)).toMatchObject({ kind: 'blip', model: 'haiku' });
    const program = createProgramRunner(['agent']).read(endOf({ exitCode: 1, stdout: words }), JOB);
    expect(program.failure).toEqual({ text: words });
    const both = readClaude(endOf({ exitCode: 1, stdout: words, stderr: 'a warning' }), 300);
    expect(both.failure?.text).toBe(`${words}\na warning`);
    expect(readClaude(endOf({ exitCode: 0, stdout: words }), 300).failure).toBeUndefined();
  });

  it('takes no JSON line of a wrapper for the result', () => {
    const later = JSON.stringify({ status: 'sent', result: 'telemetry', total_cost_usd: 0 });
    const stdout = `${JSON.stringify({ ...RESULT, is_error: true, api_error_status: 429 })}\n${later}\n`;
    expect(readClaude(endOf({ stdout }), 300)).toMatchObject({
      failure: { status: 429 },
      spent: { costUsd: 0.5 },
    });
  });

  it('tells which tool calls were not permitted, without secrets, each once', () => {
    const bash = (command: string) => ({ tool_name: 'Bash', tool_use_id: 't', tool_input: { command } });
    const permission_denials = [
      bash('npm test'),
      bash('npm test'),
      bash('curl -H "Authorization: Bearer ghp_0123456789abcdefghijABCDEFGHIJ012345"'),
      { tool_name: 'Write', tool_use_id: 't', tool_input: { file_path: '/etc/hosts' } },
      { tool_name: 'WebFetch', tool_use_id: 't', tool_input: { url: 'https://example.com' } },
      bash('a'),
      bash('b'),
      bash('c'),
    ];
    const { denied = [] } = read({ permission_denials });
    expect(denied.filter((_, index) => index !== 1)).toEqual([
      'Bash: npm test',
      'Write: /etc/hosts',
      'WebFetch',
      'Bash: a',
      'and 2 more',
    ]);
    expect(denied[1]).toContain('[redacted');
    expect(denied[1]).not.toContain('ghp_0123456789');
  });

  it('tells the calls of a list that has other entries too', () => {
    const call = { tool_name: 'Write', tool_input: null };
    expect(read({ permission_denials: [{ tool_name: 5 }, null, 'x', call] }).denied).toEqual(['Write']);
  });

  it('tells of turns that ran out, which has no answer', () => {
    const outcome = read({
      subtype: 'error_max_turns',
      is_error: true,
      result: undefined,
      errors: ['Reached maximum number of turns (1)'],
    });
    expect(outcome.fault).toBe('the client reports: Reached maximum number of turns (1)');
  });

  it.each([
    ['nothing', '', { exitCode: 1, stderr: 'unknown option' }, 'it exited with code 1: unknown option'],
    ['words', 'Hello', {}, 'the client printed no result'],
    ['another document', '[1, 2]', {}, 'the client printed no result'],
    ['nothing in time', '', { exitCode: null, timedOut: true }, 'it was ended after its time of 300 s'],
  ])('is missing after %s', (_, stdout, end, fault) => {
    expect(readClaude(endOf({ stdout, ...end }), 300)).toMatchObject({ answer: '', fault });
  });

  it('is found below what a wrapper prints, and with fields of other types', () => {
    const stdout = `Using profile work\n${JSON.stringify({ ...RESULT, total_cost_usd: null, modelUsage: 'none' })}\n`;
    expect(readClaude(endOf({ stdout }), 300)).toMatchObject({
      answer: 'Done. Looked.',
      spent: { inputTokens: 0, outputTokens: 0, durationMs: 1200 },
    });
  });
});

describe('the cost in a result', () => {
  const byModel = (...costs: unknown[]) =>
    Object.fromEntries(costs.map((costUSD, n) => [`m${n}`, { inputTokens: 1, outputTokens: 1, costUSD }]));

  it.each<[string, unknown, object, number | undefined]>([
    ['a total', 0.5, byModel(0.2), 0.5],
    ['nothing, for a request that was refused', 0, {}, 0],
    ['no total', undefined, {}, undefined],
    ['null', null, {}, undefined],
    ['a text', '3.50', {}, undefined],
    ['a negative total', -5, byModel(-5), undefined],
    ['a total that no attempt can cost', 1e308, {}, undefined],
    ['null beside the costs of the models', null, byModel(0.2, 0.3), 0.5],
    ['nothing beside the costs of the models', 0, byModel(20), 20],
    ['a negative total beside the costs of the models', -5, byModel(0.2), 0.2],
    ['null beside costs of which one is unusable', null, byModel(0.2, null), undefined],
    ['nothing beside costs of which one is unusable', 0, byModel(0.2, '1'), undefined],
  ])('%s', (_, total_cost_usd, modelUsage, costUsd) => {
    expect(read({ total_cost_usd, modelUsage }).spent?.costUsd).toBe(costUsd);
  });
});

describe('the cost of an attempt with several results', () => {
  const of = (...totals: unknown[]) => {
    const lines = totals.map((total_cost_usd) =>
      JSON.stringify({ ...RESULT, modelUsage: {}, total_cost_usd }),
    );
    return readClaude(endOf({ stdout: `${lines.join('\n')}\n` }), 300).spent?.costUsd;
  };

  // One process of the client restates its sum in each result; a smaller sum is that of another process.
  it.each<[string, unknown[], number | undefined]>([
    ['the last one of a process', [0.1, 0.3, 0.3], 0.3],
    ['the last one of each process', [0.2, 0.3, 0.1], 0.4],
    ['the last one, if an earlier one has no cost', [null, 0.3], 0.3],
    ['unknown, if the last one has no cost', [0.3, null], undefined],
  ])('is %s', (_, totals, costUsd) => {
    expect(of(...totals)).toBe(costUsd);
  });
});

describe('the call of the client', () => {
  it('takes the session around it out of the environment and its waiting out of its hands', () => {
    const job = {
      run: 'r',
      dir: '/runs/r',
      cwd: '/p',
      agent: agentOf('a1', { tools: ['Read', 'Bash(git log:*)'] }),
      attempt: 2,
      prompt: 'Look',
    };
    const { args, env, stdin } = createClaudeRunner('/bin/claude', '/plugin').invoke(job, {
      PATH: '/bin',
      CLAUDECODE: '1',
      CLAUDE_CODE_SESSION_ID: 's',
      CLAUDE_CONFIG_DIR: '/config',
      SAO_APPROVAL: 'token',
    });
    expect(args.slice(-3)).toEqual(['--strict-mcp-config', '--allowedTools', 'Read,Bash(git log:*)']);
    expect(stdin).toBe('Look');
    expect(env).toEqual({
      PATH: '/bin',
      CLAUDE_CONFIG_DIR: '/config',
      CLAUDE_CODE_MAX_RETRIES: '1',
      SAO_RUN_ID: 'r',
      SAO_RUN_DIR: '/runs/r',
      SAO_AGENT_ID: 'a1',
      SAO_ROLE: 'worker',
      SAO_DOMAIN: 'd',
      SAO_ATTEMPT: '2',
      SAO_MODEL: 'haiku',
      SAO_OUTPUT: '/runs/r/workers/a1.md',
    });
  });

  it('gets a cap of its cost, and the MCP servers of the user only if they are allowed', () => {
    const job = { run: 'r', dir: '/r', cwd: '/p', agent: agentOf('a1'), attempt: 1, prompt: '', maxUsd: 0.3 };
    expect(createClaudeRunner('claude', '/plugin').invoke(job, {}).args.slice(-3)).toEqual([
      '--strict-mcp-config',
      '--max-budget-usd',
      '0.3000',
    ]);
    expect(createClaudeRunner('claude', '/plugin', true).invoke(job, {}).args).not.toContain(
      '--strict-mcp-config',
    );
  });
});
