import { mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readRunState } from '../../../../src/run/ledger/run-state.io.ts';
import { isMarked } from '../../../../src/run/ledger/sessions.io.ts';
import { answerHook } from '../../../../src/session/hooks/main.ts';
import { Bench, domainsOf, findBuild } from '../../../harness/sao.ts';
import { typedLine } from '../../../harness/transcripts.ts';

const SESSION = 'session-1';
const VALID = '# Report\n\n## Summary\n\nNothing to report here.\n\n## Findings\n\nNone.\n\n<!-- DONE -->\n';

/** A confirmed run of two workers in one domain, and the hooks of its session. */
function setUp(...options: string[]) {
  const bench = new Bench(findBuild().path, { CLAUDE_CODE_SESSION_ID: SESSION });
  const transcript = join(bench.home, 'conversations', `${SESSION}.jsonl`);
  const subagents = join(transcript.replace(/\.jsonl$/, ''), 'subagents');
  mkdirSync(subagents, { recursive: true });
  writeFileSync(transcript, typedLine('Start'));
  const { id } = bench.plan(domainsOf([2]));
  bench.call('next', id, ...options);
  const dir = join(bench.home, 'runs', id);
  const hook = async (more: object) =>
    (await answerHook(
      {
        hook_event_name: 'PreToolUse',
        session_id: SESSION,
        transcript_path: transcript,
        cwd: bench.project,
        ...more,
      },
      bench.env,
      new Date(),
    )) as Record<string, unknown> & { hookSpecificOutput?: Record<string, unknown> };
  const dispatch = async (agent: string, toolUse: string, client: string) => {
    const prompt = `sao:${id}/${agent}`;
    const answer = await hook({ tool_name: 'Agent', tool_use_id: toolUse, tool_input: { prompt } });
    writeFileSync(join(subagents, `agent-${client}.meta.json`), JSON.stringify({ toolUseId: toolUse }));
    return answer.hookSpecificOutput;
  };
  const ask = async (prompt: string) =>
    (await hook({ tool_name: 'Agent', tool_use_id: 'toolu_9', tool_input: { prompt } }))?.hookSpecificOutput;
  const bash = async (client: string, command: string) =>
    (await hook({ tool_name: 'Bash', agent_id: client, tool_input: { command } }))?.hookSpecificOutput;
  const next = () => bench.call('next', id).stdout;
  const isBound = () => isMarked(join(bench.home, 'runs'), SESSION);
  return { bench, id, dir, subagents, hook, dispatch, ask, bash, next, isBound };
}

describe('a call of an agent that has ended', () => {
  it('is refused and ends it: it writes neither its own file nor that of another agent', async () => {
    const { dir, hook, dispatch } = setUp();
    expect(await dispatch('a1', 'toolu_1', 'x1')).toMatchObject({ permissionDecision: 'allow' });
    writeFileSync(join(dir, 'workers', 'a1.md'), VALID);
    await hook({ hook_event_name: 'SubagentStop', agent_id: 'x1', last_assistant_message: 'Done.' });
    expect(readRunState(dir).agents.get('a1')?.running).toBeUndefined();
    for (const file of ['a1.md', 'a2.md']) {
      const file_path = join(dir, 'workers', file);
      const answer = await hook({ tool_name: 'Write', agent_id: 'x1', tool_input: { file_path } });
      expect([file, answer]).toMatchObject([
        file,
        { continue: false, hookSpecificOutput: { permissionDecision: 'deny' } },
      ]);
      expect(answer.stopReason).toBe(
        'a1 has finished: its file was accepted, and nothing more is to be done.',
      );
    }
  });

  it('is told why its attempt has ended if no file was accepted', async () => {
    const { dir, hook, dispatch } = setUp();
    await dispatch('a1', 'toolu_1', 'x1');
    for (const _ of [1, 2])
      await hook({ hook_event_name: 'SubagentStop', agent_id: 'x1', last_assistant_message: 'Done.' });
    expect(readRunState(dir).agents.get('a1')?.running).toBeUndefined();
    const answer = await hook({ tool_name: 'Bash', agent_id: 'x1', tool_input: { command: 'ls' } });
    expect(answer.stopReason).toMatch(/^This attempt of a1 has ended: .*there is no regular file at /);
  });
});

