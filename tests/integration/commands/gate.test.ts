import { spawnSync } from 'node:child_process';
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readApproved } from '../../../src/contract/approved.io.ts';
import { hashContract } from '../../../src/contract/hash.ts';
import { answerGate } from '../../../src/pipeline/gate/answer.io.ts';
import { readGateSubject } from '../../../src/pipeline/gate/subject.io.ts';
import { hashToken } from '../../../src/run/ledger/human-proof.ts';
import { readRunState } from '../../../src/run/ledger/run-state.io.ts';
import { appendEvents, readLedger } from '../../../src/run/ledger/store.io.ts';
import { quoteCommand } from '../../../src/system/command-line.ts';
import { unwrap } from '../../../src/system/result.ts';
import { BuildRun, RUN } from '../../harness/build-run.ts';
import { Bench, findBuild } from '../../harness/sao.ts';
import { commit, write } from '../../hazards/git-scratch.ts';

const built = findBuild();

const SESSION = { CLAUDECODE: '1', CLAUDE_CODE_SESSION_ID: 'session-1' };

function prepare(env: NodeJS.ProcessEnv = {}) {
  const bench = new Bench(built.path, env);
  const run = new BuildRun({ project: bench.project, root: join(bench.home, 'runs') });
  const call = (...args: string[]) => {
    const { code, stdout } = bench.callWarm('gate', ...args, '--json');
    return { code, ...JSON.parse(stdout) };
  };
  const answers = () => readLedger(run.dir).filter(({ type }) => /^gate-(?:approved|rejected)$/.test(type));
  /** Records what the hook records when it asks a human. */
  const ask = (
    stage: 'architect' | 'ship',
    hash: string,
    token: string,
    action: 'approve' | 'reject' = 'approve',
  ) => {
    const call = { toolUse: 'toolu_1', session: 'session-1', action };
    appendEvents(run.dir, [{ type: 'gate-asked', stage, hash, token: hashToken(token), call }], new Date());
  };
  const hashOf = async (stage: 'architect' | 'ship') =>
    (await readGateSubject(run.dir, stage, readRunState(run.dir)))?.hash ?? '';
  /** The same call on a terminal, with the text that a human types. */
  const onTerminal = (typed: string, ...args: string[]) => {
    const line = quoteCommand([process.execPath, built.path, 'gate', ...args]);
    const { status, stdout } = spawnSync('script', ['-qec', line, '/dev/null'], {
      cwd: bench.project,
      env: bench.env,
      input: typed,
      encoding: 'utf8',
    });
    return { code: status, said: stdout };
  };
  return { bench, run, call, answers, ask, hashOf, onTerminal };
}

describe('sao gate list and show', () => {
  it('show the work at the gate and that the gate is closed', () => {
    const { bench, call } = prepare();
    expect(call('list')).toMatchObject({
      code: 1,
      data: {
        run: RUN,
        gates: [
          { stage: 'architect', standing: 'closed' },
          { stage: 'ship', standing: 'closed' },
        ],
      },
    });
    const shown = bench.call('gate', 'show', '1', RUN);
    expect(shown.code).toBe(1);
    for (const text of ['waits for a human', 'test command: npm test', 'npm run test:all', 'modules.json'])
      expect(shown.stdout).toContain(text);
    expect(bench.call('gate', 'list', RUN).stdout).toContain('architect');
  });

  it('list the setup command of worktrees among the commands that the build runs', () => {
    const { bench } = prepare();
    expect(bench.call('gate', 'show', 'architect', RUN).stdout).not.toContain('worktree.setup');
    write(bench.project, { '.orchestration/config.json': '{"worktree": {"setup": "npm ci --offline"}}' });
    expect(bench.call('gate', 'show', 'architect', RUN).stdout).toContain(
      'runs on this machine in each new worktree, worktree.setup of the project: npm ci --offline',
    );
  });

  it('say what is wrong and what to do', () => {
    const { bench, run, call } = prepare();
    const codeOf = (...args: string[]) => [call(...args).code, call(...args).diagnostics[0].code];
    expect(codeOf('show')).toEqual([2, 'gate-unknown']);
    expect(codeOf('approve', 'build')).toEqual([2, 'gate-unknown']);
    expect(codeOf('open', 'ship')).toEqual([2, 'usage']);
    expect(codeOf('show', 'ship', '20250101-000000-00000000')).toEqual([2, 'run-unknown']);
    const audit = JSON.parse(bench.callWarm('init', '--json').stdout).data.run;
    expect(codeOf('list', audit)).toEqual([2, 'gate-no-build']);
    spawnSync('rm', ['-r', join(run.integration, '.orchestration')]);
    // A gate with nothing to approve is closed.
    expect(call('list', RUN)).toMatchObject({ code: 1, data: { gates: [{ standing: 'nothing' }, {}] } });
    for (const action of ['show', 'approve', 'reject'])
      expect(codeOf(action, 'architect', RUN)).toEqual([2, 'gate-nothing']);
  });
});

