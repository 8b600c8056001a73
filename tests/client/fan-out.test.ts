import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Call } from './harness/call.ts';
import { type ClientOptions, runClient } from './harness/client.ts';
import { talkToPerson } from './harness/person.ts';
import { readHookLog, recordTo, writePlugin } from './harness/plugin.ts';
import { type Answer, say, use } from './harness/reply.ts';
import { type Rig, ROOT, useRig } from './harness/rig.ts';

const REPORT = 'The handler passes the value on unchecked. '.repeat(500).slice(0, 20_000);

const agents = (count: number, background: boolean, name = 'task') =>
  use(
    ...Array.from({ length: count }, (_, index): [string, Record<string, unknown>] => [
      'Agent',
      {
        description: `${name} ${index}`,
        prompt: `Audit src/${name}-${index}.ts for unchecked input. Return everything you find.`,
        subagent_type: 'general-purpose',
        run_in_background: background,
      },
    ]),
  );
const startedBy = (calls: readonly Call[]) =>
  new Set(calls.flatMap(({ agentId }) => (agentId === undefined ? [] : [agentId]))).size;
const answersIn = (calls: readonly Call[]) =>
  calls.filter(({ agentId }) => agentId === undefined).flatMap(({ results }) => results);

describe('a flat fan-out in one message', () => {
  const rig = useRig();
  const flat = (count: number, background: boolean) =>
    rig.serve((call) =>
      call.agentId ? say(REPORT) : call.turn === 0 ? agents(count, background) : say('end'),
    );

  it.each([
    ['foreground', false],
    ['background', true],
  ])('of 30 %s agents is stopped before any starts and costs at most 4,000 tokens', async (_, background) => {
    await runClient('Audit the sample with one agent a file', await flat(30, background));
    expect(startedBy(rig.api.calls)).toBe(0);
    const answers = answersIn(rig.api.calls);
    expect(answers.map(({ isError }) => isError)).toEqual(Array(30).fill(true));
    expect(answers.filter(({ text }) => text.includes('agents-at-scale'))).toHaveLength(1);
    expect(rig.tokens()).toBeLessThanOrEqual(4000);
  });

  it('of 9 agents runs, each with its whole answer', async () => {
    await runClient('Audit the sample', await flat(9, false));
    expect(startedBy(rig.api.calls)).toBe(9);
    expect(answersIn(rig.api.calls).filter(({ text }) => text.includes(REPORT))).toHaveLength(9);
  });

  it.each([
    ['by the environment', { SAO_GUARD: 'off' }, undefined],
    ['by the configuration', {}, '{"guard":"off"}'],
    ['above the number in the configuration', {}, '{"guard":12}'],
  ])('of 10 agents runs if it is allowed %s', async (_, env, config) => {
    const options = await flat(10, false);
    const { home } = rig.sandbox;
    if (config !== undefined)
      await writePlugin(home, { files: { '../home/.config/sao/config.json': config } });
    await runClient('Audit the sample', { ...options, env: { ...options.env, ...env } });
    expect(startedBy(rig.api.calls)).toBe(10);
  });

  it('is stopped although the model takes its time between the calls', async () => {
    const log = join(rig.sandbox.root, 'calls.jsonl');
    const probe = await writePlugin(join(rig.sandbox.root, 'probe'), {
      hooks: { PreToolUse: recordTo(log) },
    });
    const answer: Answer = {
      ...agents(10, false),
      // The client has started each call by its hooks before the model writes the next one.
      beforeBlock: async (index) => {
        while ((await readHookLog(log)).length < index) await wait(20);
      },
    };
    const options = await rig.serve((call) =>
      call.agentId ? say(REPORT) : call.turn === 0 ? answer : say('end'),
    );
    await runClient('Audit the sample', { ...options, plugins: [...(options.plugins ?? []), probe] });
    expect(startedBy(rig.api.calls)).toBe(0);
    expect(answersIn(rig.api.calls)).toHaveLength(10);
  });

  it('of a subagent is stopped too', async () => {
    const options = await rig.serve((call) => {
      if (call.agentId === undefined) return call.turn === 0 ? agents(1, false, 'lead') : say('end');
      if (!call.task.includes('lead')) return say(REPORT);
      return call.turn === 0 ? agents(10, false) : say('None started.');
    });
    await runClient('Audit the sample', options);
    expect(startedBy(rig.api.calls)).toBe(1);
  });
});