describe('a shell command of a coordinator that starts its own workers', () => {
  it.each([
    ["cat > workers/a1.md <<'X'\ntext\nX", 'deny'],
    ['echo x >> ledger.jsonl', 'deny'],
    ['sao next RUN --domain d1; echo x > workers/a1.md', 'deny'],
    ['sao next RUN --domain d1', 'allow'],
    ['sao verify RUN', 'allow'],
  ])('%j: %s', async (command, decision) => {
    const { id, dispatch, bash } = setUp('--driver', 'tiered');
    expect(await dispatch('coord-d1', 'toolu_1', 'x1')).toMatchObject({ permissionDecision: 'allow' });
    expect(await bash('x1', command.replace('RUN', id))).toMatchObject({ permissionDecision: decision });
  });
});

describe('a coordinator that starts its own workers', () => {
  it.each([
    ['Write the file workers/a1.md', 'deny'],
    ['sao:RUN/a1', 'allow'],
  ])('starts an agent with the prompt %j: %s', async (prompt, decision) => {
    const { id, dispatch, hook } = setUp('--driver', 'tiered');
    await dispatch('coord-d1', 'toolu_1', 'x1');
    const answer = await hook({
      tool_name: 'Agent',
      tool_use_id: 'toolu_2',
      agent_id: 'x1',
      tool_input: { prompt: prompt.replace('RUN', id) },
    });
    expect(answer?.hookSpecificOutput).toMatchObject({ permissionDecision: decision });
  });

  it.each([
    ['sao prompt RUN a1 --start', 'allow'],
    ['sao prompt RUN coord-d1 --start', 'allow'],
    ['sao prompt RUN b1 --start', 'deny'],
    ['sao next RUN --domain d2', 'deny'],
    ['sao next RUN --domain=d1', 'allow'],
    ['sao tool eslint . --project-code', 'deny'],
  ])('%j: %s', async (command, decision) => {
    const { id, dispatch, bash } = setUp('--driver', 'tiered');
    await dispatch('coord-d1', 'toolu_1', 'x1');
    expect(await bash('x1', command.replace('RUN', id))).toMatchObject({ permissionDecision: decision });
  });
});

describe('a summary that a tiered coordinator writes too early', () => {
  const SUMMARY = VALID.replace('Nothing', 'I invented this: nothing');
  const setUpTier = async () => {
    const tier = setUp('--driver', 'tiered');
    await tier.dispatch('coord-d1', 'toolu_1', 'x1');
    const summary = join(tier.dir, 'synthesis', 'd1.md');
    mkdirSync(dirname(summary), { recursive: true });
    writeFileSync(summary, SUMMARY);
    const stop = (client: string) =>
      tier.hook({ hook_event_name: 'SubagentStop', agent_id: client, last_assistant_message: 'Done. x' });
    const work = async (agent: string, toolUse: string, client: string) => {
      const prompt = `sao:${tier.id}/${agent}`;
      const call = { tool_name: 'Agent', tool_use_id: toolUse, agent_id: 'x1', tool_input: { prompt } };
      expect((await tier.hook(call)).hookSpecificOutput).toMatchObject({ permissionDecision: 'allow' });
      const meta = join(tier.subagents, `agent-${client}.meta.json`);
      writeFileSync(meta, JSON.stringify({ toolUseId: toolUse }));
      writeFileSync(join(tier.dir, 'workers', `${agent}.md`), VALID);
      await stop(client);
    };
    return { ...tier, stop, work, summary };
  };

  it('does not count while its workers are open, and its coordinator is repeated', async () => {
    const { dir, id, stop, next, bench } = await setUpTier();
    expect(await stop('x1')).toMatchObject({ decision: 'block', reason: expect.stringContaining('a1, a2') });
    expect(await stop('x1')).toBeUndefined();
    expect(readRunState(dir).agents.get('coord-d1')?.accepted).toBeUndefined();
    expect(next()).toContain(`sao:${id}/coord-d1`);
    expect(bench.callWarm('verify', id, 'coord-d1').stdout).toContain(
      'was written before the agents that it summarises had ended, so it does not count',
    );
  });

  it('does not count after its workers have written their files', async () => {
    const { id, stop, work, next, summary } = await setUpTier();
    utimesSync(summary, 1, 1);
    await work('a1', 'toolu_2', 'x2');
    await work('a2', 'toolu_3', 'x3');
    expect(await stop('x1')).toMatchObject({
      reason: expect.stringContaining('Your file is older than the files of a1, a2'),
    });
    await stop('x1');
    expect(next()).toContain(`sao:${id}/coord-d1`);
  });

  it('counts once it was written again', async () => {
    const { stop, work, next, summary } = await setUpTier();
    utimesSync(summary, 1, 1);
    await work('a1', 'toolu_2', 'x2');
    await work('a2', 'toolu_3', 'x3');
    await stop('x1');
    writeFileSync(summary, SUMMARY);
    expect(await stop('x1')).toBeUndefined();
    expect(next()).toMatch(/^done/);
  });
});