describe('sao gate approve and reject, inside a session', () => {
  it('refuse without the token of a question, with one of another question, and to an agent', async () => {
    const { bench, call, ask, answers, hashOf } = prepare(SESSION);
    const refused = (...args: string[]) => {
      const { code, diagnostics } = call(...args);
      expect([code, diagnostics[0].code]).toEqual([2, 'human-required']);
      return diagnostics[0] as { message: string; fix: string };
    };
    expect(refused('approve', 'architect').fix).toContain(`sao gate approve architect ${RUN}`);
    refused('approve', 'architect', '--yes');
    refused('reject', 'architect', '--note', 'no');
    bench.env.SAO_APPROVAL = 'invented';
    expect(refused('approve', 'architect').message).toContain('belongs to another question');
    ask('architect', 'another-hash', 'invented');
    refused('approve', 'architect');
    ask('ship', await hashOf('ship'), 'invented');
    refused('approve', 'architect');
    ask('architect', await hashOf('architect'), 'invented');
    bench.env.SAO_AGENT_ID = 'build-auth';
    expect(refused('approve', 'architect').message).toContain('an agent');
    expect(answers()).toEqual([]);
  });

  it('write who, when, what and why with the token of a yes, which is good once and for this alone', async () => {
    const { bench, run, call, ask, answers, hashOf } = prepare(SESSION);
    const hash = await hashOf('architect');
    ask('architect', hash, 'right');
    bench.env.SAO_APPROVAL = 'right';
    const opened = call('approve', 'architect', RUN, '--note', 'Good');
    expect(opened).toMatchObject({ code: 0, data: { gates: [{ standing: 'open', approvedHash: hash }] } });
    const approval = { type: 'gate-approved', hash, note: 'Good' };
    const record = {
      by: expect.stringMatching(/./),
      at: expect.any(String),
      level: 'asked',
      session: 'session-1',
    };
    expect(answers()).toMatchObject([{ ...approval, approval: record }]);
    expect(hashContract(unwrap(readApproved(run.dir)) ?? new Map())).toBe(hash);
    expect(call('show', 'architect').code).toBe(0);
    expect(call('approve', 'architect')).toMatchObject({ code: 0, data: { gates: [{ standing: 'open' }] } });
    expect(answers()).toHaveLength(1);
    expect(call('reject', 'architect', '--note', 'x').diagnostics[0].code).toBe('human-required');
    // What was approved changes: the gate is closed again, and the old yes does not open it.
    appendFileSync(join(run.integration, '.orchestration/contracts/architecture.md'), 'More\n');
    expect(call('show', 'architect')).toMatchObject({ code: 1, data: { gates: [{ standing: 'stale' }] } });
    expect(call('approve', 'architect').diagnostics[0].code).toBe('gate-unchecked');
    expect(call('reject', 'architect', '--note', 'x').diagnostics[0].code).toBe('gate-unchecked');
    run.check();
    expect(call('approve', 'architect').diagnostics[0].code).toBe('human-required');
  });

  it('keep a no with its note', async () => {
    const { bench, call, ask, answers, hashOf } = prepare(SESSION);
    bench.env.SAO_APPROVAL = 'right';
    ask('architect', await hashOf('architect'), 'right', 'reject');
    expect(call('reject', 'architect').diagnostics[0].code).toBe('gate-note-missing');
    expect(call('reject', '1', '--note', 'Fewer modules')).toMatchObject({
      code: 0,
      data: { gates: [{ standing: 'rejected', rejections: 1, rejectionNote: 'Fewer modules' }] },
    });
    expect(answers()).toMatchObject([{ type: 'gate-rejected', note: 'Fewer modules' }]);
    expect(bench.call('gate', 'list').stdout).toContain('rejected: Fewer modules');
  });
});

