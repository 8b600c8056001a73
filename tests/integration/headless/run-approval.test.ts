import { createHash } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readPlanFile } from '../../../src/run/ledger/store.io.ts';
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
  const event = {
    v: 1,
    at: new Date().toISOString(),
    type: 'commands-asked',
    hash,
    token: hashed,
    call: { toolUse: 'toolu_1' },
  };
  appendFileSync(join(run.dir, 'ledger.jsonl'), `${JSON.stringify(event)}\n`);
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
    expect(run.ledger().find(({ type }) => type === 'commands-approved')).toMatchObject({ by: 'session' });
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
    expect(run.ledger().find(({ type }) => type === 'commands-approved')).toMatchObject({ by: 'config' });
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

  it('run when a human starts the run at a shell', () => {
    const bench = new Bench(built.path);
    const { run, dir } = JSON.parse(bench.call('init', '--json').stdout).data;
    bench.call('plan', run, JSON.stringify({ version: 1, domains: DOMAINS }));
    const ended = bench.call('run', run, '--json');
    expect(ended.code).toBe(0);
    expect(JSON.parse(ended.stdout).data).toMatchObject({ dir, counts: { agents: 3, done: 3 } });
  });
});

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
