import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readRunState } from '../../src/run/ledger/run-state.io.ts';
import { answerHook } from '../../src/session/hooks/main.ts';
import { answerNext } from '../../src/session/next/answer.io.ts';
import { Bench, findBuild, type Run, type RunData } from '../harness/sao.ts';
import { isFullScale } from '../harness/scale.ts';
import { typedLine } from '../harness/transcripts.ts';

const built = findBuild();
const HOUR = 3_600_000;
/** Two agents of haiku, then two of opus. */
const WORKERS = ['haiku', 'haiku', 'opus', 'opus'].map((model, n) => ({
  task: `Look at part ${n + 1}`,
  model,
}));
const REFUSALS = {
  blip: () => 'API Error: Request rejected (429) · rate_limit_error',
  usage: (until: number) => `Claude AI usage limit reached|${Math.round(until / 1000)}`,
  permanent: () => 'Invalid API key · Please run /login',
};

/** The hooks of a session that runs the agents with the Agent tool or in a workflow; the time is the test's. */
class Session {
  readonly bench = new Bench(built.path, { CLAUDE_CODE_SESSION_ID: 's', SAO_BACKOFF_MS: '60000' });
  readonly run: Run;
  readonly begun = Date.now();
  private readonly driver: 'agent' | 'workflow';
  private readonly transcript = join(this.bench.home, 'conversations', 's.jsonl');
  private started = 0;

  constructor(driver: 'agent' | 'workflow') {
    this.driver = driver;
    mkdirSync(join(this.bench.home, 'conversations'));
    writeFileSync(this.transcript, typedLine('Start'));
    this.run = this.bench.plan([{ id: 'd1', workers: WORKERS }]);
  }

  async open(): Promise<this> {
    await this.next(0, { driver: this.driver });
    if (this.driver === 'agent') return this;
    const scriptPath = /scriptPath: (.*)/.exec(this.bench.callWarm('workflow', this.run.id).stdout)?.[1];
    await this.hook(0, { tool_name: 'Workflow', tool_input: { scriptPath } });
    const receipt = { status: 'async_launched', taskId: 'w1', runId: 'wf_1' };
    await this.hook(0, { hook_event_name: 'PostToolUse', tool_name: 'Workflow', tool_response: receipt });
    return this;
  }

  next(after: number, request: object = {}) {
    const place = { dir: this.run.dir, root: join(this.bench.home, 'runs') };
    return answerNext(place, request, { env: this.bench.env, now: () => new Date(this.begun + after) });
  }

  /** Why an agent may not start; undefined if it may. */
  async start(id: string, after: number): Promise<string | undefined> {
    const call =
      this.driver === 'agent'
        ? {
            tool_name: 'Agent',
            tool_input: { prompt: `sao:${this.run.id}/${id}` },
            tool_use_id: `toolu_${id}`,
          }
        : { tool_name: 'Read', tool_input: { file_path: '/x' }, agent_id: this.subagent(id) };
    const answer = (await this.hook(after, call)) as { hookSpecificOutput?: Record<string, string> };
    const { permissionDecision, permissionDecisionReason } = answer?.hookSpecificOutput ?? {};
    return permissionDecision === 'deny' ? permissionDecisionReason : undefined;
  }

  /** The service refuses the agent that was started last. */
  async refuse(id: string, text: string, after: number): Promise<void> {
    const death =
      this.driver === 'agent'
        ? {
            hook_event_name: 'PostToolUseFailure',
            tool_name: 'Agent',
            tool_use_id: `toolu_${id}`,
            error: text,
          }
        : {
            hook_event_name: 'StopFailure',
            agent_id: `x${this.started}`,
            error: 'rate_limit',
            last_assistant_message: text,
          };
    await this.hook(after, death);
  }

  agent(id: string) {
    return readRunState(this.run.dir).agents.get(id);
  }

  private subagent(id: string): string {
    this.started += 1;
    const folder = join(this.transcript.replace('.jsonl', ''), 'subagents', 'workflows', 'wf_1');
    mkdirSync(folder, { recursive: true });
    const facts = {
      agentType: 'workflow-subagent',
      description: `sao:${this.run.id}/${id}`,
      inWorkflowRun: true,
    };
    writeFileSync(join(folder, `agent-x${this.started}.meta.json`), JSON.stringify(facts));
    return `x${this.started}`;
  }

  private hook(after: number, more: object) {
    const input = {
      hook_event_name: 'PreToolUse',
      session_id: 's',
      transcript_path: this.transcript,
      cwd: this.bench.project,
      tool_use_id: 'toolu_1',
      ...more,
    };
    return answerHook(input, this.bench.env, new Date(this.begun + after));
  }
}

