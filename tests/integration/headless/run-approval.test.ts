import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { appendEvents, readPlanFile } from '../../../src/run/ledger/store.io.ts';
import { commandsHash } from '../../../src/run/plan/approve.ts';
import { unwrap } from '../../../src/system/result.ts';
import { Bench, findBuild, type Run } from '../../harness/sao.ts';

const built = findBuild();

const DOMAINS = [
  {
    id: 'd1',
    workers: [
      { run: "sh -c 'echo one'", task: 'One' },
      { run: 'echo two', task: 'Two' },
    ],
  },
];
const SESSION = { CLAUDECODE: '1', CLAUDE_CODE_SESSION_ID: 'session-1' };

/** Records what the hook records when it asks a human. */
function ask(run: Run, token: string, hash: string): void {
  const hashed = createHash('sha256').update(token).digest('hex');
  const call = { toolUse: 'toolu_1', session: 'session-1', action: 'approve' };
  appendEvents(run.dir, [{ type: 'commands-asked', hash, token: hashed, call }], new Date());
}

function hashOf(run: Run): string {
  const plan = unwrap(readPlanFile(run.dir));
  return plan ? commandsHash(plan) : '';
}

describe('command workers of a plan that a model wrote', () => {
  it('do not run inside a session without the approval of a human, which names the exact commands', () => {
    const bench = new Bench(built.path, SESSION);
    const run = bench.plan(DOMAINS);
    const refused = bench.call('run', run.id, '--commands');
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain("sh -c 'echo one'");
    expect(refused.stderr).toMatch(/in a terminal: sao run .*allowCommands/);
    expect(run.ledger().some(({ type }) => type === 'dispatched' || type === 'commands-approved')).toBe(
      false,
    );
    const json = JSON.parse(bench.call('run', run.id, '--commands', '--json').stdout);
    expect(json).toMatchObject({ ok: false, diagnostics: [{ code: 'commands-not-approved' }] });
  });

  it('run with the token of an approval, which is valid once and only for these commands', () => {
    const bench = new Bench(built.path, SESSION);
    const run = bench.plan(DOMAINS);
    const withToken = (token: string) => {
      bench.env.SAO_APPROVAL = token;
      return bench.call('run', run.id, '--commands').code;
    };
    ask(run, 'for-others', 'another-hash');
    expect(withToken('for-others')).toBe(2);
    ask(run, 'right', hashOf(run));
    expect(withToken('wrong')).toBe(2);
    expect(withToken('right')).toBe(0);
    expect(run.ledger().find(({ type }) => type === 'commands-approved')).toMatchObject({
      approval: { level: 'asked' },
    });
    expect(run.output('workers/a1.md')).toContain('one');
    const other = bench.plan(DOMAINS);
    expect(bench.call('run', other.id, '--commands').code).toBe(2);
  });

  it('run when the user’s own configuration names each of them exactly', () => {
    const bench = new Bench(built.path, SESSION);
    const run = bench.plan(DOMAINS, ["sh -c 'echo one'"]);
    expect(bench.call('run', run.id, '--commands').code).toBe(2);
    bench.allow(["sh -c 'echo one'", 'echo two']);
    expect(bench.call('run', run.id, '--commands').code).toBe(0);
    expect(run.ledger().find(({ type }) => type === 'commands-approved')).toMatchObject({
      approval: { level: 'config' },
    });
  });

  it('an agent program of a model’s choice is held back like a command', () => {
    const bench = new Bench(built.path, SESSION);
    const run = bench.plan([{ id: 'd1', workers: [{ task: 'Look', model: 'haiku' }] }]);
    const refused = bench.call('run', run.id, '--driver', 'command', '--command', 'sh -c evil');
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('sh -c evil') });
    expect(run.carryOut(bench.fake()).code).toBe(0);
  });

  it('neither confirms a plan nor lifts a halt from inside a session', () => {
    const bench = new Bench(built.path, SESSION);
    const { run } = JSON.parse(bench.call('init', '--json').stdout).data;
    bench.call('plan', run, JSON.stringify({ version: 1, domains: DOMAINS }));
    const refused = bench.call('run', run, '--commands');
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('has not confirmed the plan') });
  });

  it('run when a human starts the run in a terminal, who sees them and answers yes', () => {
    const { bench, run } = planned();
    const refused = bench.personTyping('no\n', 'run', run);
    expect(refused).toMatchObject({ code: 2, stdout: expect.stringContaining('was not approved') });
    for (const text of ["a1: sh -c 'echo one'", 'a2: echo two', '- d1, 2 commands', 'Type "yes"'])
      expect(refused.stdout).toContain(text);
    expect(approvals(bench, run)).toEqual([]);
    expect(bench.personTyping('yes\n', 'run', run).code).toBe(0);
    expect(approvals(bench, run)).toEqual(['plan-confirmed: terminal', 'commands-approved: terminal']);
    // What is approved is not asked again.
    expect(bench.person('run', run).code).toBe(0);
  });

  it('run in a terminal without a question where the call says that no human is there', () => {
    const { bench, run } = planned();
    expect(bench.person('run', run, '--unattended').code).toBe(0);
    expect(approvals(bench, run)).toEqual(['plan-confirmed: unattended', 'commands-approved: unattended']);
  });

  it('confirms a plan in a terminal only after it was shown', () => {
    const { bench, run } = planned();
    const refused = bench.personTyping('\n', 'next', run, '--confirm');
    expect(refused).toMatchObject({ code: 2, stdout: expect.stringContaining('- d1, 2 commands') });
    expect(approvals(bench, run)).toEqual([]);
    expect(bench.personTyping('yes\n', 'next', run, '--confirm').code).toBe(0);
    expect(approvals(bench, run)).toEqual(['plan-confirmed: terminal']);
  });

  it('do not run at a shell without a terminal, but where the call says that no human is there', () => {
    const { bench, run } = planned();
    const refused = bench.call('run', run);
    expect(refused).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`sao run ${run} --unattended`),
    });
    expect(approvals(bench, run)).toEqual([]);
    expect(bench.call('run', run, '--unattended').code).toBe(0);
    expect(approvals(bench, run)).toEqual(['plan-confirmed: unattended', 'commands-approved: unattended']);
  });

  it('do not run if an agent of a run makes the call, in a terminal and with what the user allows', () => {
    const { bench, run } = planned();
    bench.env.SAO_AGENT_ID = 'a1';
    bench.allow(['echo one', 'echo two']);
    for (const refused of [bench.call('run', run, '--unattended'), bench.person('run', run)])
      expect(refused).toMatchObject({ code: 2 });
    expect(bench.call('run', run).stderr).toContain('an agent starts no other run');
    expect(approvals(bench, run)).toEqual([]);
  });
});

