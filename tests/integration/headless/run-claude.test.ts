import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Bench, domainsOf, findBuild, type RunData } from '../../harness/sao.ts';

const built = findBuild();

const CLAUDE = resolve('tests/harness/fake-claude.mjs');

function setUp(behaviours = '', more: NodeJS.ProcessEnv = {}) {
  const bench = new Bench(built.path, { SAO_CLAUDE: CLAUDE, FAKE_CLAUDE: behaviours, ...more });
  bench.env.FAKE_TRACE = bench.trace;
  const carry = (run: { id: string }, ...options: string[]) => {
    const ended = bench.call('run', run.id, '--driver', 'claude', '--json', ...options);
    const { data, diagnostics } = JSON.parse(ended.stdout) as {
      data: RunData;
      diagnostics: { code: string }[];
    };
    return { ...ended, data, diagnostics };
  };
  return { bench, carry };
}

describe('sao run --driver claude', () => {
  it('starts the client headless with the agent’s model and tools, and writes down what it cost', () => {
    const { bench, carry } = setUp('', { CLAUDECODE_TEST: '1' });
    const run = bench.plan([
      {
        id: 'd1',
        workers: [
          { task: 'Look', model: 'opus', tools: ['Read', 'Grep'] },
          { task: 'See', model: 'haiku' },
        ],
      },
    ]);
    const { code, data } = carry(run);
    expect(code).toBe(0);
    expect(data.costUsd).toBeCloseTo(0.75);
    const starts = bench.traced('start') as unknown as {
      id: string;
      args: string[];
      env: Record<string, string>;
      prompt: string;
    }[];
    const first = starts.find(({ id }) => id === 'a1');
    const args = Object.fromEntries(starts.map((start) => [start.id, start.args.join(' ')]));
    expect(args.a1).toMatch(
      /^-p --output-format json --model opus --plugin-dir \/\S+ --allowedTools Read,Grep$/,
    );
    expect(args.a2).toMatch(/--model haiku --plugin-dir \S+$/);
    expect(args['coord-d1']).toContain('--model sonnet');
    expect(first?.env).toMatchObject({
      CLAUDE_CODE_MAX_RETRIES: '1',
      SAO_AGENT_ID: 'a1',
      SAO_RUN_DIR: run.dir,
    });
    expect(first?.prompt).toContain(`${run.dir}/workers/a1.md`);
    const spent = run.ledger().find(({ type }) => type === 'spent');
    expect(spent).toMatchObject({
      agent: expect.any(String),
      costUsd: 0.25,
      inputTokens: 110,
      outputTokens: 20,
    });
    expect(run.ledger().find(({ type }) => type === 'returned')).toMatchObject({
      line: 'Done. I have looked.',
    });
  });

  it('backs off when the service is short, and loses nothing', () => {
    const { bench, carry } = setUp('a1=limited:0.7 a2=overloaded:0.7 a3=limited:0.5');
    const run = bench.plan(domainsOf([6]));
    const { code, data } = carry(run);
    expect({ code, ...data.counts }).toMatchObject({ code: 0, done: 7, gaps: 0 });
    const attempts = bench.traced('start').filter(({ id }) => id === 'a4');
    expect(attempts).toHaveLength(1);
  });

  it('gives an agent up after a bound of rate limits in a row, and says so', () => {
    const { bench, carry } = setUp('a1=limited', { SAO_BACKOFF_MS: '1' });
    const run = bench.plan(domainsOf([2]));
    const { code, data } = carry(run);
    expect(code).toBe(1);
    expect(data.gaps).toMatchObject([
      { id: 'a1', reason: expect.stringMatching(/20 times in a row with a rate limit/) },
    ]);
  });

  it('tells other faults in the client’s words', () => {
    const { bench, carry } = setUp('a1=unauthorised a2=turns a3=no-file a4=no-result');
    const run = bench.plan(domainsOf([4]));
    const { data } = carry(run);
    const reasons = Object.fromEntries(data.gaps.map(({ id, reason }) => [id, reason]));
    expect(reasons.a1).toContain('the client reports 401');
    expect(reasons.a2).toContain('Reached maximum number of turns');
    expect(reasons.a3).toBe('there is no regular file at workers/a3.md');
    expect(reasons.a4).toContain("exited with code 1: error: unknown option '--plugin-dir'");
  });

  // Only a human at a shell can end a halt.
  it('stops dispatching at --max-cost, and continues with a higher bound', () => {
    const { bench, carry } = setUp();
    const run = bench.plan(domainsOf([4, 4, 4], { model: 'opus' }));
    const first = carry(run, '--max-cost', '0.5');
    expect(first.code).toBe(1);
    expect(first.data.halted).toMatch(/\$\d\.\d\d, --max-cost is \$0\.50/);
    // Four ran at the same time, and all that were running when the bound was reached have finished.
    expect(first.data.counts.done).toBeGreaterThanOrEqual(2);
    expect(first.data.counts.done).toBeLessThanOrEqual(5);
    expect(run.ledger().at(-1)?.type).toMatch(/halted|returned/);
    const second = carry(run, '--max-cost', '100');
    expect({ code: second.code, ...second.data.counts }).toMatchObject({ code: 0, done: 15, gaps: 0 });
    expect(bench.traced('start')).toHaveLength(15);
  });

  it('says that the client is missing before anything is dispatched', () => {
    const { bench, carry } = setUp('', { SAO_CLAUDE: '', PATH: '/nonexistent' });
    const run = bench.plan(domainsOf([1]));
    const { code, diagnostics } = carry(run);
    expect({ code, problem: diagnostics[0]?.code }).toEqual({ code: 3, problem: 'claude-missing' });
    expect(run.ledger().some(({ type }) => type === 'dispatched')).toBe(false);
  });
});