/** The plugin as a client with a human at it runs it: the client itself says so only in a terminal. */
async function attended(rig: Rig): Promise<string> {
  const plugin = await writePlugin(join(rig.sandbox.root, 'attended'), {});
  const { hooks } = JSON.parse(readFileSync(join(ROOT, 'hooks/hooks.json'), 'utf8'));
  const entries = JSON.stringify({ hooks }).replaceAll(
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the client fills it
    '\\"${CLAUDE_PLUGIN_ROOT}/hooks',
    `CLAUDE_CODE_SESSION_ATTENDED=1 \\"${ROOT}/hooks`,
  );
  await writeFile(join(plugin, 'hooks/hooks.json'), entries);
  return plugin;
}

describe('a human at the client', () => {
  const rig = useRig();

  it.each<['allow' | 'deny', number]>([
    ['allow', 10],
    ['deny', 0],
  ])('is asked once about all calls of a message: %s', async (answer, started) => {
    const options = await rig.serve((call) =>
      call.agentId ? say(REPORT) : call.turn === 0 ? agents(10, false) : say('end'),
    );
    const { questions } = await talkToPerson(
      'Audit the sample',
      { ...options, plugins: [await attended(rig)] },
      () => answer,
    );
    expect(questions).toHaveLength(1);
    expect(questions[0]?.request.decision_reason).toContain('10 agents');
    expect(startedBy(rig.api.calls)).toBe(started);
    for (const { text } of answersIn(rig.api.calls)) expect(text.length).toBeLessThan(2900);
  });
});

describe('four messages of 3 agents', () => {
  const rig = useRig();
  it.each([
    ['foreground', false],
    ['background', true],
  ])(
    'run in the %s as without the plugin, each with its whole answer and no further call',
    async (_, background) => {
      const options = await rig.serve((call) => {
        if (call.agentId) return say(REPORT);
        return call.turn < 4 ? agents(3, background, `part${call.turn}`) : say('end');
      });
      await runClient('Audit the sample', options);
      expect(startedBy(rig.api.calls)).toBe(12);
      expect(rig.api.calls.filter(({ agentId }) => agentId !== undefined)).toHaveLength(12);
      if (!background) expect(answersIn(rig.api.calls).every(({ text }) => text.includes(REPORT))).toBe(true);
    },
  );
});

describe('a message of 10 agents that a human lets start', () => {
  const rig = useRig();
  const keptIn = (text: string) => /(\/\S+\/tool-results\/agent-\w+\.md)/.exec(text)?.[1] ?? '';
  const talk = async (options: ClientOptions) =>
    talkToPerson('Audit the sample', { ...options, plugins: [await attended(rig)] }, () => 'allow');

  it('has its answers cut, and their full text is kept', async () => {
    await talk(
      await rig.serve((call) =>
        call.agentId ? say(REPORT) : call.turn === 0 ? agents(10, false) : say('end'),
      ),
    );
    const answers = answersIn(rig.api.calls);
    expect(answers).toHaveLength(10);
    for (const { text } of answers) {
      expect(text.length).toBeLessThan(2900);
      expect(readFileSync(keptIn(text), 'utf8')).toBe(REPORT);
    }
  });

  it('in the background: an agent is sent back for a shorter answer', async () => {
    await talk(
      await rig.serve((call) => {
        if (call.agentId) return say(call.turn === 0 ? REPORT : 'Two faults.');
        return call.turn === 0 ? agents(10, true) : say('end');
      }),
    );
    await rig.api.waitFor(({ task, turn }) => task.includes('task-9') && turn === 1);
    const shortened = rig.api.calls.filter(({ agentId, turn }) => agentId !== undefined && turn === 1);
    for (const { newest } of shortened) expect(readFileSync(keptIn(newest), 'utf8')).toBe(REPORT);
  });

  it('lets the model read a kept answer without a question', async () => {
    let read = '';
    const options = await rig.serve((call) => {
      if (call.agentId) return say(REPORT);
      if (call.turn === 0) return agents(10, false);
      if (call.turn === 1) return use(['Read', { file_path: keptIn(call.results[0]?.text ?? '') }]);
      read = call.results[0]?.text ?? '';
      return say('end');
    });
    const { ended, questions } = await talk(options);
    expect(ended.permission_denials).toEqual([]);
    expect(questions).toHaveLength(1);
    expect(read).toContain('passes the value on');
  });
});