/** A bench with a plan of commands without a confirmation. */
function planned(env: NodeJS.ProcessEnv = {}) {
  const bench = new Bench(built.path, env);
  const plan = JSON.stringify({ version: 1, domains: DOMAINS });
  const { run } = JSON.parse(bench.call('plan', '--new', plan, '--json').stdout).data as { run: string };
  return { bench, run };
}

function approvals(bench: Bench, run: string): string[] {
  return bench
    .runOf(run)
    .ledger()
    .flatMap((entry) =>
      entry.type === 'plan-confirmed' || entry.type === 'commands-approved'
        ? [`${entry.type}: ${entry.approval.level}`]
        : [],
    );
}

describe('sao run --commands', () => {
  it('does all that is the engine’s own, a digest over commands too, and leaves the rest to the session', () => {
    const bench = new Bench(built.path);
    const run = bench.plan(
      [
        {
          id: 'd1',
          workers: [
            { run: 'echo one', task: 'One' },
            { task: 'Look', model: 'haiku' },
          ],
        },
        {
          id: 'd2',
          workers: [
            { run: 'echo two', task: 'Two' },
            { run: 'echo three', task: 'Three' },
          ],
        },
      ],
      ['echo one', 'echo two', 'echo three'],
    );
    expect(JSON.parse(bench.call('next', run.id, '--json').stdout).data.command).toBe(
      `sao run ${run.id} --commands`,
    );
    const ended = bench.call('run', run.id, '--commands', '--json');
    expect(ended.code).toBe(0);
    expect(JSON.parse(ended.stdout).data.counts).toEqual({ agents: 6, done: 4, gaps: 0, open: 2 });
    expect(JSON.parse(bench.call('next', run.id, '--json').stdout).data).toMatchObject({
      action: 'dispatch',
      agents: [{ id: 'a2' }],
    });
  });
});
