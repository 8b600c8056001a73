import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findBuild } from '../../../harness/sao.ts';
import { makeScratch } from '../../../harness/scratch.ts';

const built = findBuild();
const whereIs = (program: string) =>
  spawnSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).stdout.trim();
const RUN = '20260102-030405-0a1b2c3d';
const SYSTEM_PLACES = /(?<= )\/(?:opt\/homebrew|usr\/local|usr)\/bin\/node/g;

/** A plugin folder whose scripts look for Node on PATH and below HOME only; a root with a run; and a home. */
function prepare() {
  const folder = makeScratch();
  const place = (...parts: string[]) => join(folder, ...parts);
  cpSync(resolve('hooks'), place('hooks'), { recursive: true });
  cpSync(dirname(built.path), place('bin'), { recursive: true });
  const search = place('hooks/find-node');
  writeFileSync(search, readFileSync(search, 'utf8').replace(SYSTEM_PLACES, '/missing/node'));
  mkdirSync(place('runs/.sessions'), { recursive: true });
  mkdirSync(place('runs', RUN));
  writeFileSync(place('runs/.sessions/mine'), `${place('runs', RUN)}\n`);
  mkdirSync(place('tools'));
  for (const tool of ['cat', 'grep', 'id', 'sleep']) symlinkSync(whereIs(tool), place('tools', tool));
  const hook = (input: object, { kind = '', session = 'mine', env = {}, shell = '/bin/sh' } = {}) => {
    const { status, stdout } = spawnSync(shell, [place('hooks/sao-hook'), ...(kind ? [kind] : [])], {
      env: {
        HOME: place('home'),
        PATH: place('tools'),
        SAO_RUNS_DIR: place('runs'),
        CLAUDE_CODE_SESSION_ID: session,
        ...env,
      },
      input: `${JSON.stringify({ session_id: session, cwd: folder, hook_event_name: 'PreToolUse', ...input })}\n`,
      encoding: 'utf8',
      timeout: 18_000,
    });
    expect(status).toBe(0);
    if (stdout === '') return {};
    const { hookSpecificOutput, ...rest } = JSON.parse(stdout);
    return { ...hookSpecificOutput, ...rest };
  };
  return { place, hook };
}