describe.each(['agent', 'workflow'] as const)('a session with the runner %s', (driver) => {
  const ended = ({ run }: Session) =>
    run.ledger().filter(({ type }) => type === 'gap' || type === 'returned');

  it('a short refusal is waited for, and uses no attempt', async () => {
    const session = await new Session(driver).open();
    expect(await session.start('a1', 0)).toBeUndefined();
    await session.refuse('a1', REFUSALS.blip(), 1000);
    expect(session.agent('a1')).toMatchObject({ attempts: 0, limited: 1 });
    const [refused] = session.run.ledger().filter((entry) => entry.type === 'rate-limited');
    const waitMs = refused?.type === 'rate-limited' ? refused.waitMs : 0;
    // Until then, only the model that works is dispatched.
    const next = JSON.stringify(await session.next(1000 + waitMs / 2));
    if (driver === 'agent') expect([/\/a1\b/.test(next), /\/a3\b/.test(next)]).toEqual([waitMs < 2, true]);
    expect(await session.start('a1', 1000 + waitMs + 1)).toBeUndefined();
    expect(session.agent('a1')).toMatchObject({ attempts: 1 });
    expect(ended(session)).toEqual([]);
  });

  it('a used-up limit: nothing starts before its end, which is told', async () => {
    const session = await new Session(driver).open();
    await session.start('a1', 0);
    await session.refuse('a1', REFUSALS.usage(session.begun + 2 * HOUR), 1000);
    for (const id of ['a1', 'a2', 'a3', 'a4'])
      expect(await session.start(id, HOUR)).toMatch(/The service refuses a\d until .*\(in 60m\)/);
    expect(await session.next(HOUR)).toMatchObject({
      action: 'wait',
      message: expect.stringMatching(/used up until/),
    });
    expect(session.bench.callWarm('status', session.run.id).stdout).toMatch(
      /limit used up until .*: Claude AI usage limit reached/,
    );
    expect(ended(session)).toEqual([]);
    for (const id of ['a1', 'a3']) expect(await session.start(id, 2 * HOUR + 2000)).toBeUndefined();
    expect(session.agent('a1')).toMatchObject({ attempts: 1 });
  });

  it('a model that is refused does not keep another one from working', async () => {
    const session = await new Session(driver).open();
    await session.start('a1', 0);
    await session.refuse('a1', `You've hit your Haiku limit · resets 11pm (UTC)`, 1000);
    expect(await session.start('a2', 2000)).toMatch(/The service refuses a2 until/);
    expect(await session.start('a3', 2000)).toBeUndefined();
    expect(ended(session)).toEqual([]);
  });

  it('what can never succeed halts the run after three refusals, with the reason and without a gap', async () => {
    const session = await new Session(driver).open();
    for (const id of ['a1', 'a2', 'a3']) {
      expect(await session.start(id, 0)).toBeUndefined();
      await session.refuse(id, REFUSALS.permanent(), 1000);
    }
    expect(await session.start('a4', 2000)).toMatch(/halted.*not logged in/);
    expect(await session.next(3000)).toMatchObject({ action: 'halted' });
    expect(ended(session)).toEqual([]);
    for (const id of ['a1', 'a2', 'a3']) expect(session.agent(id)).toMatchObject({ attempts: 0 });
  });
});

describe.each(['claude', 'command'] as const)('sao run --driver %s', (driver) => {
  function drive(behaviours: readonly string[], ...options: string[]) {
    const bench = new Bench(built.path, {
      SAO_CLAUDE: resolve('tests/harness/fake-claude.mjs'),
      FAKE_CLAUDE: behaviours.join(' '),
      SAO_BACKOFF_MS: '5',
    });
    bench.env.FAKE_TRACE = bench.trace;
    const run = bench.plan([{ id: 'd1', workers: WORKERS }]);
    const call = (...rules: string[]) => {
      bench.env.FAKE_CLAUDE = rules.join(' ');
      const args =
        driver === 'claude'
          ? ['run', run.id, '--driver', 'claude', '--json', ...options]
          : run.driven(bench.fake(...rules), '--json', ...options);
      const { code, stdout } = bench.call(...args);
      const { data } = JSON.parse(stdout) as { data: RunData };
      return { code, ...data, starts: bench.traced('start').map(({ id }) => id) };
    };
    return { run, first: call(...behaviours), call };
  }
  /** The long form starts Node some 80 times; `run-claude.test.ts` and `run-command.test.ts` have the main cases. */
  const whole = (name: string) => `${name}${isFullScale ? '' : ' (SKIPPED: long form)'}`;

  it.skipIf(!isFullScale)(whole('short refusals are waited for, and nothing is lost'), () => {
    const { first } = drive(['a1=limited:0.7', 'a3=limited:0.7']);
    expect(first).toMatchObject({ code: 0, gaps: [], counts: { open: 0 } });
  });

  it.skipIf(!isFullScale)(
    whole('a used-up limit halts without a gap, and nothing starts before its end'),
    () => {
      const until = Math.ceil(Date.now() / 1000) + 5000;
      const { first, call } = drive([`*=used-up:${until}`], '--on-limit', 'halt');
      expect(first).toMatchObject({ code: 1, gaps: [], halted: expect.stringMatching(/used up until/) });
      expect(call('*=good').starts).toHaveLength(first.starts.length);
    },
  );

  it('a model that is refused does not keep another one from working', () => {
    const { first } = drive(['a1=limited', 'a2=limited']);
    expect(first).toMatchObject({
      code: 1,
      gaps: [],
      halted: expect.stringMatching(/refused a[12] 20 times in a row/),
    });
    expect(first.starts).toEqual(expect.arrayContaining(['a3', 'a4']));
  });

  it.skipIf(!isFullScale)(
    whole('what can never succeed halts the run after a few refusals, without a gap'),
    () => {
      const { first, call } = drive(['*=unauthorised']);
      expect(first).toMatchObject({ code: 1, gaps: [], halted: expect.stringMatching(/not logged in/) });
      // All four, and two that were started again before the third refusal.
      expect(first.starts.length).toBeLessThanOrEqual(6);
      expect(call('*=good')).toMatchObject({ code: 0, gaps: [], counts: { open: 0 } });
    },
  );
});
