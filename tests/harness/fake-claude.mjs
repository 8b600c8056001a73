#!/usr/bin/env node
// A scripted `claude -p --output-format json`: reads its prompt on stdin and answers in the client's measured shape.
// FAKE_TRACE: the trace file; FAKE_CLAUDE: `id=behaviour` or `*=behaviour`, separated by blanks.
import { createHash } from 'node:crypto';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';

if (process.argv.includes('--version')) {
  process.stdout.write('2.1.330 (Claude Code)\n');
  process.exit(0);
}

const {
  SAO_AGENT_ID: id,
  SAO_ATTEMPT: attempt,
  SAO_OUTPUT: output,
  FAKE_TRACE,
  FAKE_CLAUDE = '',
} = process.env;
const rules = new Map(FAKE_CLAUDE.split(' ').map((rule) => rule.split('=')));
const [name = 'good', value] = (
  rules.get(`${id}@${attempt}`) ??
  rules.get(id) ??
  rules.get('*') ??
  'good'
).split(':');
const prompt = readFileSync(0, 'utf8');
appendFileSync(
  FAKE_TRACE,
  `${JSON.stringify({ event: 'start', id, attempt, args: process.argv.slice(2), env: process.env, prompt })}\n`,
);

const usage = {
  inputTokens: 100,
  outputTokens: 20,
  cacheReadInputTokens: 7,
  cacheCreationInputTokens: 3,
  costUSD: 0.25,
};
const success = (result) => ({
  type: 'result',
  subtype: 'success',
  is_error: false,
  api_error_status: null,
  result,
  num_turns: 2,
  duration_ms: 40,
  total_cost_usd: 0.25,
  modelUsage: { 'claude-haiku-5-5': usage },
  permission_denials: [],
});
const failure = (status, type) => ({
  ...success(`API Error: Request rejected (${status}) · try later`),
  is_error: true,
  api_error_status: status,
  api_error_type: type,
  terminal_reason: 'api_error',
  total_cost_usd: 0,
  modelUsage: {},
});
const answer = (result, code) => {
  process.stdout.write(`${JSON.stringify(result)}\n`);
  process.exitCode = code;
};
const good = () => {
  writeFileSync(output, `# ${id}\n\n## Findings\n- [major] one — src/a.ts:1 — two\n\n<!-- DONE -->\n`);
  answer(success('Done. I have looked.'), 0);
};

/** A number from 0 to 1 that depends on the text alone. */
const pseudoRandom = (text) => createHash('sha256').update(text).digest().readUInt32BE() / 2 ** 32;

const BEHAVIOURS = {
  good,
  limited: () => (Math.random() < Number(value ?? 1) ? answer(failure(429, 'rate_limit_error'), 1) : good()),
  overloaded: () =>
    Math.random() < Number(value ?? 1) ? answer(failure(529, 'overloaded_error'), 1) : good(),
  // The account's limit is used up until `value`, in seconds since the epoch.
  'used-up': () =>
    Date.now() / 1000 < Number(value)
      ? answer({ ...failure(429, 'rate_limit_error'), result: `You've hit your session limit|${value}` }, 1)
      : good(),
  denied: () => {
    writeFileSync(output, `# ${id}\n\nAll tests pass.\n\n## Findings\n\n<!-- DONE -->\n`);
    const denial = { tool_name: 'Bash', tool_use_id: 'toolu_1', tool_input: { command: 'npm test' } };
    answer({ ...success('Done. All tests pass.'), permission_denials: [denial] }, 0);
  },
  // Spends a part of its cap, and may end without a file, without a result or with a refusal; `value` is the seed.
  spends: () => {
    const cap = Number(process.argv[process.argv.indexOf('--max-budget-usd') + 1]);
    const fate = pseudoRandom(`${value}/${id}/${attempt}/fate`);
    if (fate < 0.1) return answer(failure(529, 'overloaded_error'), 1);
    const cost = cap * pseudoRandom(`${value}/${id}/${attempt}/cost`);
    appendFileSync(FAKE_TRACE, `${JSON.stringify({ event: 'spent', id, cost, cap })}\n`);
    if (fate < 0.25) return process.exit(1);
    if (fate > 0.35) writeFileSync(output, `# ${id}\n\nLooked.\n\n<!-- DONE -->\n`);
    answer({ ...success('Done. I have looked.'), total_cost_usd: cost }, 0);
  },
  // Never ends, and spends its cap.
  hold: () => setInterval(() => {}, 1000),
  // Reports a result without a cost.
  'no-cost': () => {
    writeFileSync(output, `# ${id}\n\nLooked.\n\n<!-- DONE -->\n`);
    answer({ ...success('Done. I have looked.'), total_cost_usd: null, modelUsage: null }, 0);
  },
  unauthorised: () => answer(failure(401, 'authentication_error'), 1),
  turns: () => {
    const { result: _, ...rest } = success('');
    const errors = ['Reached maximum number of turns (1)'];
    answer({ ...rest, subtype: 'error_max_turns', is_error: true, terminal_reason: 'max_turns', errors }, 1);
  },
  'no-file': () => answer(success('Done. I have written nothing.'), 0),
  'no-result': () => {
    process.stderr.write("error: unknown option '--plugin-dir'\n");
    process.exitCode = 1;
  },
};
BEHAVIOURS[name]();
