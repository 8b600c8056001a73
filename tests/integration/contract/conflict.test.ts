import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readApproved } from '../../../src/contract/approved.io.ts';
import { parseConflict } from '../../../src/contract/conflict.ts';
import { decisionsOf, parseContract } from '../../../src/contract/contract.ts';
import { conflictHash, hashContract } from '../../../src/contract/hash.ts';
import { readContractFiles } from '../../../src/contract/read.io.ts';
import { resolveWithApproval } from '../../../src/pipeline/conflict/resolve.io.ts';
import { replayLedger } from '../../../src/run/ledger/state.ts';
import { appendEvents, readLedger } from '../../../src/run/ledger/store.io.ts';
import { unwrap } from '../../../src/system/result.ts';
import { approvalOf, identify } from '../../harness/approvals.ts';
import { Bench, findBuild } from '../../harness/sao.ts';
import { makeScratch } from '../../harness/scratch.ts';
import { commit, fingerprint, git, tryGit, write } from '../../hazards/git-scratch.ts';
import { REPORT } from '../../unit/contract/sample.ts';
import { prepareBuild } from './build.ts';

const sao = findBuild();

const NAME = 'auth-token-format';
const TOKEN = '0123456789abcdef0123456789abcdef';
const DECISION = '.orchestration/contracts/decisions/002-auth-token-format.md';
const BRAIN = (module: string) => `.orchestration/brains/builder-${module}.md`;

/** A build in which the builders of `auth` and `api` have worktrees, and that of `auth` has reported a conflict. */
function prepare(gate: 'open' | 'closed' = 'open') {
  const build = prepareBuild(sao.path);
  const { bench, dir, integration, run } = build;
  bench.callWarm('worktree', 'create', run, 'auth', 'api', '--base', git(integration, 'rev-parse', 'HEAD'));
  const auth = join(dir, 'builds/auth');
  const api = join(dir, 'builds/api');
  commit(auth, {
    [`.orchestration/conflicts/${NAME}.md`]: REPORT,
    [BRAIN('auth')]: '# Brain\n\n## Decisions\n\n- mine\n\n## Next Steps\n',
    'src/auth/a.ts': 'a\n',
  });
  const files = unwrap(readContractFiles(integration));
  const subject = { stage: 'architect', hash: hashContract(files) } as const;
  const approval = approvalOf({ ...subject, ...identify(dir) });
  if (gate === 'open') appendEvents(dir, [{ type: 'gate-approved', ...subject, ...approval }], new Date());
  /** What the hook does before a human answers yes. */
  const ask = (report = REPORT) => {
    const conflict = unwrap(parseConflict(NAME, report, ['auth']));
    const hash = conflictHash(unwrap(readContractFiles(integration)), conflict);
    const token = createHash('sha256').update(TOKEN).digest('hex');
    const call = { toolUse: 'toolu_1', session: 'session-1', action: 'resolve' };
    appendEvents(dir, [{ type: 'conflict-asked', conflict: NAME, hash, token, call }], new Date());
    bench.env.SAO_APPROVAL = TOKEN;
    bench.env.CLAUDE_CODE_SESSION_ID = 'session-1';
  };
  const head = () => git(integration, 'rev-parse', 'HEAD');
  const resolve = (...args: string[]) => build.call('conflict', 'resolve', run, NAME, ...args);
  const gateIsOpen = () =>
    replayLedger(readLedger(dir)).gates.get('architect')?.approved ===
    hashContract(unwrap(readContractFiles(integration)));
  return { ...build, auth, api, ask, head, resolve, gateIsOpen };
}

