import { execFileSync, type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findBuild } from '../../../harness/sao.ts';
import { agentLine, resultLine, typedLine } from '../../../harness/transcripts.ts';

/** The hook scripts beside the `sao` of the tests, which reads the tests' configuration. */
const plugin = mkdtempSync(join(tmpdir(), 'sao-plugin-'));
cpSync('hooks', join(plugin, 'hooks'), { recursive: true });
symlinkSync(dirname(findBuild().path), join(plugin, 'bin'));
afterAll(() => rmSync(plugin, { recursive: true, force: true }));

const GUARD = join(plugin, 'hooks/sao-guard');
let folder: string;
let transcript: string;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'sao-guard-')));
  transcript = join(folder, 'session.jsonl');
  writeFileSync(transcript, typedLine('Audit it'));
  mkdirSync(join(folder, 'no-node'));
  // Leaves a trace in the place of Node.
  writeFileSync(join(folder, 'no-node', 'node'), `#!/bin/sh\ntouch '${folder}/node-was-started'\n`, {
    mode: 0o755,
  });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const envOf = (env: Record<string, string>) => ({
  PATH: process.env.PATH ?? '',
  HOME: folder,
  SAO_TEST_CONFIG: join(folder, '.config', 'sao'),
  CLAUDE_PLUGIN_DATA: join(folder, 'data'),
  ...env,
});
const inputOf = (id: string, more: object = {}) => ({
  session_id: 's',
  transcript_path: transcript,
  cwd: folder,
  prompt_id: 'p',
  hook_event_name: 'PreToolUse',
  tool_name: 'Agent',
  tool_input: { description: 'd', prompt: 'Look', subagent_type: 'general-purpose' },
  tool_use_id: id,
  ...more,
});
const run = (input: object | string, env: Record<string, string> = {}, verb = 'call') =>
  spawnSync(GUARD, [verb], {
    env: envOf(env),
    input: typeof input === 'string' ? input : `${JSON.stringify(input)}\n`,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
const decisionOf = ({
  stdout,
  status,
  stderr,
}: Pick<SpawnSyncReturns<string>, 'stdout' | 'status' | 'stderr'>) => {
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const answer = stdout === '' ? {} : JSON.parse(stdout).hookSpecificOutput;
  return { decision: answer.permissionDecision, reason: answer.permissionDecisionReason ?? '' };
};
const ids = (count: number, name = 'toolu_a') =>
  Array.from({ length: count }, (_, index) => `${name}${index}`);
const record = (names: readonly string[], options: Partial<Parameters<typeof agentLine>[1]> = {}) =>
  appendFileSync(transcript, names.map((id) => agentLine(id, { message: 'msg_1', ...options })).join(''));
/** A PATH on which the name of the user is this one, whose home the password database tells. */
const asUser = (name: string) => {
  const programs = join(folder, `id-${name}`);
  mkdirSync(programs);
  writeFileSync(join(programs, 'id'), `#!/bin/sh\necho '${name}'\n`, { mode: 0o755 });
  return { PATH: `${programs}:${process.env.PATH}` };
};
const withoutNode = () => ({ PATH: `${join(folder, 'no-node')}:${process.env.PATH}` });
const nodeWasStarted = () => existsSync(join(folder, 'node-was-started'));

/** The shells of this machine that may be /bin/sh on another one. */
const SHELLS = ['dash', 'bash'].filter((shell) => spawnSync(shell, ['-c', ':']).status === 0);

describe('if no usable Node exists', () => {
  /** The scripts of the plugin, which find Node in no place of the system. */
  const guardWithoutNode = (node = 'exit 1', { shell = 'sh', hasTimeout = true } = {}) => {
    const place = join(folder, 'plugin');
    cpSync('hooks', join(place, 'hooks'), { recursive: true });
    const edit = (name: string, from: RegExp, to: string) => {
      const path = join(place, 'hooks', name);
      const text = readFileSync(path, 'utf8');
      expect(text).toMatch(from);
      writeFileSync(path, text.replace(from, to));
    };
    edit('find-node', /(?<= )\/(?:opt\/homebrew|usr\/local|usr)\/bin\/node/g, '/no/node');
    edit('sao-guard', /(?<=^LONGEST=)8$/m, '1');
    if (!hasTimeout) edit('ask', /command -v timeout/, 'command -v no-timeout');
    writeFileSync(join(folder, 'no-node', 'node'), `#!/bin/sh\n${node}\n`, { mode: 0o755 });
    return (input: object, env: Record<string, string> = {}) =>
      decisionOf(
        spawnSync(shell, [join(place, 'hooks/sao-guard'), 'call'], {
          env: envOf({ ...withoutNode(), ...env }),
          input: `${JSON.stringify(input)}\n`,
          encoding: 'utf8',
          timeout: 15_000,
        }),
      );
  };

  it('ten calls of a message are refused all the same, with what is missing', () => {
    const guard = guardWithoutNode();
    record(ids(10));
    const answers = ids(10).map((id) => guard(inputOf(id)));
    expect(answers.map(({ decision }) => decision)).toEqual(Array(10).fill('deny'));
    expect(answers[0]?.reason).toContain('all 10 Agent calls');
    expect(answers[0]?.reason).toContain('Node.js 20.12');
    expect(guard(inputOf('toolu_a0'), { SAO_GUARD: 'off' }).decision).toBeUndefined();
  });

  const BROKEN = [
    ['sleeps', 'exec sleep 60', 'did not answer'],
    ['ignores SIGTERM', 'trap "" TERM; while :; do sleep 1; done', 'did not answer'],
    ['leaves a process behind', 'setsid sleep 60 & exit 1', 'if Node.js 20.12'],
    ['leaves a process behind and ends well', 'setsid sleep 60 & exit 0', 'if Node.js 20.12'],
    ['ends without a word', 'exit 0', 'if Node.js 20.12'],
    ['says something else', 'echo hello; exit 0', 'if Node.js 20.12'],
  ] as const;
  const WAYS = [{ shell: 'sh', hasTimeout: true }, ...SHELLS.map((shell) => ({ shell, hasTimeout: false }))];

  describe.each(WAYS)('in $shell, with the program timeout: $hasTimeout', (way) => {
    it.each(BROKEN)(
      'ten calls of a message are refused where it %s',
      (_, node, cause) => {
        const guard = guardWithoutNode(node, way);
        record(ids(10));
        const { decision, reason } = guard(inputOf('toolu_a0'));
        expect([decision, reason]).toEqual(['deny', expect.stringContaining(cause)]);
      },
      20_000,
    );
  });

  it('the Node of a version manager answers where that of PATH ends without a word', () => {
    const guard = guardWithoutNode('exit 0');
    symlinkSync(dirname(findBuild().path), join(folder, 'plugin/bin'));
    const bin = join(folder, '.nvm/versions/node/v22.0.0/bin');
    mkdirSync(bin, { recursive: true });
    symlinkSync(process.execPath, join(bin, 'node'));
    record(ids(10));
    expect(guard(inputOf('toolu_a0')).reason).toMatch(/^None of these 10 agents was started/);
  });

  it('ten calls are refused whose prompts do not begin with the id of a run', () => {
    const guard = guardWithoutNode();
    record(ids(10), { prompt: 'sao:1-1- look' });
    expect(guard(inputOf('toolu_a0')).reason).toContain('all 10 Agent calls');
  });

  it.each([
    ['nine calls', () => record(ids(9))],
    [
      'nine calls and one of a tool whose input has agents',
      () => {
        record(ids(9));
        const input = { steps: ids(9, 'i').map((id) => ({ id, name: 'Agent' })) };
        const content = [{ type: 'tool_use', id: 'toolu_m', name: 'mcp__flow__run', input }];
        const line = { type: 'assistant', message: { id: 'msg_1', role: 'assistant', content } };
        appendFileSync(transcript, `${JSON.stringify(line)}\n`);
      },
    ],
    [
      "ten calls of which one is a run's",
      () => {
        record(ids(9));
        record(['toolu_r'], { prompt: 'sao:20260102-030405-0a1b2c3d/a1' });
      },
    ],
    [
      'nine calls, one of which is written twice',
      () => {
        record(ids(9));
        record(ids(1));
      },
    ],
    [
      'ten calls where the configuration says 11',
      () => {
        record(ids(10));
        mkdirSync(join(folder, '.config/sao'), { recursive: true });
        writeFileSync(join(folder, '.config/sao/config.json'), '{"guard": 11}');
      },
    ],
  ])('%s pass', (_, put) => {
    const guard = guardWithoutNode();
    put();
    expect(guard(inputOf('toolu_a0'), asUser('no-such-user')).decision).toBeUndefined();
  });
});

describe('the Agent calls of one message', () => {
  it.each([1, 2, 9])('pass if they are %i, without Node', (count) => {
    record(ids(count));
    for (const id of ids(count)) expect(run(inputOf(id), withoutNode()).stdout).toBe('');
    expect(nodeWasStarted()).toBe(false);
  });

  it.each([10, 30])(
    'are all refused if they are %i, and one of them says what to do instead',
    (count) => {
      record(ids(count));
      const answers = ids(count).map((id) => decisionOf(run(inputOf(id))));
      expect(answers.map(({ decision }) => decision)).toEqual(Array(count).fill('deny'));
      expect(answers.filter(({ reason }) => reason.includes('agents-at-scale'))).toHaveLength(1);
      expect(Math.max(...answers.slice(1).map(({ reason }) => reason.length))).toBeLessThan(60);
    },
    60_000,
  );

  it('are refused under the tool’s old name too', () => {
    record(ids(10), { name: 'Task' });
    expect(decisionOf(run(inputOf('toolu_a3', { tool_name: 'Task' }))).decision).toBe('deny');
  });

  it('become a question if a human is at the client', () => {
    record(ids(10));
    const { decision, reason } = decisionOf(run(inputOf('toolu_a0'), { CLAUDE_CODE_SESSION_ATTENDED: '1' }));
    expect([decision, reason]).toEqual(['ask', expect.stringContaining('10 agents')]);
  });

  it.each([
    ['start if the human lets the first one start', undefined],
    ['do not start if the first one did not', 'deny'],
  ])('wait for the answer to that question, and %s', async (_, expected) => {
    record(ids(10));
    const child = spawn(GUARD, ['call'], {
      env: envOf({ CLAUDE_CODE_SESSION_ATTENDED: '1' }),
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    child.stdin.end(JSON.stringify(inputOf('toolu_a4')));
    const stdout = text(child.stdout);
    const ended = once(child, 'close');
    await new Promise((done) => setTimeout(done, 700));
    expect(child.exitCode).toBe(null);
    const meta = join(folder, 'session', 'subagents', 'agent-x1.meta.json');
    mkdirSync(dirname(meta), { recursive: true });
    if (expected === undefined) writeFileSync(meta, '{"agentType":"general-purpose","toolUseId":"toolu_a0"}');
    else appendFileSync(transcript, resultLine('toolu_a0', 'The user said no', true));
    await ended;
    expect(decisionOf({ stdout: await stdout, status: child.exitCode, stderr: '' }).decision).toBe(expected);
  });

  it('are not counted together with those of the next message', () => {
    record(ids(5));
    record(ids(5, 'toolu_b'), { message: 'msg_2' });
    for (const id of [...ids(5), ...ids(5, 'toolu_b')]) expect(run(inputOf(id)).stdout).toBe('');
  });

  it.each([['msg_1'], [undefined]])('are so too where a gateway gives both messages the id %s', (id) => {
    const message = id as string;
    record(ids(5), { message });
    appendFileSync(
      transcript,
      ids(5)
        .map((call) => resultLine(call, 'fine'))
        .join(''),
    );
    record(ids(5, 'toolu_b'), { message });
    expect(run(inputOf('toolu_b0'), withoutNode()).stdout).toBe('');
    expect(nodeWasStarted()).toBe(false);
    record(ids(5, 'toolu_c'), { message });
    expect(decisionOf(run(inputOf('toolu_b0'))).decision).toBe('deny');
    appendFileSync(
      transcript,
      ids(5, 'toolu_b')
        .map((call) => resultLine(call, 'no', true))
        .join(''),
    );
    record(ids(5, 'toolu_d'), { message });
    expect(run(inputOf('toolu_d0'), withoutNode()).stdout).toBe('');
    expect(nodeWasStarted()).toBe(false);
  });

  it('are not counted together with those of another session', () => {
    record(ids(9));
    const other = join(folder, 'other.jsonl');
    writeFileSync(
      other,
      ids(9, 'toolu_o')
        .map((id) => agentLine(id, { message: 'msg_1' }))
        .join(''),
    );
    expect(run(inputOf('toolu_a0')).stdout).toBe('');
    expect(run(inputOf('toolu_o0', { transcript_path: other })).stdout).toBe('');
  });

  it('pass if a run dispatches them, also before the message is complete, and do not count', () => {
    const prompt = 'sao:20260101-000000-00000000/a1';
    expect(run(inputOf('toolu_r', { tool_input: { prompt } }), withoutNode()).stdout).toBe('');
    record(ids(12, 'toolu_r'), { prompt });
    record(ids(9));
    expect(run(inputOf('toolu_a0')).stdout).toBe('');
    record(['toolu_a9']);
    expect(decisionOf(run(inputOf('toolu_a0'))).decision).toBe('deny');
    expect(run(inputOf('toolu_r0', { tool_input: { prompt } })).stdout).toBe('');
  });

  it('of a subagent are looked up in its own transcript', () => {
    record(ids(9));
    const own = join(folder, 'session', 'subagents', 'agent-x1.jsonl');
    mkdirSync(dirname(own), { recursive: true });
    writeFileSync(own.replace('.jsonl', '.meta.json'), '{}');
    writeFileSync(
      own,
      ids(10, 'toolu_n')
        .map((id) => agentLine(id, { message: 'msg_1' }))
        .join(''),
    );
    expect(decisionOf(run(inputOf('toolu_n0', { agent_id: 'x1' }))).decision).toBe('deny');
    expect(run(inputOf('toolu_a0')).stdout).toBe('');
  });

  it('are held until the client has written their message', async () => {
    const child = spawn(GUARD, ['call'], { env: envOf({}), stdio: ['pipe', 'pipe', 'inherit'] });
    child.stdin.end(JSON.stringify(inputOf('toolu_a0')));
    const stdout = text(child.stdout);
    const ended = once(child, 'close');
    appendFileSync(transcript, typedLine('Something else'));
    // Nothing answers before: the decision is that of ten calls.
    await new Promise((done) => setTimeout(done, 300));
    expect(child.exitCode).toBe(null);
    record(ids(10));
    await ended;
    expect(decisionOf({ stdout: await stdout, status: child.exitCode, stderr: '' }).decision).toBe('deny');
  });

  it('of a subagent are held until its transcript is there, and those of a workflow’s agent pass', async () => {
    expect(run(inputOf('toolu_n0', { agent_id: 'w1' })).stdout).toBe('');
    const own = join(folder, 'session', 'subagents', 'agent-x1.jsonl');
    mkdirSync(dirname(own), { recursive: true });
    writeFileSync(own.replace('.jsonl', '.meta.json'), '{}');
    const child = spawn(GUARD, ['call'], { env: envOf({}), stdio: ['pipe', 'pipe', 'inherit'] });
    child.stdin.end(JSON.stringify(inputOf('toolu_n0', { agent_id: 'x1' })));
    const stdout = text(child.stdout);
    const ended = once(child, 'close');
    await new Promise((done) => setTimeout(done, 900));
    writeFileSync(
      own,
      ids(10, 'toolu_n')
        .map((id) => agentLine(id, { message: 'msg_1' }))
        .join(''),
    );
    await ended;
    expect(decisionOf({ stdout: await stdout, status: child.exitCode, stderr: '' }).decision).toBe('deny');
  });

  it('pass if the guard is off, for the user or in an agent that a runner started', () => {
    record(ids(10));
    expect(run(inputOf('toolu_a0'), { SAO_GUARD: 'off' }).stdout).toBe('');
    expect(run(inputOf('toolu_a0'), { SAO_AGENT_ID: 'a1' }).stdout).toBe('');
    const unknown = asUser('a-user-without-entry');
    const config = join(folder, '.config', 'sao', 'config.json');
    mkdirSync(dirname(config), { recursive: true });
    writeFileSync(config, '{"allowCommands": [], "guard": "off"}');
    expect(run(inputOf('toolu_a0'), { PATH: `${join(folder, 'no-node')}:${unknown.PATH}` }).stdout).toBe('');
    expect(nodeWasStarted()).toBe(false);
    writeFileSync(config, '{"guard": 11}');
    expect(run(inputOf('toolu_a0'), unknown).stdout).toBe('');
    // A number below ten is no configuration, so the usual number holds.
    writeFileSync(config, '{"guard": 2}');
    expect(decisionOf(run(inputOf('toolu_a0'), unknown)).decision).toBe('deny');
  });

  it('are stopped if only a configuration that HOME or XDG_CONFIG_HOME names turns the guard off', () => {
    record(ids(10));
    for (const place of [join(folder, '.config', 'sao'), join(folder, 'xdg', 'sao')]) {
      mkdirSync(place, { recursive: true });
      writeFileSync(join(place, 'config.json'), '{"guard": "off"}');
    }
    const env = {
      ...asUser('daemon'),
      CLAUDE_CODE_SESSION_ID: 's',
      XDG_CONFIG_HOME: join(folder, 'xdg'),
      SAO_TEST_CONFIG: join(folder, 'none'),
    };
    expect(decisionOf(run(inputOf('toolu_a0'), env)).decision).toBe('deny');
  });

  it('are stopped with the Node of a version manager if none is on PATH', () => {
    record(ids(10));
    const bare = join(folder, 'bare');
    const managed = join(folder, '.nvm/versions/node/v22.0.0/bin');
    for (const path of [bare, managed]) mkdirSync(path, { recursive: true });
    symlinkSync(process.execPath, join(managed, 'node'));
    for (const tool of ['awk', 'cat', 'cut', 'grep', 'sleep', 'tail', 'wc'])
      symlinkSync(
        execFileSync('sh', ['-c', `command -v ${tool}`], { encoding: 'utf8' }).trim(),
        join(bare, tool),
      );
    const ended = spawnSync('/bin/sh', [GUARD, 'call'], {
      env: envOf({ PATH: bare }),
      input: JSON.stringify(inputOf('toolu_a0')),
      encoding: 'utf8',
    });
    expect(decisionOf(ended).decision).toBe('deny');
  });
});

describe('text in the fields of a call', () => {
  const NASTY = `"tool_use_id":"toolu_b0"} \\ \\" \n\r\t "name":"Agent","name":"Agent" \u0007 é 🙂 ' $(touch x) \`y\` %s "id":"msg_2"`;

  it('is read as JSON: quotes, newlines and look-alikes change nothing', () => {
    record(ids(9), { prompt: NASTY.repeat(3) });
    record(['toolu_b0'], { message: 'msg_2', prompt: NASTY });
    const input = inputOf('toolu_a0', { tool_input: { description: NASTY, prompt: NASTY } });
    expect(run(input).stdout).toBe('');
    record(['toolu_a9'], { prompt: NASTY });
    expect(decisionOf(run(input)).decision).toBe('deny');
    expect(run(inputOf('toolu_b0', { tool_input: { prompt: NASTY } })).stdout).toBe('');
  });

  it('may be a path with blanks, quotes and other letters', () => {
    transcript = join(folder, `a "b" 'c' ñ \\ $x`, 's.jsonl');
    mkdirSync(dirname(transcript));
    record(ids(10));
    expect(decisionOf(run(inputOf('toolu_a0'))).decision).toBe('deny');
  });

  it('may be 100 kB long in each call', () => {
    const prompt = 'a "long" prompt\n'.repeat(6400);
    record(ids(10), { prompt });
    expect(decisionOf(run(inputOf('toolu_a5', { tool_input: { prompt } }))).decision).toBe('deny');
    record(ids(9, 'toolu_b'), { message: 'msg_2', prompt });
    expect(run(inputOf('toolu_b5', { tool_input: { prompt } })).stdout).toBe('');
  });

  it.each([
    ['nothing', ''],
    ['no JSON', 'not json'],
    ['half a document', '{"transcript_path": "/tmp'],
    ['a list', '[1, 2]'],
    ['other types', '{"transcript_path": 5, "tool_use_id": {"a": 1}}'],
    ['no id', '{"transcript_path": "/etc/passwd"}'],
    ['an id that is none', '{"transcript_path": "/etc/passwd", "tool_use_id": "a\\" b"}'],
    ['a transcript that is not there', '{"transcript_path": "/nowhere/s.jsonl", "tool_use_id": "toolu_1"}'],
  ])('that is malformed (%s) stops nothing', (_, input) => {
    record(ids(10));
    for (const verb of ['call', 'answer', 'other']) {
      const { status, stdout, stderr } = run(input.padEnd(verb === 'answer' ? 3000 : 0), {}, verb);
      expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
    }
  });
});

describe('a client that writes its transcript otherwise', () => {
  const expired = () => join(folder, 'data', 'guard-waits', 's');
  const expire = (lines: number, hours: number) => {
    mkdirSync(dirname(expired()), { recursive: true });
    writeFileSync(expired(), '1\n'.repeat(lines));
    const then = new Date(Date.now() - hours * 3_600_000);
    utimesSync(expired(), then, then);
  };

  it('is not waited for after two waits that ended at the limit', () => {
    expire(2, 1);
    expect(run(inputOf('toolu_never')).stdout).toBe('');
  });

  it('is waited for in another session, which has had no such waits', () => {
    record(ids(10));
    expire(2, 1);
    const { decision } = decisionOf(run(inputOf('toolu_a0', { session_id: 'other' })));
    expect(decision).toBe('deny');
  });

  it('is not waited for if the transcript is one of an earlier time', () => {
    const then = new Date(Date.now() - 20 * 60_000);
    utimesSync(transcript, then, then);
    expect(run(inputOf('toolu_never')).stdout).toBe('');
    expect(existsSync(dirname(expired()))).toBe(false);
  });

  /** The guard's answer to a call of a client with these arguments, which has just written the transcript; undefined if it waits. */
  const answerTo = async (...args: string[]) => {
    const client = spawn('sh', ['-c', 'cat; exit', 'claude', ...args], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    const env = envOf({ CLAUDE_PID: String(client.pid) });
    const guard = spawn(GUARD, ['call'], { env, stdio: ['pipe', 'pipe', 'inherit'] });
    guard.stdin.end(JSON.stringify(inputOf('toolu_a3')));
    const stdout = text(guard.stdout);
    const ended = once(guard, 'close').then(() => true);
    try {
      // Later than the message of a client that keeps a transcript.
      const isOver = await Promise.race([ended, new Promise<false>((done) => setTimeout(done, 2000, false))]);
      if (isOver) return await stdout;
      record(ids(10));
      await ended;
      return decisionOf({ stdout: await stdout, status: guard.exitCode, stderr: '' }).decision;
    } finally {
      client.stdin.end();
      await once(client, 'exit');
    }
  };

  it.each([
    ['alone', ['--no-session-persistence']],
    ['after options', ['-p', '--verbose', '--model', 'opus', '--no-session-persistence', 'Start']],
    ['after a prompt', ['-p', 'Start', '--no-session-persistence']],
  ])('is not waited for if the client keeps no transcript: %s', async (_, args) => {
    expect(await answerTo(...args)).toBe('');
    expect(existsSync(dirname(expired()))).toBe(false);
  });

  it.each([
    ['part of the prompt', ['-p', 'Explain --no-session-persistence with 12 agents']],
    ['the prompt', ['-p', '--', '--no-session-persistence']],
    ['a line of the prompt', ['-p', 'Explain\n--no-session-persistence\nwith 12 agents']],
    ['the value of an option', ['-p', '--append-system-prompt', '--no-session-persistence', 'Start']],
  ])('is waited for if the option is only %s', async (_, args) => {
    expect(await answerTo(...args)).toBe('deny');
  });

  it('is tried again after a day, and trusted again once a message is found', () => {
    record(ids(10));
    expire(2, 25);
    expect(decisionOf(run(inputOf('toolu_a0'))).decision).toBe('deny');
    expire(1, 0);
    expect(decisionOf(run(inputOf('toolu_a0'))).decision).toBe('deny');
    expect(existsSync(expired())).toBe(false);
  });
});

describe('an answer', () => {
  const answer = (length: number) =>
    inputOf('toolu_a0', {
      hook_event_name: 'PostToolUse',
      tool_response: {
        status: 'completed',
        agentId: 'x1',
        content: [{ type: 'text', text: 'x'.repeat(length) }],
      },
    });

  it('starts no Node if it is short, or if the conversation has fewer than ten agents', () => {
    record(ids(9));
    run(answer(20_000), withoutNode(), 'answer');
    record(['toolu_a9']);
    run(answer(900), withoutNode(), 'answer');
    expect(nodeWasStarted()).toBe(false);
    run(answer(20_000), withoutNode(), 'answer');
    expect(nodeWasStarted()).toBe(true);
  });

  it('stays whole for agents of several messages, all with fewer than ten', () => {
    for (const n of [1, 2, 3, 4]) record(ids(9, `toolu_${'dcba'[n - 1]}`), { message: `msg_${n}` });
    expect(run(answer(20_000), {}, 'answer').stdout).toBe('');
  });

  it('is cut in a fan-out and kept whole in a file', () => {
    record(ids(10));
    const { stdout } = run(answer(20_000), {}, 'answer');
    const [{ text: cut }] = JSON.parse(stdout).hookSpecificOutput.updatedToolOutput.content;
    const kept = join(folder, 'session', 'tool-results', 'agent-x1.md');
    expect(cut).toHaveLength(2000);
    expect(cut).toContain(`all 20000 characters are in ${kept}`);
    expect(readFileSync(kept, 'utf8')).toBe('x'.repeat(20_000));
  });
});

describe('the reader of JSON', () => {
  const read = (json: string) =>
    spawnSync('awk', ['-f', join(plugin, 'hooks/read-json.awk')], {
      env: { PATH: process.env.PATH ?? '', LC_ALL: 'C' },
      input: json,
      encoding: 'utf8',
    });

  it('prints the scalars of the first two levels', () => {
    const json = '{"a": "x\\"\\u0041\\\\", "b": {"c": [1, {"d": 2}], "e": -1.5e3}, "f": null, "g": true}';
    expect(read(json)).toMatchObject({ status: 0, stdout: 'a\tx"A\\\nb.e\t-1.5e3\nf\tnull\ng\ttrue\n' });
  });

  it.each(['{"a": "b', '{"a": 1}}', '{"a": ?}', '{'])('fails on %s', (json) => {
    expect(read(json).status).not.toBe(0);
  });

  it('gives any text back as it was, control characters as blanks', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 40 }), { maxLength: 8 }), (values) => {
        const json = JSON.stringify(Object.fromEntries(values.map((value, index) => [`k${index}`, value])));
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is replaced
        const expected = values.map((value, index) => `k${index}\t${value.replace(/[\x00-\x1f]/g, ' ')}\n`);
        expect(read(`${json}\n`).stdout).toBe(expected.join(''));
      }),
      { numRuns: 40 },
    );
  });
});

describe('the message of a call', () => {
  const otherOrder = (id: string, message: object) =>
    `${JSON.stringify({ message: { ...message, content: [{ type: 'tool_use', id, name: 'Agent', input: { prompt: 'Look' } }] }, type: 'assistant' })}\n`;

  it.each([
    ['names its model before its id', { model: 'claude-opus', id: 'msg_1' }],
    ['has no id that can be read', { model: 'claude-opus' }],
  ])('is found in a transcript that %s', (_, message) => {
    appendFileSync(
      transcript,
      ids(10)
        .map((id) => otherOrder(id, message))
        .join(''),
    );
    run(inputOf('toolu_a0'), withoutNode());
    expect(nodeWasStarted()).toBe(true);
  });

  it('with ten agents whose prompts only look like a run’s is stopped', () => {
    record(ids(10), { prompt: 'sao: note' });
    const tool_input = { description: 'd', prompt: 'sao: note', subagent_type: 'general-purpose' };
    expect(decisionOf(run(inputOf('toolu_a0', { tool_input }))).decision).toBe('deny');
  });
});
