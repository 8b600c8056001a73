import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRunsRoot } from '../../../../src/run/ledger/roots.io.ts';

const HOOK = resolve('hooks/sao-hook');

describe("the hooks' shell script", () => {
  let folder: string;
  let marker: string;

  beforeEach(() => {
    folder = execFileSync('mktemp', ['-d'], { encoding: 'utf8' }).trim();
    marker = join(folder, 'node-was-started');
    mkdirSync(join(folder, 'bin'));
    // Replaces Node: a start leaves a trace, and says that it has checked the call.
    writeFileSync(join(folder, 'bin', 'node'), `#!/bin/sh\ntouch ${marker}\nexit 42\n`);
    chmodSync(join(folder, 'bin', 'node'), 0o755);
  });
  afterEach(() => {
    execFileSync('rm', ['-rf', folder]);
  });

  const call = (env: Record<string, string>, kind: string[] = [], input = '{}\n') =>
    spawnSync(HOOK, kind, {
      env: { PATH: `${join(folder, 'bin')}:/usr/bin:/bin`, ...env },
      cwd: folder,
      input,
      encoding: 'utf8',
    });

  const mark = (session: string) => {
    mkdirSync(join(folder, 'runs', '.sessions'), { recursive: true });
    writeFileSync(join(folder, 'runs', '.sessions', session), `${folder}/runs/x\n`);
  };

  it.each([
    ['without a session id', {}],
    ['with an id that has no run', { CLAUDE_CODE_SESSION_ID: 'other' }],
    ['with an empty id', { CLAUDE_CODE_SESSION_ID: '' }],
    ['with a root that is not there', { CLAUDE_CODE_SESSION_ID: 'mine', SAO_RUNS_DIR: '/nowhere/at/all' }],
  ])('starts no Node process in a session %s', (_name, env) => {
    mark('mine');
    const { status, stdout, stderr } = call({ SAO_RUNS_DIR: join(folder, 'runs'), ...env });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(existsSync(marker)).toBe(false);
  });

  it('expands ~ in SAO_RUNS_DIR, which a settings file sets without a shell', () => {
    mark('mine');
    call({ HOME: folder, SAO_RUNS_DIR: '~/runs', CLAUDE_CODE_SESSION_ID: 'mine' });
    expect(existsSync(marker)).toBe(true);
  });

  it('takes a relative SAO_RUNS_DIR from the project', () => {
    mark('mine');
    mkdirSync(join(folder, 'deep'));
    const env = { SAO_RUNS_DIR: '../runs', CLAUDE_CODE_SESSION_ID: 'mine' };
    call({ ...env, CLAUDE_PROJECT_DIR: join(folder, 'nowhere/deep') });
    expect(existsSync(marker)).toBe(false);
    call({ ...env, CLAUDE_PROJECT_DIR: join(folder, 'deep') });
    expect(existsSync(marker)).toBe(true);
  });

  it('starts it for a build that a reboot has left in the user’s state folder, and for calls that name its files', () => {
    const run = join(folder, '.local/state/sao/runs/20260101-120000-0a1b2c3d');
    // The usual root is empty.
    const env = { HOME: folder, CLAUDE_CODE_SESSION_ID: 'other', SAO_RUNS_DIR: '' };
    const write = (path: string) => JSON.stringify({ tool_name: 'Write', tool_input: { file_path: path } });
    const calls: [kind: string[], input: string, starts: boolean][] = [
      [['start'], '{}', true],
      [[], write(join(run, 'ledger.jsonl')), true],
      [[], write(join(folder, 'src/a.ts')), false],
      [[], write(join(folder, '.config/sao/config.json')), true],
      [[], write(join(folder, '.config/sao/allowed_signers')), true],
      [[], write(`${folder}/.config//sao//config.json`), true],
      [[], write(`${folder}/.config/./sao/allowed_signers`), true],
      [[], write('/tmp//orchestration/20260101-120000-0a1b2c3d/ledger.jsonl'), true],
      [
        ['bash'],
        JSON.stringify({ agent_id: 'a', tool_input: { command: 'env -i PATH=$PATH sao init' } }),
        true,
      ],
      [['bash'], JSON.stringify({ agent_id: 'a', tool_input: { command: 'npm test' } }), false],
      [['bash'], JSON.stringify({ tool_input: { command: 'grep -rn sao src' } }), false],
    ];
    mkdirSync(run, { recursive: true });
    for (const [kind, input, starts] of calls) {
      execFileSync('rm', ['-f', marker]);
      call(env, kind, input);
      expect([input, existsSync(marker)]).toEqual([input, starts]);
    }
  });

  it.each(['project', 'project/src', 'tree/src'])(
    'takes it from the repository of a session that starts in %s',
    (place) => {
      const git = join(folder, 'project', '.git');
      for (const path of [git, join(folder, 'project/src'), join(folder, 'tree/src')])
        mkdirSync(path, { recursive: true });
      writeFileSync(join(folder, 'tree', '.git'), `gitdir: ${git}/worktrees/tree\n`);
      const env = {
        SAO_RUNS_DIR: '.runs',
        CLAUDE_CODE_SESSION_ID: 'mine',
        CLAUDE_PROJECT_DIR: join(folder, place),
      };
      const opened = openRunsRoot({ env, cwd: folder });
      expect(opened).toMatchObject({ value: join(folder, 'project', '.runs') });
      call(env);
      expect(existsSync(marker)).toBe(false);
      mkdirSync(join(folder, 'project/.runs/.sessions'));
      writeFileSync(join(folder, 'project/.runs/.sessions/mine'), 'x\n');
      call(env);
      expect(existsSync(marker)).toBe(true);
    },
  );

  it.each([
    ['that has a run', { CLAUDE_CODE_SESSION_ID: 'mine' }],
    ['that the headless driver started', { SAO_AGENT_ID: 'a1' }],
  ])('starts it in a session %s', (_name, env) => {
    mark('mine');
    call({ SAO_RUNS_DIR: join(folder, 'runs'), ...env });
    expect(existsSync(marker)).toBe(true);
  });

  it.each(['/bin/dash', '/bin/bash'].filter(existsSync))(
    'takes no more time for a long call in %s than for some short ones',
    (shell) => {
      mark('mine');
      const cpuOf = (repeats: number, length: number) => {
        const tool_input = { content: 'x'.repeat(length), file_path: join(folder, 'src/a.ts') };
        const input = JSON.stringify({ session_id: 'other', tool_name: 'Write', tool_input });
        writeFileSync(join(folder, 'input'), `${input}\n`);
        const calls = `${shell} '${HOOK}' <'${folder}/input';`.repeat(repeats);
        const env = {
          PATH: '/usr/bin:/bin',
          SAO_RUNS_DIR: join(folder, 'runs'),
          CLAUDE_CODE_SESSION_ID: 'other',
        };
        const { stdout } = spawnSync(shell, ['-c', `${calls} times`], {
          env,
          encoding: 'utf8',
          timeout: 60_000,
        });
        const [, minutes, seconds] = /\n(\d+)m([\d.]+)s/.exec(stdout) ?? [];
        return Number(minutes) * 60 + Number(seconds);
      };
      // The time of a pattern that looks for a suffix grows with the square: 250 times the short one's length took a minute.
      expect(cpuOf(1, 500_000)).toBeLessThan(3 * cpuOf(20, 2000));
      expect(existsSync(marker)).toBe(false);
    },
    120_000,
  );

  const bashCall = (command: string) =>
    `${JSON.stringify({ session_id: 'other', tool_name: 'Bash', tool_input: { command } })}\n`;

  it.each<[string, string[], string, boolean]>([
    ['a plain call of sao', ['bash'], bashCall('sao plan --new -'), true],
    ['another command', ['bash'], bashCall('npm test'), false],
    ['a command that names sao later', ['bash'], bashCall('ls; sao next'), false],
    ['the start of a session', ['start'], '{}\n', true],
    ['a Workflow call in a project without scripts', ['workflow'], '{}\n', false],
    ['any other call', [], bashCall('sao next'), false],
    ['a call that names a file of a run', [], bashCall('RUNS/20260102-030405-0a1b2c3d/plan.json'), true],
    ['a call that names the folder of all runs', [], bashCall('RUNS/'), false],
    [
      'a dispatch',
      [],
      '{"tool_name":"Agent","tool_input":{"prompt":"sao:20260102-030405-0a1b2c3d/a1"}}\n',
      true,
    ],
  ])('outside of a run, for %s', (_name, kind, input, isStarted) => {
    mark('mine');
    const { status, stdout } = call(
      { SAO_RUNS_DIR: join(folder, 'runs'), CLAUDE_CODE_SESSION_ID: 'other' },
      kind,
      input.replace('RUNS', join(folder, 'runs')),
    );
    expect({ status, stdout, isStarted: existsSync(marker) }).toEqual({ status: 0, stdout: '', isStarted });
  });

  it('starts it for a Workflow call in a project with scripts of a run', () => {
    mkdirSync(join(folder, '.orchestration', 'runs'), { recursive: true });
    call({ SAO_RUNS_DIR: join(folder, 'runs'), CLAUDE_PROJECT_DIR: folder }, ['workflow']);
    expect(existsSync(marker)).toBe(true);
  });

  it.each([
    [['workflow'], '{}'],
    [[], '{"tool_name":"Write","tool_input":{"file_path":"HOME/.config/sao/config.json"}}'],
    [
      ['bash'],
      '{"tool_name":"Bash","tool_input":{"command":"echo x > RUNS/20260102-030405-0a1b2c3d/plan.json"}}',
    ],
  ])('starts it if a shell has made a run, for a call that may concern one: %j %s', (kind, input) => {
    mkdirSync(join(folder, 'runs', '20260102-030405-0a1b2c3d'), { recursive: true });
    const root = join(folder, 'runs');
    call({ SAO_RUNS_DIR: root, CLAUDE_CODE_SESSION_ID: 'other' }, kind, `${input.replace('RUNS', root)}\n`);
    expect(existsSync(marker)).toBe(true);
  });

  it.each([
    ['of a run', 'sao:20260102-030405-0a1b2c3d/a1 Audit', true],
    ['of none', 'Audit', false],
  ])('starts it where no run was made only for the prompt of an agent %s', (_, prompt, isStarted) => {
    const input = `${JSON.stringify({ tool_name: 'Agent', tool_input: { prompt } })}\n`;
    call({ SAO_RUNS_DIR: join(folder, 'missing'), HOME: folder }, ['agent'], input);
    expect(existsSync(marker)).toBe(isStarted);
  });

  const label = (text: string) => {
    const workflow = join(folder, 'talk', 'subagents', 'workflows', 'wf_1');
    mkdirSync(workflow, { recursive: true });
    writeFileSync(
      join(workflow, 'agent-x1.meta.json'),
      JSON.stringify({ description: text, inWorkflowRun: true }),
    );
  };
  const agentCall = (more: object) =>
    `${JSON.stringify({ transcript_path: join(folder, 'talk.jsonl'), ...more, tool_name: 'WebFetch', tool_input: {} })}\n`;

  it.each<[string, object, string[], string, boolean]>([
    ['an agent that a script has labelled as one of a run', { agent_id: 'x1' }, ['other'], 'other', true],
    ['its shell command', { agent_id: 'x1' }, ['bash'], 'other', true],
    ['its read', { agent_id: 'x1' }, [], 'other', true],
    ['another agent', { agent_id: 'x2' }, ['other'], 'other', false],
    ['an id that is a path', { agent_id: '../wf_1/agent-x1' }, ['other'], 'other', false],
    ['the conversation', {}, ['other'], 'other', false],
    ['the conversation of a run', {}, ['other'], 'mine', false],
    ['an agent in the session of a run', { agent_id: 'x2' }, ['other'], 'mine', true],
  ])(
    'starts it only for an agent of a run, for a tool without rules: %s',
    (_name, by, kind, session, isStarted) => {
      mark('mine');
      label('sao:20260102-030405-0a1b2c3d/a1');
      const env = { SAO_RUNS_DIR: join(folder, 'runs'), CLAUDE_CODE_SESSION_ID: session };
      call(env, kind, agentCall(by));
      expect(existsSync(marker)).toBe(isStarted);
    },
  );

  it('starts none for an agent of a workflow of no run', () => {
    mark('mine');
    label('Review the sao: commands');
    call({ SAO_RUNS_DIR: join(folder, 'runs') }, ['other'], agentCall({ agent_id: 'x1' }));
    expect(existsSync(marker)).toBe(false);
  });

  it('are asked about every tool, each by one entry', () => {
    const { hooks } = JSON.parse(readFileSync('hooks/hooks.json', 'utf8')) as {
      hooks: { PreToolUse: { matcher: string; hooks: { command: string }[] }[] };
    };
    const entries = hooks.PreToolUse.filter(({ hooks: [hook] }) => hook?.command.includes('sao-hook'));
    // The client takes a matcher without other characters than these as a list of names.
    const fits = (matcher: string, tool: string) =>
      /^[\w|]+$/.test(matcher) ? matcher.split('|').includes(tool) : new RegExp(matcher).test(tool);
    for (const tool of [
      'Bash',
      'Read',
      'Agent',
      'Workflow',
      'WebFetch',
      'BashOutput',
      'TaskCreate',
      'mcp__x__y',
    ])
      expect([tool, entries.filter(({ matcher }) => fits(matcher, tool))]).toEqual([
        tool,
        [expect.anything()],
      ]);
  });

  it.each<[string, string, string, boolean]>([
    ['to the configuration', 'Write', 'lnk/config.json', true],
    ['to a new file beside it', 'Write', 'lnk/other.json', false],
    ['to the folder of the runs', 'Edit', 'all/20260102-030405-0a1b2c3d/ledger.jsonl', true],
    ['to a file', 'NotebookEdit', 'file', true],
    ['to a folder of the user', 'Write', 'own/a.ts', false],
    ['to nothing', 'Write', 'own/new/a.ts', true],
    ['to the configuration, for a read', 'Read', 'lnk/config.json', false],
    ['from no link', 'Write', 'src/a.ts', false],
  ])('in a session without a run sees where a link leads: %s', (_, tool, path, isStarted) => {
    const place = (name: string) => join(folder, name);
    for (const name of ['runs/20260102-030405-0a1b2c3d', 'config/sao', 'project/src', 'mine'])
      mkdirSync(place(name), { recursive: true });
    writeFileSync(place('config/sao/config.json'), '{}');
    symlinkSync(place('config/sao'), place('project/lnk'));
    symlinkSync(place('runs'), place('project/all'));
    symlinkSync(place('config/sao/config.json'), place('project/file'));
    symlinkSync(place('mine'), place('project/own'));
    const key = tool === 'NotebookEdit' ? 'notebook_path' : 'file_path';
    const input = { tool_name: tool, tool_input: { [key]: place(`project/${path}`), content: 'x' } };
    const env = { SAO_RUNS_DIR: place('runs'), CLAUDE_CODE_SESSION_ID: 'other', HOME: folder };
    call(env, [], JSON.stringify(input));
    expect(existsSync(marker)).toBe(isStarted);
  });

  const RUN = '20260102-030405-0a1b2c3d';
  /** A folder with `real/runs` and `real/repo/sub`, a link `lk` to `real` and a link `plink` to the folder in the repository. */
  const linkRoots = () => {
    for (const name of [`real/runs/${RUN}`, 'real/runs/.sessions', 'real/repo/.git', 'real/repo/sub'])
      mkdirSync(join(folder, name), { recursive: true });
    symlinkSync('real', join(folder, 'lk'));
    symlinkSync('real/repo/sub', join(folder, 'plink'));
  };
  const startsFor = (runs: string, input: object, { env = {}, script = HOOK } = {}) => {
    execFileSync('rm', ['-f', marker]);
    spawnSync('/bin/sh', [script], {
      env: {
        PATH: `${join(folder, 'bin')}:/usr/bin:/bin`,
        HOME: folder,
        SAO_RUNS_DIR: runs,
        CLAUDE_CODE_SESSION_ID: 'other',
        ...env,
      },
      cwd: folder,
      input: `${JSON.stringify(input)}\n`,
    });
    return existsSync(marker);
  };
  const write = (file_path: string) => ({ tool_name: 'Write', tool_input: { file_path, content: 'x' } });

  it.each(['lk/runs', 'real/runs', 'lk/runs/', 'lk//runs', 'real/./runs', 'lk/../real/runs', 'real/runs//'])(
    'sees a file of the runs root by its given and its real path, for a root given as %s',
    (runs) => {
      linkRoots();
      const root = `${folder}/${runs}`;
      const seen: [path: string, isStarted: boolean][] = [
        [`${folder}/real/runs/${RUN}/plan.json`, true],
        [`${folder}/lk/runs/${RUN}/plan.json`, true],
        [`${folder}/real/runs/.sessions/mine`, true],
        [`${folder}/lk/runs/.sessions/mine`, true],
        [`${folder}//real/runs/.sessions/mine`, true],
        [`${folder}/real/./runs/.sessions/mine`, true],
        [`${folder}/real/x/../runs/.sessions/mine`, true],
        [`${folder}/real/runs.txt`, false],
        [`${folder}/real/repo/${RUN}.md`, false],
        [`${folder}/lk/repo/a.ts`, false],
      ];
      for (const [path, isStarted] of seen)
        expect([path, startsFor(root, write(path))]).toEqual([path, isStarted]);
      const command = `echo x > ${folder}/real/runs/${RUN}/plan.json`;
      expect(startsFor(root, { tool_name: 'Bash', tool_input: { command } })).toBe(true);
    },
  );

  it('takes a relative SAO_RUNS_DIR from the repository that a project which is a link leads into', () => {
    linkRoots();
    const env = { CLAUDE_PROJECT_DIR: join(folder, 'plink'), SAO_RUNS_DIR: '.runs' };
    mkdirSync(join(folder, 'real/repo/.runs/.sessions'), { recursive: true, mode: 0o700 });
    const opened = openRunsRoot({ env, cwd: folder });
    expect(opened.ok && realpathSync(opened.value)).toBe(join(realpathSync(folder), 'real/repo/.runs'));
    writeFileSync(join(folder, 'real/repo/.runs/.sessions/other'), 'x\n');
    expect(startsFor('.runs', write('/x/a.ts'), { env })).toBe(true);
  });

  it('ignores the case of letters only on a system whose disks do', () => {
    linkRoots();
    const root = `${folder}/real/runs`;
    const path = `${folder}/REAL/Runs/.Sessions/mine`;
    expect(startsFor(root, write(path))).toBe(false);
    const script = join(folder, 'sao-hook');
    cpSync(resolve('hooks/ask'), join(folder, 'ask'));
    const asMac = readFileSync(HOOK, 'utf8').replaceAll('/System/Library', folder);
    writeFileSync(script, asMac);
    expect(asMac).not.toBe(readFileSync(HOOK, 'utf8'));
    expect(startsFor(root, write(path), { script })).toBe(true);
    expect(startsFor(root, write(`${folder}/.CONFIG/Sao/CONFIG.json`), { script })).toBe(true);
    expect(startsFor(root, write(`${folder}/REAL/Repo/a.ts`), { script })).toBe(false);
  });

  it('starts none in a session whose marker names no run', () => {
    mark('mine');
    writeFileSync(join(folder, 'runs', '.sessions', 'mine'), '');
    call({ SAO_RUNS_DIR: join(folder, 'runs'), CLAUDE_CODE_SESSION_ID: 'mine' });
    expect(existsSync(marker)).toBe(false);
  });

  it('starts none at the start of a session if no session has a run', () => {
    mkdirSync(join(folder, 'runs', '.sessions'), { recursive: true });
    call({ SAO_RUNS_DIR: join(folder, 'runs'), CLAUDE_CODE_SESSION_ID: 'other' }, ['start']);
    expect(existsSync(marker)).toBe(false);
  });

  it('starts it in a new session of a client that had a run', () => {
    mkdirSync(join(folder, 'runs', '.clients'), { recursive: true });
    writeFileSync(join(folder, 'runs', '.clients', '4711'), '{}');
    const env = { SAO_RUNS_DIR: join(folder, 'runs'), CLAUDE_CODE_SESSION_ID: 'new' };
    call({ ...env, CLAUDE_PID: '4712' });
    expect(existsSync(marker)).toBe(false);
    call({ ...env, CLAUDE_PID: '4711' });
    expect(existsSync(marker)).toBe(true);
  });

  it('passes the call on whole', () => {
    writeFileSync(join(folder, 'bin', 'node'), '#!/bin/sh\ncat\nexit 42\n');
    const input = bashCall("sao plan --new - <<'P'\n\\n %s é\nP");
    expect(call({ CLAUDE_CODE_SESSION_ID: 'other' }, ['bash'], input).stdout.trim()).toBe(input.trim());
  });

  const root = () => join(folder, 'orchestration');
  const isSuperuser = process.getuid?.() === 0;
  it.each<[string, () => void, string]>([
    ['nothing', () => {}, 'usual'],
    ['a folder of ours', () => mkdirSync(root(), { mode: 0o700 }), 'usual'],
    [
      'a folder of ours that others can write',
      () => {
        mkdirSync(root());
        chmodSync(root(), 0o770);
      },
      'none',
    ],
    [
      'a link to a folder of ours',
      () => {
        mkdirSync(join(folder, 'other'));
        symlinkSync(join(folder, 'other'), root());
      },
      'own',
    ],
    ['a link to nothing', () => symlinkSync(join(folder, 'nothing'), root()), 'own'],
    ['a file', () => writeFileSync(root(), ''), 'own'],
    ...(isSuperuser
      ? [
          [
            'a folder of another user',
            () => {
              mkdirSync(root());
              chownSync(root(), 65_534, 65_534);
            },
            'own',
          ] as [string, () => void, string],
        ]
      : []),
  ])('looks where the engine keeps runs if %s is at the usual place', (_name, plant, place) => {
    plant();
    const opened = openRunsRoot({ env: {}, cwd: folder, standard: root() });
    const where = { usual: root(), own: `${root()}-${process.getuid?.()}` }[place];
    expect(opened.ok ? opened.value : undefined).toBe(where);
    if (!opened.ok) return expect(opened.diagnostics[0]?.fix).toContain(`chmod 700 ${root()}`);
    mkdirSync(join(opened.value, '.sessions'));
    writeFileSync(join(opened.value, '.sessions', 'mine'), 'x\n');
    const script = join(folder, 'sao-hook');
    cpSync(resolve('hooks/ask'), join(folder, 'ask'));
    writeFileSync(script, readFileSync(HOOK, 'utf8').replaceAll('/tmp/orchestration', root()));
    spawnSync('/bin/sh', [script], {
      env: { PATH: `${join(folder, 'bin')}:/usr/bin:/bin`, CLAUDE_CODE_SESSION_ID: 'mine' },
      input: '{}\n',
    });
    expect(existsSync(marker)).toBe(true);
  });

  it('never stops a session: without Node and on nonsense it ends quietly', () => {
    mark('mine');
    const env = { SAO_RUNS_DIR: join(folder, 'runs'), CLAUDE_CODE_SESSION_ID: 'mine' };
    const bare = spawnSync('/bin/sh', [HOOK], {
      env: { ...env, PATH: join(folder, 'empty') },
      input: '{}',
      encoding: 'utf8',
    });
    expect({ status: bare.status, stdout: bare.stdout }).toEqual({ status: 0, stdout: '' });
    const nonsense = spawnSync(HOOK, {
      env: { ...env, PATH: process.env.PATH ?? '' },
      input: 'not json',
      encoding: 'utf8',
    });
    // The client would wait for the end of an error output that a process of Node's keeps open.
    expect(nonsense).toMatchObject({ status: 0, stdout: '', stderr: '' });
  });
});