describe('a shell command of a worker', () => {
  it.each([
    ["printf '# S' > DIR/workers/a2.md", 'deny'],
    ['rm -rf DIR', 'deny'],
    ['tee DIR/workers/a1.md.bak < x', 'deny'],
    ['sao prompt RUN a2 --start', 'deny'],
    ["printf '# S' > DIR/workers/a1.md", undefined],
    ['npm test', undefined],
  ])('%j: %s', async (command, decision) => {
    const { id, dir, dispatch, bash } = setUp();
    await dispatch('a1', 'toolu_1', 'x1');
    const answer = await bash('x1', command.replace('RUN', id).replace('DIR', dir));
    expect(answer?.permissionDecision).toBe(decision);
  });

  it.each([
    ["printf '# S' > DIR/workers/a2.md", 'deny'],
    ['rm -rf DIR', 'deny'],
    ['cd DIR/workers && touch a1.md', 'deny'],
    ['cp x DIR/plan.json', 'deny'],
    ['cat DIR/workers/a1.md', undefined],
    ['grep -c major DIR/report.md > counts.txt', undefined],
    ['cd DIR/builds/api && npm test', undefined],
    ['npm test', undefined],
  ])('of an agent that is none of the run: %j: %s', async (command, decision) => {
    const { dir, bash } = setUp();
    const answer = await bash('unknown', command.replace('DIR', dir));
    expect([answer?.permissionDecision, answer?.permissionDecisionReason ?? '']).toEqual([
      decision,
      decision === undefined ? '' : expect.stringContaining('is in the folder of a run'),
    ]);
  });

  it('is refused to start an agent of a run, if it is no agent of one itself', async () => {
    const { id, bash } = setUp();
    expect(await bash('unknown', `sao prompt ${id} a1 --start`)).toMatchObject({
      permissionDecision: 'deny',
    });
  });
});

describe('a prompt that names an agent of a run in another form', () => {
  it.each([
    '`sao:RUN/a2`',
    'SAO:RUN/a2',
    'sao: RUN/a2',
    'Please do: sao:RUN/a2',
    '<x>sao:RUN/a2</x>',
    's\u200bao:RUN/a2',
    '\uff53ao:RUN/a2',
  ])('%j is refused', async (prompt) => {
    const { id, ask } = setUp();
    expect(await ask(prompt.replace('RUN', id))).toMatchObject({ permissionDecision: 'deny' });
  });

  it.each([
    'Do this:\n\nsao:RUN/a2',
    'Follow this one prompt exactly as it is, and do nothing else: `sao:RUN/a2`',
    'You are the worker a2 of the run, sao:RUN/a2. Run `sao prompt RUN a2 --start` and follow it to the end.',
    '# Task\n- sao:RUN/a1\n- sao:RUN/a2',
    'Do what "sao:RUN/a2" says',
    'Run “sao:RUN/a2” to its end',
    'The prompt: `sao:RUN/a2`',
    'Please do `sao:RUN/a2` now',
    '"sao:RUN/a2" is your prompt: carry it out as it is written there',
  ])('%j is refused, and the reason says how a prompt of its own looks', async (prompt) => {
    const { id, ask } = setUp();
    expect(await ask(prompt.replaceAll('RUN', id))).toMatchObject({
      permissionDecision: 'deny',
      permissionDecisionReason: expect.stringContaining(
        'leave `sao:RUN/AGENT` out, or name it inside of a sentence',
      ),
    });
  });

  it.each([
    'Explain why the agent sao:RUN/a1 found nothing in src, and what it read.',
    'Review the log below for errors of the client.\n\n12:00 Agent(sao:RUN/a1) started\n12:01 Agent(sao:RUN/a2) started\n12:02 end',
    'How long did the two agents sao:RUN/a1 and sao:RUN/a2 take?',
    'What does "sao:RUN/a1" mean?',
    'The text "sao:RUN/a1" is quoted',
    'Explain why `sao:RUN/a1` was refused',
  ])('that only speaks of it is the user’s own: %j', async (prompt) => {
    const { id, ask } = setUp();
    expect(await ask(prompt.replaceAll('RUN', id))).toBeUndefined();
  });

  it('is no matter of sao if there is no such run', async () => {
    const { ask } = setUp();
    expect(await ask('Please do: sao:20260101-000000-00000000/a2')).toBeUndefined();
  });
});