describe('sao conflict list and show', () => {
  it('refuse a project without a contract: nothing was looked for', () => {
    for (const args of [['list'], ['show', 'auth-x']]) {
      const { code, stdout, stderr } = new Bench(sao.path).call('conflict', ...args);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain('Error: there is no contract in ');
    }
  });

  it('find what a builder has reported in its own worktree', () => {
    const { call, bench, run } = prepare();
    expect(call('conflict', 'list')).toMatchObject({
      code: 1,
      data: {
        run,
        conflicts: [{ name: NAME, module: 'auth', state: 'open', title: 'Tokens cannot be opaque' }],
      },
    });
    const { stdout, code } = bench.call('conflict', 'show', NAME);
    expect(code).toBe(0);
    expect(stdout).toContain('problem:\n    The api reads the user out of the token.');
    expect(bench.call('conflict', 'show', run, NAME).stdout).toBe(stdout);
    expect(call('conflict', 'show', 'auth-other')).toMatchObject({
      code: 2,
      diagnostics: [{ code: 'conflict-unknown' }],
    });
  });

  it('warn of what cannot be read, and show nothing that a terminal obeys', () => {
    const { call, bench, auth } = prepare();
    const folder = join(auth, '.orchestration/conflicts');
    write(folder, {
      'cache-x.md': 'x',
      'auth-evil.md': `# T\u001b]0;x\u0007\n\n## Problem\n\u001b[2Jgone\n`,
    });
    symlinkSync('/etc/hostname', join(folder, 'auth-link.md'));
    const { data, diagnostics } = call('conflict', 'list');
    expect(data.conflicts.map(({ name }: { name: string }) => name)).toEqual(['auth-evil', NAME]);
    expect(diagnostics.map(({ code }: { code: string }) => code)).toEqual(
      expect.arrayContaining(['conflict-unreadable', 'conflict-name', 'conflict-form']),
    );
    expect(bench.call('conflict', 'show', 'auth-evil').stdout).not.toContain('\u001b');
  });

  it('say where there are none', () => {
    const { bench } = prepareBuild(sao.path);
    expect(bench.call('conflict', 'list')).toMatchObject({ code: 0, stdout: 'no conflicts\n' });
  });
});