type Place = ReturnType<typeof prepare>['place'];
const putNode = (path: string, script: string) => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
};
/** This Node, which says that it is of another version. */
const nodeAs = (place: Place, version: string) => {
  const set = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })`;
  writeFileSync(place('as.cjs'), set);
  return `case $1 in --version) echo v${version} ;; *) exec ${process.execPath} -r ${place('as.cjs')} "$@" ;; esac`;
};

const UNUSABLE: [string, (place: Place) => void][] = [
  ['is missing', () => {}],
  ['only fails', (place) => putNode(place('tools/node'), 'exit 1')],
  ['ends without a word', (place) => putNode(place('tools/node'), 'exit 0')],
  ['is too old', (place) => putNode(place('tools/node'), nodeAs(place, '18.19.0'))],
  [
    'is killed after it has read the call',
    (place) => putNode(place('tools/node'), 'cat >/dev/null; kill -9 $$'),
  ],
];
it('without Node, a prompt that only speaks of an agent goes on in a session without a run; one that begins with its name does not', () => {
  const { hook } = prepare();
  const decide = (prompt: string, session = 'other') =>
    hook({ tool_name: 'Agent', tool_input: { description: 'd', prompt } }, { kind: 'agent', session })
      .permissionDecision;
  expect(decide(`what does sao:${RUN}/a1 mean?`)).toBeUndefined();
  for (const prompt of [`sao:${RUN}/a1`, `\n  sao:${RUN}/a1\nGo`, `\tsao:${RUN}/a1`])
    expect([prompt, decide(prompt)]).toEqual([prompt, 'deny']);
  expect(decide(`what does sao:${RUN}/a1 mean?`, 'mine')).toBe('deny');
});

const AGENTS_CALL = { agent_id: 'a1b2', tool_name: 'Write', tool_input: { file_path: '/x' } };

describe.each(UNUSABLE)('if Node %s', (_, put) => {
  it('a call of an agent is refused with the version that is needed', () => {
    const { place, hook } = prepare();
    put(place);
    expect(hook(AGENTS_CALL)).toMatchObject({
      permissionDecision: 'deny',
      permissionDecisionReason: expect.stringMatching(/^[^\n]+Node 20\.12 or newer first on the PATH[^\n]+$/),
    });
    const headless = hook({ tool_name: 'Bash' }, { kind: 'bash', session: '', env: { SAO_AGENT_ID: 'a1' } });
    expect(headless.permissionDecision).toBe('deny');
  });

  it("a start of a run's agent or workflow is refused", () => {
    const { place, hook } = prepare();
    put(place);
    for (const prompt of [`sao:${RUN}/a1`, `\nsao:${RUN}/a1`, `Do what sao:${RUN}/a1 says`])
      expect(hook({ tool_name: 'Agent', tool_input: { prompt } }).permissionDecision).toBe('deny');
    const script = {
      tool_name: 'Workflow',
      tool_input: { script: `agent('x', { label: 'sao:${RUN}/a1' })` },
    };
    expect(hook(script, { kind: 'workflow' }).permissionDecision).toBe('deny');
  });

  it("the user's own agents, workflows and other calls go on in a session with a run", () => {
    const { place, hook } = prepare();
    put(place);
    expect(hook({ tool_name: 'Agent', tool_input: { prompt: 'Look' } })).toEqual({});
    expect(hook({ tool_name: 'Workflow', tool_input: { name: 'x' } }, { kind: 'workflow' })).toEqual({});
    expect(hook({ tool_name: 'Bash', tool_input: { command: 'ls' } }, { kind: 'bash' })).toEqual({});
    expect(hook({ tool_name: 'Write', tool_input: { file_path: '/x/a.ts' } })).toEqual({});
  });

  it('nothing is refused in a session without a run, and no event but a call', () => {
    const { place, hook } = prepare();
    put(place);
    const call = { tool_name: 'Workflow', tool_input: { script: 'export const meta = {}' } };
    expect(hook(call, { kind: 'workflow', session: 'other' })).toEqual({});
    expect(hook({ tool_name: 'Agent', tool_input: { prompt: 'Look' } }, { session: 'other' })).toEqual({});
    expect(hook(AGENTS_CALL, { session: 'other' })).toEqual({});
    expect(hook({ hook_event_name: 'SubagentStop', agent_id: 'a1b2' }, { kind: 'after' })).toEqual({});
    expect(hook({ hook_event_name: 'SessionStart' }, { kind: 'start' })).toEqual({});
  });
});

describe.each(UNUSABLE)('if Node %s', (_, put) => {
  it("no change of a run's files goes on, also a large one", () => {
    const { place, hook } = prepare();
    put(place);
    const file_path = place('runs', RUN, 'ledger.jsonl');
    expect(hook({ tool_name: 'Edit', tool_input: { file_path } }).permissionDecision).toBe('deny');
    const large = { content: 'x'.repeat(300_000), file_path };
    expect(hook({ tool_name: 'Write', tool_input: large }).permissionDecision).toBe('deny');
    const other = hook({ tool_name: 'Edit', tool_input: { file_path } }, { session: 'other' });
    expect(other.permissionDecision).toBe('deny');
  });

  it("a workflow's script that names a run's agents is refused in any session", () => {
    const { place, hook } = prepare();
    put(place);
    const scriptPath = place('edited.js');
    writeFileSync(scriptPath, `agent('x', { label: 'sao:${RUN}/a1' })\n`);
    const call = { tool_name: 'Workflow', tool_input: { scriptPath } };
    expect(hook(call, { kind: 'workflow', session: 'other' }).permissionDecision).toBe('deny');
  });

  it('a usable one of a version manager answers, with the whole call', () => {
    const { place, hook } = prepare();
    put(place);
    const path = place('home/.nvm/versions/node/v22.0.0/bin/node');
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(process.execPath, path);
    const call = { tool_name: 'Agent', tool_input: { prompt: 'Look at "it"' } };
    expect(hook(call)).toEqual({});
    const dispatch = hook({ tool_name: 'Agent', tool_input: { prompt: 'sao:20260102-030405-ffffffff/a1' } });
    expect(dispatch.permissionDecisionReason).toContain('20260102-030405-ffffffff');
  });
});

/** Programs in the place of Node that never end, or that leave a process behind which holds their output. */
const HANGING: [string, string][] = [
  ['sleeps', 'exec /bin/sleep 60'],
  ['ignores SIGTERM', 'trap "" TERM; while :; do /bin/sleep 1; done'],
  ['hangs at --version only', 'case $1 in --version) exec /bin/sleep 60 ;; *) exit 1 ;; esac'],
  ['leaves a process behind', '/usr/bin/setsid /bin/sleep 60 & exit 1'],
  ['leaves one and ends well', '/usr/bin/setsid /bin/sleep 60 & exit 0'],
  ['leaves one that never reads', 'exec 9<&0; /usr/bin/setsid /bin/sleep 60 <&9 & exit 1'],
];

it("a node that hangs does not keep the user's own call, and the user is told why it was slow", () => {
  const { place, hook } = prepare();
  const script = readFileSync(place('hooks/sao-hook'), 'utf8');
  writeFileSync(place('hooks/sao-hook'), script.replace('\nLONGEST=25\n', '\nLONGEST=5\n'));
  symlinkSync(whereIs('timeout'), place('tools/timeout'));
  putNode(place('tools/node'), 'exec /bin/sleep 60');
  const own = hook({ tool_name: 'Bash', tool_input: { command: 'ls' } }, { kind: 'bash' });
  expect(own).toEqual({ systemMessage: expect.stringContaining('Node.js did not answer in time') });
  const after = { hook_event_name: 'PostToolUse', tool_name: 'Bash', tool_input: { command: 'ls' } };
  expect(hook(after, { kind: 'after' })).toEqual({});
});

const WAYS = [
  { shell: '/bin/sh', hasTimeout: true },
  ...['dash', 'bash']
    .filter((shell) => spawnSync(shell, ['-c', ':']).status === 0)
    .map((shell) => ({ shell, hasTimeout: false })),
];

describe.each(WAYS)('in $shell, with the program timeout: $hasTimeout', ({ shell, hasTimeout }) => {
  // The two others are like one of these there, and each takes seconds.
  const cases = HANGING.filter(
    ([name]) => hasTimeout || !['sleeps', 'hangs at --version only'].includes(name),
  );
  it.each(cases)(
    'a node that %s is ended, and the call of an agent is refused within the time of a hook',
    (name, program) => {
      const { place, hook } = prepare();
      const timeout = whereIs('timeout');
      if (timeout === '') throw new Error('this test needs the program timeout');
      if (hasTimeout) symlinkSync(timeout, place('tools/timeout'));
      const script = readFileSync(place('hooks/sao-hook'), 'utf8');
      // The bounds of all programs together leave room for the rest of the hook below the 30 seconds of the client.
      expect(script).toContain('\nLONGEST=25\n');
      writeFileSync(place('hooks/sao-hook'), script.replace('\nLONGEST=25\n', '\nLONGEST=7\n'));
      putNode(place('tools/node'), program);
      // More than a pipe holds.
      const call = { ...AGENTS_CALL, tool_input: { file_path: '/x', content: 'x'.repeat(300_000) } };
      const refused = hook(call, { shell: whereIs(shell) });
      expect(refused.permissionDecision).toBe('deny');
      const hasNotAnswered = refused.permissionDecisionReason.includes('Node.js did not answer.');
      expect(hasNotAnswered).toBe(['sleeps', 'ignores SIGTERM'].includes(name));
    },
    20_000,
  );

  it('a node that leaves a process behind is passed over for one of a version manager', () => {
    const { place, hook } = prepare();
    putNode(place('tools/node'), '/usr/bin/setsid /bin/sleep 60 & exit 0');
    const path = place('home/.nvm/versions/node/v22.0.0/bin/node');
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(process.execPath, path);
    const prompt = 'sao:20260102-030405-ffffffff/a1';
    const dispatch = hook({ tool_name: 'Agent', tool_input: { prompt } }, { shell: whereIs(shell) });
    expect(dispatch.permissionDecisionReason).toContain('20260102-030405-ffffffff');
  });
});

it('names the plugin if its bin folder was removed in the middle of a run', () => {
  const { place, hook } = prepare();
  symlinkSync(process.execPath, place('tools/node'));
  expect(hook({ tool_name: 'Agent', tool_input: { prompt: 'Look' } })).toEqual({});
  rmSync(place('bin'), { recursive: true });
  expect(hook(AGENTS_CALL)).toMatchObject({
    permissionDecision: 'deny',
    permissionDecisionReason: expect.stringContaining('install the plugin again'),
  });
});

it("waits 8 seconds at most for a Node that checks the user's own call, and 22 for one that checks an agent's or a run's", () => {
  const { place, hook } = prepare();
  const log = place('timeouts');
  // Records its seconds, and answers as the program does for one that it has killed.
  putNode(place('tools/timeout'), `printf '%s\\n' "$3" >> ${log}; exit 137`);
  const secondsOf = (call: object) => {
    rmSync(log, { force: true });
    hook(call);
    return readFileSync(log, 'utf8');
  };
  expect(secondsOf({ tool_name: 'Bash', tool_input: { command: 'ls' } })).toBe('8\n');
  expect(secondsOf({ tool_name: 'Agent', tool_input: { prompt: 'Look' } })).toBe('8\n');
  expect(secondsOf(AGENTS_CALL)).toBe('22\n');
  expect(secondsOf({ tool_name: 'Agent', tool_input: { prompt: `sao:${RUN}/a1` } })).toBe('22\n');
});