describe('a prompt that begins like that of an agent of a run', () => {
  it.each([
    ['names no run', 'sao:20260101-000000-zzzzzzzz/a Audit src/a1.ts'],
    ['has more on its line', 'sao:RUN/a1 Audit part 1'],
    ['has more on its line, after line ends', '\n\n sao:RUN/a1 Audit part 1'],
    ['names no agent', 'sao:RUN/nothing'],
    ['names a run that does not exist', 'sao:20260101-000000-zzzzzzzz/a1'],
  ])('and %s is refused', async (_, prompt) => {
    const { id, ask } = setUp();
    expect(await ask(prompt.replace('RUN', id))).toMatchObject({ permissionDecision: 'deny' });
  });

  it('but is none is not looked at', async () => {
    const { ask } = setUp();
    expect(await ask('sao: explain this word')).toBeUndefined();
  });
});

describe('an agent that returns after the report, because its file was complete before', () => {
  it('is recorded with its cost, and its return ends the session’s binding to the run', async () => {
    const { dir, hook, dispatch, next, isBound } = setUp('--driver', 'agent');
    for (const [id, file] of [
      ['a1', 'workers/a1.md'],
      ['a2', 'workers/a2.md'],
      ['coord-d1', 'synthesis/d1.md'],
    ] as const) {
      expect(await dispatch(id, `toolu_${id}`, id)).toMatchObject({ permissionDecision: 'allow' });
      mkdirSync(dirname(join(dir, file)), { recursive: true });
      writeFileSync(join(dir, file), VALID);
      expect(next()).toMatch(id === 'a1' ? /^dispatch/ : id === 'a2' ? /^coordinate/ : /^done: 3 of 3/);
    }
    expect(isBound()).toBe(true);
    for (const agent_id of ['a1', 'a2', 'coord-d1']) {
      expect(isBound()).toBe(true);
      await hook({ hook_event_name: 'SubagentStop', agent_id, last_assistant_message: 'Done. Nothing.' });
      expect(readRunState(dir).agents.get(agent_id)).toMatchObject({ last: { line: 'Done. Nothing.' } });
    }
    expect(isBound()).toBe(false);
    expect(readRunState(dir).reported).toBe(true);
  });

  it('is named by a later `sao next` that names no run', async () => {
    const { bench, dir, id, hook, dispatch, next } = setUp('--driver', 'agent');
    for (const [agent, file] of [
      ['a1', 'workers/a1.md'],
      ['a2', 'workers/a2.md'],
      ['coord-d1', 'synthesis/d1.md'],
    ] as const) {
      await dispatch(agent, `toolu_${agent}`, agent);
      mkdirSync(dirname(join(dir, file)), { recursive: true });
      writeFileSync(join(dir, file), VALID);
      await hook({ hook_event_name: 'SubagentStop', agent_id: agent, last_assistant_message: 'Done. x' });
      next();
    }
    expect(bench.callWarm('next').stderr).toContain(`the latest, ${id}, is done`);
    expect(bench.callWarm('next').stderr).toContain(`sao report ${id}`);
  });

  it('counts only as it was reported, until it returns', async () => {
    const { bench, dir, id, hook, dispatch, next } = setUp('--driver', 'agent');
    const path = join(dir, 'workers/a1.md');
    for (const [agent, file] of [
      ['a1', 'workers/a1.md'],
      ['a2', 'workers/a2.md'],
      ['coord-d1', 'synthesis/d1.md'],
    ] as const) {
      await dispatch(agent, `toolu_${agent}`, agent);
      mkdirSync(dirname(join(dir, file)), { recursive: true });
      writeFileSync(join(dir, file), VALID);
      const stop = { hook_event_name: 'SubagentStop', agent_id: agent, last_assistant_message: 'Done. x' };
      if (agent !== 'a1') await hook(stop);
      next();
    }
    expect(readRunState(dir).reported).toBe(true);
    writeFileSync(path, VALID.replace('None.', '- [critical] all is lost — src/a.ts:1 — added'));
    expect(bench.callWarm('verify', id).stdout).toContain('a1 changed:');
    const receipt = bench.callWarm('receipt', id);
    expect(receipt.stdout + receipt.stderr).toMatch(
      /workers\/a1\.md was changed after event \d+ had accepted it/,
    );
    await hook({ hook_event_name: 'SubagentStop', agent_id: 'a1', last_assistant_message: 'Done. Late.' });
    expect(bench.callWarm('verify', id)).toMatchObject({ code: 0 });
    expect(readFileSync(join(dir, 'report.md'), 'utf8')).toContain('all is lost');
  });
});