describe('sao gate approve and reject, in a shell', () => {
  it('answer nothing where what was shown has changed meanwhile', async () => {
    const { run, answers } = prepare();
    const order = {
      dir: run.dir,
      run: RUN,
      stage: 'architect' as const,
      action: 'approve' as const,
      yes: false,
    };
    const answered = await answerGate(order, {
      env: {},
      cwd: run.project,
      stdinIsTerminal: true,
      now: () => new Date(),
      note: () => undefined,
      ask: async () => {
        write(run.integration, { '.orchestration/contracts/architecture.md': 'Another one' });
        return 'yes';
      },
    });
    expect(answered).toMatchObject({ ok: false, diagnostics: [{ code: 'gate-changed' }] });
    expect(answers()).toEqual([]);
  });

  it('refuse where there is no terminal, and say what to do', () => {
    const { call, answers } = prepare();
    for (const args of [
      ['approve', 'architect'],
      ['approve', 'architect', '--yes'],
      ['reject', '6', '--note', 'x'],
    ]) {
      const { code, diagnostics } = call(...args);
      expect([code, diagnostics[0].code]).toEqual([2, 'human-required']);
      expect(diagnostics[0].fix).toContain('run it yourself in a terminal: sao gate');
    }
    expect(answers()).toEqual([]);
  });

  it('ask on a terminal, and take the name or yes for a yes', () => {
    const { run, onTerminal, answers } = prepare();
    const page = () => readFileSync(join(run.dir, 'pipeline.md'), 'utf8');
    const no = onTerminal('n\n', 'approve', 'architect', RUN);
    expect(no.code).toBe(2);
    expect(no.said).toContain('test command: npm test');
    expect(no.said).toContain('no answer was given');
    expect(answers()).toEqual([]);
    expect(onTerminal('architect\n', 'approve', 'architect', RUN).code).toBe(0);
    expect(answers()).toMatchObject([
      { type: 'gate-approved', stage: 'architect', approval: { level: 'terminal' } },
    ]);
    expect(page()).toMatch(/- architect \(approve\) by .* in a terminal/);
    expect(onTerminal('yes\n', 'approve', '6', RUN).code).toBe(0);
    expect(page()).toMatch(/- ship \(approve\) by .* in a terminal/);
    expect(onTerminal('', 'reject', 'ship', RUN, '--note', 'Docs').code).toBe(0);
    expect(onTerminal('', 'approve', 'ship', RUN, '--yes').code).toBe(0);
    expect(answers().map(({ type }) => type)).toEqual([
      'gate-approved',
      'gate-approved',
      'gate-rejected',
      'gate-approved',
    ]);
  });

  it('ask before the architecture is rejected while modules are built, and say what that undoes', () => {
    const { run, onTerminal, answers } = prepare();
    const commit = 'c'.repeat(40);
    const judged = { builder: 'build-auth', by: 'qc-auth', reasons: [], findings: [], backlog: [] };
    appendEvents(
      run.dir,
      [
        { type: 'module-begun', module: 'auth', base: commit },
        { type: 'module-begun', module: 'pay', base: commit },
        { type: 'module-judged', module: 'auth', verdict: 'pass', commit, ...judged },
        { type: 'module-merged', module: 'auth', source: commit, commit },
      ],
      new Date(),
    );
    const reject = ['reject', 'architect', RUN, '--note', 'Smaller'];
    const no = onTerminal('n\n', ...reject);
    expect([no.code, answers()]).toEqual([2, []]);
    expect(no.said).toContain('THE BUILD GOES BACK TO STAGE 1');
    expect(no.said).toContain('2 modules (1 passed QC, 1 merged)');
    expect(onTerminal('yes\n', ...reject).code).toBe(0);
    expect(onTerminal('', ...reject, '--yes').code).toBe(0);
    expect(answers()).toHaveLength(2);
  });

  it('refuse a terminal inside a session, and one of an agent', () => {
    const inSession = prepare(SESSION);
    expect(inSession.onTerminal('yes\n', 'approve', 'architect', RUN).said).toContain('no human was asked');
    const inAgent = prepare({ SAO_AGENT_ID: 'build-auth' });
    expect(inAgent.onTerminal('yes\n', 'approve', 'architect', RUN, '--yes').said).toContain(
      'an agent of a run',
    );
    expect([...inSession.answers(), ...inAgent.answers()]).toEqual([]);
  });

  it('approve the commit that is shipped, and no later one', () => {
    const { run, call, onTerminal } = prepare();
    expect(onTerminal('', 'approve', 'ship', RUN, '--yes').code).toBe(0);
    expect(call('show', 'ship').code).toBe(0);
    write(run.integration, { 'a.txt': 'a' });
    expect(call('show', 'ship').code).toBe(0);
    commit(run.integration, { 'b.txt': 'b' }, 'Later');
    expect(call('show', 'ship')).toMatchObject({ code: 1, data: { gates: [{ standing: 'stale' }] } });
  });
});
