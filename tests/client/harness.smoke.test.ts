import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ScriptedApi, startApi } from './harness/api.ts';
import { listedSkills } from './harness/call.ts';
import { runClient, runCommand, startClient } from './harness/client.ts';
import { countParentTurns, parentCost } from './harness/cost.ts';
import { readHookLog, recordTo, writePlugin } from './harness/plugin.ts';
import { createGate, refuse, type Script, say, use } from './harness/reply.ts';
import { createSandbox, type Sandbox } from './harness/sandbox.ts';
import { openSession } from './harness/session.ts';
import {
  findTranscript,
  promptOf,
  readSubagents,
  readTranscript,
  toolCallsOf,
} from './harness/transcript.ts';

const agent = (prompt: string): [string, Record<string, unknown>] => [
  'Agent',
  { description: prompt, prompt, subagent_type: 'general-purpose', run_in_background: false },
];

describe('the client harness', () => {
  let sandbox: Sandbox;
  let api: ScriptedApi;
  const serve = async (script: Script) => {
    api = await startApi(script);
    return { api, sandbox };
  };

  beforeEach(async () => {
    sandbox = await createSandbox();
  });
  afterEach(async () => {
    await api.close().finally(sandbox.remove);
  });

  it('runs a prompt through the scripted API', async () => {
    const { result, code } = await runClient('say hi', await serve((call) => say(`you said: ${call.task}`)));
    expect({ code, text: result.result, turns: result.num_turns }).toEqual({
      code: 0,
      text: 'you said: say hi',
      turns: 1,
    });
    expect(api.strays).toEqual([]);
  });

  it('loads a plugin: its hook fires and its command is listed and found', async () => {
    const log = join(sandbox.root, 'hooks.jsonl');
    const command = '---\nname: go\ndescription: Goes\n---\nGO WITH $ARGUMENTS';
    const spec = { hooks: { PreToolUse: recordTo(log) }, files: { 'commands/go.md': command } };
    const plugins = [await writePlugin(join(sandbox.root, 'plugin'), spec)];
    const options = await serve((call) => (call.turn === 0 ? use(['Bash', { command: 'ls' }]) : say('end')));
    await runClient('/go far', { ...options, plugins });
    expect(api.calls[0]?.task).toContain('GO WITH far');
    expect(api.calls.flatMap(listedSkills)).toContain('- probe:go: Goes');
    expect((await readHookLog(log)).map((input) => input.tool_name)).toEqual(['Bash']);
  });

  it('holds subagents until the test lets them go, and maps each to its call', async () => {
    const gate = createGate();
    const options = await serve(async (call) => {
      if (!call.agentId) return call.turn === 0 ? use(agent('one'), agent('two')) : say('end');
      await gate.passed;
      return say(`done ${call.task}`);
    });
    const client = startClient('start', options);
    await Promise.all(['one', 'two'].map((task) => api.waitFor((call) => call.task === task)));
    gate.open();
    const { result } = await client.done;
    const transcript = await findTranscript(sandbox, result?.session_id ?? '');
    const subagents = await readSubagents(transcript);
    const called = toolCallsOf(await readTranscript(transcript)).map((call) => call.id);
    expect(subagents.map(promptOf).sort()).toEqual(['one', 'two']);
    expect(subagents.map((subagent) => subagent.meta.toolUseId).sort()).toEqual(called.sort());
    expect(countParentTurns(api.calls)).toBe(2);
    expect(parentCost(api.calls).results).toBeGreaterThan(1000);
  });

  it('reports a rate limit at once', async () => {
    const { result, code } = await runClient('hi', await serve(() => refuse(429)));
    expect({ code, isError: result.is_error, status: result.api_error_status }).toEqual({
      code: 1,
      isError: true,
      status: 429,
    });
    expect(api.calls).toHaveLength(1);
  });

  it('keeps a session open over several turns', async () => {
    const session = openSession(await serve((call) => say(`${call.turn} ${call.newest.trim()}`)));
    expect((await session.send('first')).result).toMatch(/^0 .*first$/s);
    expect((await session.send('second')).result).toMatch(/^1 .*second$/s);
    expect((await session.close()).code).toBe(0);
  });

  it('kills a client together with the command that its Bash tool runs', async () => {
    // The command holds the pipe open, so its end of file is the proof that the command is gone.
    const pipe = join(sandbox.root, 'alive');
    execFileSync('mkfifo', [pipe]);
    const options = await serve(() =>
      use(['Bash', { command: `exec > '${pipe}'; echo up; exec tail -f /dev/null` }]),
    );
    const client = startClient('start', { ...options, args: ['--dangerously-skip-permissions'] });
    const alive = createReadStream(pipe);
    await once(alive, 'data');
    const ended = once(alive, 'end');
    expect((await client.kill()).signal).toBe('SIGKILL');
    await ended;
  });

  it('runs the plugin commands of the client', async () => {
    api = await startApi(() => say(''));
    const folder = await writePlugin(join(sandbox.root, 'plugin'), {});
    await writeFile(join(folder, 'README.md'), 'too short');
    const { code, stdout } = await runCommand(['plugin', 'validate', '--profile', 'directory', folder], {
      sandbox,
    });
    expect(stdout).toContain('README_TRIVIAL');
    expect(code).toBe(1);
  });
});