describe('sao conflict resolve', () => {
  it('does nothing without a human', () => {
    const { resolve, head, bench, ask } = prepare();
    const before = head();
    const order = ['--decision', 'adapt', '--note', 'Stay opaque'];
    expect(resolve(...order)).toMatchObject({ code: 2, diagnostics: [{ code: 'human-required' }] });
    bench.env.SAO_APPROVAL = TOKEN;
    expect(resolve(...order)).toMatchObject({ code: 2, diagnostics: [{ code: 'human-required' }] });
    ask(`${REPORT}another text\n`);
    expect(resolve(...order)).toMatchObject({ code: 2, diagnostics: [{ code: 'human-required' }] });
    ask();
    bench.env.SAO_AGENT_ID = 'build-auth';
    expect(resolve(...order)).toMatchObject({ code: 2, diagnostics: [{ code: 'human-required' }] });
    delete bench.env.SAO_AGENT_ID;
    expect(resolve(...order, '--yes')).toMatchObject({ code: 2 });
    expect(head()).toBe(before);
  });

  it('adds a decision, tells the builder on its branch, and keeps the gate open', () => {
    const { resolve, ask, integration, auth, api, bench, call, dir, gateIsOpen } = prepare();
    const checkout = fingerprint(bench.project);
    ask();
    const done = resolve('--decision', 'adapt', '--note', 'Tokens stay opaque');
    expect(done).toMatchObject({
      code: 0,
      data: { resolved: { name: NAME, decision: DECISION, told: ['auth'], gateOpen: true } },
    });
    expect(git(integration, 'rev-parse', 'HEAD')).toBe(done.data.resolved.commit);
    expect(git(integration, 'status', '--porcelain')).toBe('');
    expect(git(integration, 'show', '--name-only', '--format=%s')).toBe(
      `Resolve conflict ${NAME}: the module adapts\n\n${DECISION}`,
    );
    const brain = readFileSync(join(auth, BRAIN('auth')), 'utf8');
    expect(brain).toMatch(/## Decisions\n\n- mine\n- \d{4}-.*Tokens stay opaque\n\n## Next Steps/);
    expect([git(auth, 'status', '--porcelain'), git(api, 'status', '--porcelain')]).toEqual(['', '']);
    expect(gateIsOpen()).toBe(true);
    expect(unwrap(readApproved(dir))?.has('decisions/002-auth-token-format.md')).toBe(true);
    expect(call('conflict', 'list')).toMatchObject({ code: 0, data: { conflicts: [{ state: 'resolved' }] } });
    expect(git(auth, 'merge', '--no-edit', integrationOf(integration))).toContain('Merge');
    expect(fingerprint(bench.project)).toEqual(checkout);
  });

  it('with flex changes the contract, informs all affected builders, and then asks at the gate', () => {
    const { resolve, ask, integration, auth, api, gateIsOpen } = prepare();
    const folder = makeScratch();
    write(folder, {
      'auth.interface.md': '# auth\n\nTokens are signed.\n',
      'core.interface.md': '# core\n\nClock.\n',
    });
    ask();
    const paths = ['auth', 'core'].map((name) => join(folder, `${name}.interface.md`));
    const done = resolve('--decision', 'flex', '--note', 'Signed', '--contract', ...paths);
    expect(done.data.resolved).toMatchObject({ told: ['core', 'auth', 'store', 'api'], gateOpen: false });
    expect(gateIsOpen()).toBe(false);
    const files = unwrap(readContractFiles(integration));
    expect(files.get('interfaces/auth.interface.md')).toContain('Tokens are signed.');
    expect(parseContract(files).ok).toBe(true);
    for (const [tree, module] of [
      [auth, 'auth'],
      [api, 'api'],
    ] as const) {
      expect(readFileSync(join(tree, BRAIN(module)), 'utf8')).toContain('The contract changes. Signed');
      expect(git(tree, 'status', '--porcelain')).toBe('');
    }
    // They will start from here.
    for (const module of ['core', 'store'])
      expect(git(integration, 'show', `HEAD:${BRAIN(module)}`)).toContain('The contract changes. Signed');
    expect(tryGit(integration, 'cat-file', '-e', `HEAD:${BRAIN('auth')}`).code).not.toBe(0);
  });

  it('takes a folder that is laid out like a contract, and files that it knows by name', () => {
    const { resolve, ask, head } = prepare();
    const before = head();
    const folder = makeScratch();
    write(folder, {
      'notes.txt': 'x',
      '.orchestration/contracts/interfaces/auth.interface.md': '# signed\n',
    });
    ask();
    const flex = (...paths: string[]) => resolve('--decision', 'flex', '--note', 'N', '--contract', ...paths);
    expect(flex(join(folder, 'notes.txt'))).toMatchObject({
      code: 2,
      diagnostics: [{ code: 'conflict-no-contract-file' }],
    });
    expect(flex(join(folder, 'none'))).toMatchObject({ code: 2 });
    expect(head()).toBe(before);
    expect(flex(folder).code).toBe(0);
    expect(head()).not.toBe(before);
  });

  it('writes nothing if the contract would be invalid', () => {
    const { resolve, ask, head, auth, integration } = prepare();
    const before = [head(), git(auth, 'rev-parse', 'HEAD')];
    const folder = makeScratch();
    write(folder, { 'modules.json': '{}' });
    ask();
    const refused = resolve('--decision', 'flex', '--note', 'N', '--contract', join(folder, 'modules.json'));
    expect(refused.code).toBe(2);
    expect(refused.diagnostics[0].target).toMatch(/^modules\.json /);
    expect(resolve('--decision', 'adapt')).toMatchObject({
      code: 2,
      diagnostics: [{ code: 'conflict-no-note' }],
    });
    expect(resolve('--note', 'N')).toMatchObject({ code: 2, diagnostics: [{ target: '--decision' }] });
    expect([head(), git(auth, 'rev-parse', 'HEAD')]).toEqual(before);
    expect(git(integration, 'status', '--porcelain')).toBe('');
  });

  it('keeps files of the contract that were edited by hand', () => {
    const { resolve, ask, head, integration } = prepare();
    const before = head();
    const page = '.orchestration/contracts/interfaces/auth.interface.md';
    for (const path of [page, '.orchestration/contracts/notes.md']) {
      write(integration, { [path]: 'mine\n' });
      ask();
      const refused = resolve('--decision', 'adapt', '--note', 'N');
      expect(refused).toMatchObject({ code: 2, diagnostics: [{ code: 'conflict-tree-dirty' }] });
      expect(readFileSync(join(integration, path), 'utf8')).toBe('mine\n');
      git(integration, 'stash', '--include-untracked', '--quiet');
    }
    expect(head()).toBe(before);
  });

  it('leaves the gate alone where it was not open', () => {
    const { resolve, ask, gateIsOpen } = prepare('closed');
    ask();
    expect(resolve('--decision', 'adapt', '--note', 'N').data.resolved.gateOpen).toBe(false);
    expect(gateIsOpen()).toBe(false);
  });

  it('completes the work of a killed process without a human', () => {
    const { resolve, ask, auth, head, bench } = prepare();
    const branch = git(auth, 'rev-parse', 'HEAD');
    ask();
    expect(resolve('--decision', 'adapt', '--note', 'N').code).toBe(0);
    git(auth, 'reset', '--hard', '--quiet', branch);
    const commits = head();
    delete bench.env.SAO_APPROVAL;
    expect(resolve('--decision', 'adapt', '--note', 'N')).toMatchObject({
      code: 0,
      data: { resolved: { commit: null, told: ['auth'] } },
    });
    expect(readFileSync(join(auth, BRAIN('auth')), 'utf8')).toContain('N\n');
    expect(head()).toBe(commits);
  });

  it('reaches the same result when killed at any step', async () => {
    const { ask, auth, integration, bench, run, resolve, gateIsOpen } = prepare();
    const base = git(integration, 'rev-parse', 'HEAD');
    const order = ['--decision', 'adapt', '--note', 'Stay opaque'];
    ask();
    const began = performance.now();
    const tried = bench.call('conflict', 'resolve', run, 'auth-none', ...order);
    const startMs = performance.now() - began;
    expect(tried.code).toBe(2);
    for (let n = 0; n < 8; n += 1) {
      const { child, ended } = bench.start('conflict', 'resolve', run, NAME, ...order);
      const timer = setTimeout(() => child.kill('SIGKILL'), startMs * (0.5 + n * 0.25));
      await ended;
      clearTimeout(timer);
    }
    expect(resolve(...order).code).toBe(0);
    expect(git(integration, 'log', '--format=%s', `${base}..`)).toBe(
      `Resolve conflict ${NAME}: the module adapts`,
    );
    expect([git(integration, 'status', '--porcelain'), git(auth, 'status', '--porcelain')]).toEqual(['', '']);
    expect(readFileSync(join(auth, BRAIN('auth')), 'utf8').match(/Stay opaque/g)).toHaveLength(1);
    // Killed between the commit and the approval, the gate asks again; it is never open for anything else.
    if (!gateIsOpen()) expect(resolve(...order).data.resolved.gateOpen).toBe(false);
  });

  it('does not commit beside a builder that is at work', () => {
    const { resolve, ask, auth, dir } = prepare();
    const agent = { id: 'build-auth', role: 'builder', module: 'auth' };
    writeFileSync(join(dir, 'plan.json'), JSON.stringify({ version: 1, agents: [agent], waves: [] }));
    const dispatched = { agent: 'build-auth', attempt: 1, driver: 'command', wave: 1 } as const;
    appendEvents(dir, [{ type: 'dispatched', ...dispatched }], new Date());
    const before = git(auth, 'rev-parse', 'HEAD');
    ask();
    expect(resolve('--decision', 'adapt', '--note', 'N').code).toBe(0);
    expect(git(auth, 'rev-parse', 'HEAD')).toBe(before);
    expect(git(auth, 'status', '--porcelain')).toBe(`M ${BRAIN('auth')}`);
  });

  it('follows no link out of a worktree', () => {
    const { resolve, ask, auth } = prepare();
    const outside = makeScratch();
    git(auth, 'rm', '-r', '--quiet', '.orchestration/brains');
    symlinkSync(outside, join(auth, '.orchestration/brains'));
    commit(auth, {});
    ask();
    expect(resolve('--decision', 'adapt', '--note', 'N').code).toBe(2);
    expect(existsSync(join(outside, 'builder-auth.md'))).toBe(false);
  });
});

const integrationOf = (integration: string) => git(integration, 'rev-parse', '--abbrev-ref', 'HEAD');

describe('a human in a terminal', () => {
  it('sees what changes, and is asked', async () => {
    const { run, dir, bench, integration, gateIsOpen } = prepare();
    const folder = makeScratch();
    mkdirSync(join(folder, 'interfaces'));
    write(folder, { 'interfaces/auth.interface.md': '# signed\n' });
    const shown: string[] = [];
    const order = {
      run,
      dir,
      project: bench.project,
      name: NAME,
      decision: 'flex',
      note: 'N',
      contract: [folder],
      yes: false,
    } as const;
    const around = (answer: string | undefined) => ({
      cwd: folder,
      env: {},
      stdinIsTerminal: true,
      now: () => new Date('2026-03-04T05:06:07Z'),
      note: (line: string) => void shown.push(line),
      ask: async () => answer,
    });
    expect(await resolveWithApproval(order, around('no'))).toMatchObject({
      diagnostics: [{ code: 'conflict-not-answered' }],
    });
    expect(shown.join('\n')).toContain('changed  interface interfaces/auth.interface.md');
    expect(await resolveWithApproval(order, around('flex'))).toMatchObject({
      ok: true,
      value: { gateOpen: true },
    });
    expect(decisionsOf(unwrap(readContractFiles(integration)))).toHaveLength(2);
    expect(gateIsOpen()).toBe(true);
  });
});
