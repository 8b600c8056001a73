import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Bench, domainsOf, findBuild, type RunData } from '../../harness/sao.ts';
import { waitUntil } from '../../harness/wait.ts';

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
      /^-p --output-format json --model opus --plugin-dir \/\S+ --strict-mcp-config --allowedTools Read,Grep$/,
    );
    expect(args.a2).toMatch(/--model haiku --plugin-dir \S+ --strict-mcp-config$/);
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
    const clients = run.ledger().filter(({ type }) => type === 'client-seen');
    expect(clients).toMatchObject([{ version: '2.1.330', by: 'runner' }]);
    const file = `${run.dir}/receipt.json`;
    expect(bench.call('receipt', run.id).code).toBe(0);
    expect(JSON.parse(readFileSync(file, 'utf8')).versions.client).toBe('2.1.330');
    expect(bench.call('receipt', 'verify', file).code).toBe(0);
  });

  it('backs off when the service is short, and loses nothing', () => {
    const { bench, carry } = setUp('a1=limited:0.7 a2=overloaded:0.7 a3=limited:0.5');
    const run = bench.plan(domainsOf([6]));
    const { code, data } = carry(run);
    expect({ code, ...data.counts }).toMatchObject({ code: 0, done: 7, gaps: 0 });
    const attempts = bench.traced('start').filter(({ id }) => id === 'a4');
    expect(attempts).toHaveLength(1);
  });

  it('halts after a bound of blips in a row, without a gap, and goes on when it is started again', () => {
    const { bench, carry } = setUp('a1=limited', { SAO_BACKOFF_MS: '1' });
    const run = bench.plan(domainsOf([2]));
    const first = carry(run);
    expect({ code: first.code, gaps: first.data.gaps }).toEqual({ code: 1, gaps: [] });
    expect(first.data.halted).toMatch(/refused a1 20 times in a row: API Error: Request rejected \(429\)/);
    bench.env.FAKE_CLAUDE = '';
    const second = carry(run);
    expect({ code: second.code, ...second.data.counts }).toMatchObject({ code: 0, done: 3, gaps: 0 });
  });

  it('tells other faults in the client’s words', () => {
    const { bench, carry } = setUp('a1=turns a2=no-file a3=no-result');
    const run = bench.plan(domainsOf([3]));
    const { data } = carry(run);
    const reasons = Object.fromEntries(data.gaps.map(({ id, reason }) => [id, reason]));
    expect(reasons.a1).toContain('Reached maximum number of turns');
    expect(reasons.a2).toBe('there is no regular file at workers/a2.md');
    expect(reasons.a3).toContain("exited with code 1: error: unknown option '--plugin-dir'");
  });

  it('stops after a few refusals that can never succeed, and loses no attempt', () => {
    const { bench, carry } = setUp('*=unauthorised');
    const run = bench.plan(domainsOf([30]));
    const { code, data } = carry(run);
    expect({ code, gaps: data.gaps, done: data.counts.done }).toEqual({ code: 1, gaps: [], done: 0 });
    expect(data.halted).toMatch(/refuses every agent, not logged in: .*401/);
    // Those that were already running when the third was refused.
    expect(bench.traced('start').length).toBeLessThanOrEqual(14);
    bench.env.FAKE_CLAUDE = '';
    expect(carry(run).data.counts).toMatchObject({ gaps: 0, open: 0 });
  });

  it('never spends more than --max-cost, and continues with a higher bound', () => {
    const { bench, carry } = setUp();
    const run = bench.plan(domainsOf([4, 4, 4], { model: 'opus' }));
    const first = carry(run, '--max-cost', '0.6');
    expect(first.code).toBe(1);
    expect(first.data.halted).toBe(
      '$0.50 are spent, and the rest of --max-cost $0.60 does not cover one more agent',
    );
    expect(first.data.costUsd).toBeCloseTo(0.5);
    const caps = bench.traced('start') as unknown as { args: string[] }[];
    expect(caps[0]?.args.join(' ')).toMatch(/--max-budget-usd 0\.\d{4}/);
    const second = carry(run, '--max-cost', '100');
    expect({ code: second.code, ...second.data.counts }).toMatchObject({ code: 0, done: 15, gaps: 0 });
    expect(bench.traced('start')).toHaveLength(15);
  });

  it('counts the cap of each agent that a killed engine left, and never passes the bound by kills', async () => {
    const { bench, carry } = setUp('*=hold');
    const run = bench.plan(domainsOf([6]));
    const call = ['run', run.id, '--driver', 'claude', '--max-cost', '0.8'];
    const caps = () =>
      (bench.traced('start') as unknown as { args: string[] }[]).map(({ args }) =>
        Number(args[args.indexOf('--max-budget-usd') + 1]),
      );
    const { child, ended } = bench.start(...call);
    await waitUntil(() => bench.traced('start').length === 6);
    child.kill('SIGKILL');
    await ended;
    // The agents that it has left are ended a moment later.
    await waitUntil(() => bench.call('status', run.id).stdout.includes('cost: $0.60'));
    const again = bench.start(...call);
    await waitUntil(() => bench.traced('start').length === 8);
    again.child.kill('SIGKILL');
    await again.ended;
    const { data } = carry(run, '--max-cost', '0.8');
    expect(data.halted).toBe(
      '$0.80 are spent, and the rest of --max-cost $0.80 does not cover one more agent',
    );
    expect(caps().reduce((sum, cap) => sum + cap, 0)).toBeCloseTo(0.8);
    expect(bench.findRunning()).toEqual([]);
  });

  it('counts the cap of an agent whose result has no cost', () => {
    const { bench, carry } = setUp('*=no-cost');
    const { data } = carry(bench.plan(domainsOf([2])), '--max-cost', '5');
    expect({ done: data.counts.done, usd: data.costUsd }).toEqual({ done: 3, usd: expect.closeTo(0.5) });
  });

  it('tells of tools that an agent was not permitted to use, in the ledger, status and report', () => {
    const { bench, carry } = setUp('a1=denied');
    const run = bench.plan(domainsOf([2]));
    expect(carry(run).data.counts).toMatchObject({ done: 3 });
    const ended = run.ledger().find((entry) => entry.type === 'returned' && entry.agent === 'a1');
    expect(ended).toMatchObject({ verdict: 'done', denied: ['Bash: npm test'] });
    expect(bench.call('status', run.id).stdout).toContain('denied tools: a1 (Bash: npm test)');
    expect(bench.call('report', run.id, '--brief').stdout).toContain(
      'Note: a1 was not permitted to use: Bash: npm test. What it says about them is not proved.',
    );
    expect(run.output('report.md')).toContain('was not permitted to use');
  });

  it('refuses a bound that a program cannot hold', () => {
    const { bench } = setUp();
    const run = bench.plan(domainsOf([1]));
    const { code, stderr } = bench.call('run', run.id, '--command', 'cat', '--max-cost', '5');
    expect(code).toBe(2);
    expect(stderr).toContain('a program of --driver command reports no cost');
  });

  describe('a used-up limit of the account', () => {
    const inSeconds = (seconds: number) => Math.ceil(Date.now() / 1000) + seconds;

    it('is no gap: with --on-limit halt the run stops with the time, and nothing starts before it', () => {
      const { bench, carry } = setUp(`*=used-up:${inSeconds(5000)}`);
      const run = bench.plan(domainsOf([12]));
      const first = carry(run, '--on-limit', 'halt');
      expect({ code: first.code, gaps: first.data.gaps, open: first.data.counts.open }).toEqual({
        code: 1,
        gaps: [],
        open: 15,
      });
      expect(first.data.halted).toMatch(/^the service's limit is used up until .*\(in 83m\)/);
      const starts = bench.traced('start').length;
      expect(starts).toBeLessThanOrEqual(12);
      const status = bench.call('status', run.id).stdout;
      expect(status).toMatch(/limit used up until .*\(in 83m\): .*hit your session limit/);
      bench.env.FAKE_CLAUDE = '';
      expect(carry(run, '--on-limit', 'halt').data.counts).toMatchObject({ done: 0 });
      expect(bench.traced('start')).toHaveLength(starts);
      expect(carry(run, '--on-limit', 'try').data.counts).toMatchObject({ done: 15, gaps: 0 });
    });

    it('is waited for until a signal comes, and the run can be resumed', async () => {
      const { bench, carry } = setUp(`*=used-up:${inSeconds(3600)}`, { SAO_GRACE_MS: '60000' });
      const run = bench.plan(domainsOf([2]));
      const { child, ended, said } = bench.start('run', run.id, '--driver', 'claude');
      await waitUntil(() => said().includes('no agent starts before'));
      child.kill('SIGTERM');
      const { code, stdout } = await ended;
      expect({ code, stdout }).toEqual({
        code: 130,
        stdout: expect.stringContaining('interrupted; to resume'),
      });
      expect(run.ledger().some(({ type }) => type === 'gap' || type === 'returned')).toBe(false);
      bench.env.FAKE_CLAUDE = '';
      expect(carry(run, '--on-limit', 'try').data.counts).toMatchObject({ done: 3, gaps: 0 });
    });

    it('is not waited for over 6 hours', () => {
      const { bench, carry } = setUp(`*=used-up:${inSeconds(7 * 3600)}`);
      const { code, data } = carry(bench.plan(domainsOf([2])));
      expect({ code, gaps: data.gaps }).toEqual({ code: 1, gaps: [] });
      expect(data.halted).toMatch(/used up until .*\(in [67]h\)/);
    });

    it('is waited for, and the agents go on after it', () => {
      const { bench, carry } = setUp(`a1=used-up:${inSeconds(6)}`);
      const run = bench.plan(domainsOf([2]));
      const { code, data, stderr } = carry(run);
      expect({ code, ...data.counts }).toMatchObject({ code: 0, done: 3, gaps: 0 });
      expect(stderr).toMatch(/limit is used up until .*no agent starts before\. Ctrl-C stops/);
      const events = run.ledger() as unknown as {
        type: string;
        agent?: string;
        at: string;
        until?: string;
      }[];
      const limited = events.find(({ type }) => type === 'rate-limited');
      const again = events.findLast(({ type, agent }) => type === 'dispatched' && agent === 'a1');
      expect(Date.parse(String(again?.at))).toBeGreaterThanOrEqual(Date.parse(String(limited?.until)));
    });
  });

  it('says that the client is missing before anything is dispatched', () => {
    const { bench, carry } = setUp('', { SAO_CLAUDE: '', PATH: '/nonexistent' });
    const run = bench.plan(domainsOf([1]));
    const { code, diagnostics } = carry(run);
    expect({ code, problem: diagnostics[0]?.code }).toEqual({ code: 3, problem: 'claude-missing' });
    expect(run.ledger().some(({ type }) => type === 'dispatched')).toBe(false);
  });
});
