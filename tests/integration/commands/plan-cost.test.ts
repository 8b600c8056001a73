import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nextActionTexts } from '../../../src/run/dispatch/wording.ts';
import { Bench, findBuild } from '../../harness/sao.ts';

const sao = findBuild();

/** Four domains whose globs match this many files each. */
function projectOf(bench: Bench, each: number): string {
  const folders = ['http', 'store', 'jobs', 'ui'];
  for (const folder of folders) {
    mkdirSync(join(bench.project, folder));
    for (let n = 1; n <= each; n++) writeFileSync(join(bench.project, folder, `part-${n}.ts`), '');
  }
  const domains = folders.map((id) => ({
    id,
    workers: [{ each: `${id}/*`, task: 'List what {item} does' }],
  }));
  return JSON.stringify({ version: 1, task: 'Look at the service', domains });
}

describe('what planning costs a conversation', () => {
  it.each([8, 75])('is under 110 tokens for the answer, with 4 × %d workers', (each) => {
    const bench = new Bench(sao.path, { CLAUDE_CODE_SESSION_ID: 'a-session' });
    const { code, stdout, stderr } = bench.call('plan', '--new', projectOf(bench, each));
    expect(code).toBe(0);
    expect(stdout).toContain(`${4 * each} workers`);
    expect((stdout + stderr).length).toBeLessThan(4 * 110);
    expect(stdout.split('\n').slice(1)).toEqual([
      `- http, ${each} haiku: List what http/* does`,
      `- store, ${each} haiku: List what store/* does`,
      `- jobs, ${each} haiku: List what jobs/* does`,
      `- ui, ${each} haiku: List what ui/* does`,
      '',
    ]);
  });

  it('shows the same lines again if the plan is not confirmed', () => {
    const bench = new Bench(sao.path, { CLAUDE_CODE_SESSION_ID: 'a-session' });
    const [, ...lines] = bench.call('plan', '--new', projectOf(bench, 2)).stdout.split('\n');
    const [action, command, ...shown] = bench.call('next').stdout.split('\n');
    expect(action).toMatch(/^confirm: Show the user the lines below/);
    expect(command).toMatch(/^\$ sao next \S+ --confirm$/);
    expect(shown).toEqual(lines);
    expect(shown).toContain('- store, 2 haiku: List what store/* does');
  });

  it('names the reviews of auto mode to a session whose settings say so', () => {
    const bench = new Bench(sao.path, { CLAUDE_CODE_SESSION_ID: 'a-session' });
    const plan = projectOf(bench, 2);
    expect(bench.call('plan', '--new', plan).stdout).not.toContain('auto mode');
    mkdirSync(join(bench.project, '.claude'));
    const settings = { permissions: { defaultMode: 'auto' } };
    writeFileSync(join(bench.project, '.claude', 'settings.json'), JSON.stringify(settings));
    expect(bench.call('plan', '--new', plan).stdout).toMatch(
      /M for agents and 432k for auto mode's reviews of them, \$1\.00 /,
    );
    const { data } = JSON.parse(bench.call('plan', '--new', plan, '--json').stdout);
    expect(data).toMatchObject({ autoMode: true, estimate: { reviews: 432_000 } });
  });

  it('names agents, models and money, and refuses a plan above the cap of the user’s configuration', () => {
    const bench = new Bench(sao.path, { CLAUDE_CODE_SESSION_ID: 'a-session' });
    const plan = projectOf(bench, 2);
    expect(bench.call('plan', '--new', plan).stdout).toMatch(
      /, \$1\.00 \(4 sonnet \$0\.60, 8 haiku \$0\.40; assumed\)\n/,
    );
    bench.configure({ maxPlanUsd: 0.5 });
    const { code, stderr } = bench.call('plan', '--new', plan);
    expect(code).toBe(2);
    expect(stderr).toContain(
      'would cost about $1.00 (4 sonnet $0.60, 8 haiku $0.40; assumed); a plan may cost $0.50',
    );
    expect(stderr).toContain('the user may raise "maxPlanUsd" in ');
    const { data } = JSON.parse(bench.call('list', '--json').stdout);
    expect(data.runs).toHaveLength(1);
  });

  it('names the table outside of a session only, on a line of its own', () => {
    const bench = new Bench(sao.path);
    const { stdout } = bench.callWarm('plan', '--new', projectOf(bench, 2));
    const [, path = ''] = /^Table: (.*)$/m.exec(stdout) ?? [];
    expect(readFileSync(path, 'utf8')).toContain('# Plan: Look at the service');
    const [, start = ''] = /^To start: sao (.*)$/m.exec(stdout) ?? [];
    expect(bench.call(...start.split(' ')).code).toBe(0);
  });

  // With the sentence that a session's hook begins with, and the call itself.
  it.each(['workflow', 'tiered', 'agent'])(
    'is paid once: to take the run up costs under 400 tokens (%s)',
    (driver) => {
      const bench = new Bench(sao.path, { CLAUDE_CODE_SESSION_ID: 'a-session' });
      bench.configure({ confirmPlans: 'unattended' });
      bench.callWarm('plan', '--new', projectOf(bench, 8));
      bench.callWarm('next', '--confirm', '--driver', driver);
      const env = { ...bench.env, CLAUDE_CODE_SESSION_ID: 'another-session' };
      const taken = spawnSync(process.execPath, [sao.path, 'next'], {
        cwd: bench.project,
        env,
        encoding: 'utf8',
      });
      expect(taken).toMatchObject({ status: 0, stderr: '' });
      expect(taken.stdout).toMatch(/^(workflow|dispatch|coordinate)/);
      const run = JSON.parse(bench.callWarm('next', '--json').stdout).data.run as string;
      const told = nextActionTexts.underWay(run, 'Look at the service');
      expect(taken.stdout.length + told.length + 'sao next'.length).toBeLessThan(4 * 400);
    },
  );

  it('is told before it is paid: a plan of hundreds names the cheaper driver', () => {
    const bench = new Bench(sao.path);
    const plan = projectOf(bench, 75);
    const [found, ...others] = JSON.parse(
      bench.callWarm('plan', '--new', plan, '--json').stdout,
    ).diagnostics.filter(({ code }: { code: string }) => code === 'plan-over-budget');
    expect(others).toEqual([]);
    expect(found.message).toMatch(/driver agent .* about \d{5,6} tokens; its ceiling is 8000/);
    expect(found.fix).toMatch(/sao next [\w-]+ --driver workflow/);
    const session = new Bench(sao.path, { CLAUDE_CODE_SESSION_ID: 'a-session' });
    expect(session.callWarm('plan', '--new', projectOf(session, 75)).stderr).not.toContain('ceiling');
  });

  it('makes no run where the plan is wrong', () => {
    const bench = new Bench(sao.path);
    const wrong = JSON.stringify({
      version: 1,
      domains: [{ id: 'one', workers: [{ each: 'none/*', task: 'Look at {item}' }] }],
    });
    expect(bench.callWarm('plan', '--new', wrong).code).toBe(2);
    expect(JSON.parse(bench.callWarm('list', '--json').stdout).data.runs ?? []).toEqual([]);
  });

  it('foresees what the agents use from what earlier ones used, and the report compares', () => {
    const bench = new Bench(sao.path);
    const plan = projectOf(bench, 2);
    const first = JSON.parse(bench.callWarm('plan', '--new', plan, '--json').stdout).data;
    expect(first.estimate.agents).toMatchObject({ basis: 'assumption', usd: null });
    expect(first.estimate.agents.tokens).toBeGreaterThan(12 * 50_000);
    const table = readFileSync(join(first.dir, 'plan.md'), 'utf8');
    expect(table).toMatch(
      /by the agents: \d+ \(by assumption; http \d+, store \d+, .*haiku \d+, sonnet \d+\)/,
    );
    const spend = (dir: string, tokens: number, costUsd: number, verdict = 'done') => {
      const record = (entry: object) =>
        appendFileSync(
          join(dir, 'ledger.jsonl'),
          `${JSON.stringify({ v: 1, at: new Date().toISOString(), ...entry })}\n`,
        );
      for (const { id } of JSON.parse(readFileSync(join(dir, 'plan.json'), 'utf8')).agents) {
        const spent = {
          type: 'spent',
          agent: id,
          attempt: 1,
          costUsd,
          inputTokens: tokens,
          outputTokens: 0,
          durationMs: 1,
        };
        const NONE = { critical: 0, major: 0, minor: 0 };
        record({
          type: 'returned',
          agent: id,
          attempt: 1,
          chars: 1,
          line: '',
          words: 9,
          findings: NONE,
          verdict,
        });
        record(spent);
      }
    };
    // A run without any result teaches nothing, also one that cost nearly nothing.
    const failed = JSON.parse(bench.callWarm('plan', '--new', plan, '--json').stdout).data;
    spend(failed.dir, 200, 0.0001, 'missing');
    spend(first.dir, 10_000, 0.25);
    const second = JSON.parse(bench.callWarm('plan', '--new', plan, '--json').stdout).data;
    const forecast = { tokens: 120_000, usd: 3, basis: 'earlier runs' };
    expect(second.estimate.agents).toMatchObject({
      ...forecast,
      byModel: [
        { model: 'haiku', agents: 8, tokens: 80_000, usd: 2 },
        { model: 'sonnet', agents: 4, tokens: 40_000, usd: 1 },
      ],
      byDomain: ['http', 'store', 'jobs', 'ui'].map((domain) => ({
        domain,
        agents: 3,
        tokens: 30_000,
        usd: 0.75,
      })),
    });
    spend(second.dir, 15_000, 0.5);
    const { cost } = JSON.parse(bench.callWarm('report', second.run, '--json').stdout).data;
    expect(cost).toMatchObject({ tokens: 180_000, usd: 6, forecast });
    const text = readFileSync(join(second.dir, 'report.md'), 'utf8');
    expect(text).toContain(
      '120,000 tokens and $3.00 were forecast for the agents, by earlier runs; used: 180,000 and $6.00.',
    );
    expect(text).toContain('| haiku | 8 | 80,000 | 120,000 | $4.00 |');
    expect(text).toContain('| store | 3 | 30,000 | 45,000 | $1.50 |');
  });
});
