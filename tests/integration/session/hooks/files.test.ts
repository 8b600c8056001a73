import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Role } from '../../../../src/run/ledger/manifest.ts';
import { durableRoot } from '../../../../src/run/ledger/roots.io.ts';
import { appendEvents } from '../../../../src/run/ledger/store.io.ts';
import { onBash } from '../../../../src/session/hooks/bash.io.ts';
import { onRead, onWrite } from '../../../../src/session/hooks/files.io.ts';
import { approvalOf, identify } from '../../../harness/approvals.ts';
import { BuildRun, decisionOf } from '../../../harness/build-run.ts';

function prepare(agents: readonly Role[] = [], apart = false) {
  const run = new BuildRun({ agents, apart });
  const auth = join(run.trees, 'auth');
  const pay = join(run.trees, 'pay');
  for (const tree of [auth, pay]) mkdirSync(join(tree, 'src'), { recursive: true });
  /** The decision on a write of an agent (null: an unknown subagent; undefined: the parent). */
  const write = async (who: string | null | undefined, file_path: string, cwd = auth) => {
    const by = who === undefined ? {} : run.by(who ?? undefined, cwd);
    return decisionOf(await onWrite(run.call('Write', { file_path, content: '' }, by), run.env));
  };
  return { run, auth, pay, write };
}

describe('a build whose worktrees are outside of its run directory', () => {
  it('has the same rights: own globs and report, and nothing of others or of the engine', async () => {
    const { run, auth, pay, write } = prepare([], true);
    const engine = join(run.trees, 'auth.before-tests.json');
    const cases: [who: string | null | undefined, path: string, decision: string][] = [
      ['build-auth', join(auth, 'src/auth/a.ts'), 'allow'],
      ['build-auth', join(run.dir, 'builds/auth.md'), 'allow'],
      ['build-auth', join(auth, 'src/shared.ts'), 'deny'],
      ['build-auth', join(pay, 'src/auth/a.ts'), 'deny'],
      ['build-auth', join(run.integration, 'src/auth/a.ts'), 'deny'],
      ['build-auth', join(run.dir, 'ledger.jsonl'), 'deny'],
      ['build-auth', engine, 'deny'],
      ['a1', engine, 'deny'],
      [null, join(auth, 'src/auth/a.ts'), 'allow'],
      [null, join(pay, 'src/auth/a.ts'), 'deny'],
      [undefined, join(run.integration, 'src/a.ts'), 'deny'],
      [undefined, engine, 'deny'],
      [undefined, join(run.dir, 'ledger.jsonl'), 'deny'],
      [undefined, join(run.project, 'src/a.ts'), 'none'],
    ];
    for (const [who, path, decision] of cases)
      expect([who, path, (await write(who, path)).decision]).toEqual([who, path, decision]);
  });
});

describe('a build that is kept in the user’s state folder and that the session does not have', () => {
  it('is protected as those in the usual root: its ledger and outputs, not the content of its worktrees', async () => {
    const { run } = prepare();
    const env = { ...run.env, XDG_STATE_HOME: join(run.project, '..', 'state') };
    const dir = join(durableRoot({ env }), '20200101-120000-0a1b2c3d');
    const trees = join(run.root, '.trees', '20200101-120000-0a1b2c3d', 'builds');
    const cases: [path: string, decision: string][] = [
      [join(dir, 'ledger.jsonl'), 'deny'],
      [join(dir, 'run.json'), 'deny'],
      [join(dir, 'workers/architect.md'), 'deny'],
      [join(trees, 'auth.before-tests.json'), 'deny'],
      [join(trees, 'auth/src/a.ts'), 'none'],
      [join(run.project, 'src/a.ts'), 'none'],
    ];
    for (const [path, decision] of cases) {
      const answer = await onWrite(run.call('Write', { file_path: path, content: '' }, {}), env);
      expect([path, decisionOf(answer).decision]).toEqual([path, decision]);
    }
  });
});

describe('what a builder writes', () => {
  it('is what its globs name in its worktree, and its own file, without a question', async () => {
    const { run, auth, write } = prepare();
    for (const path of [
      join(auth, 'src/auth/a.ts'),
      join(auth, 'src/auth/deep/.hidden'),
      join(auth, '.orchestration/conflicts/auth-tokens.md'),
      join(run.dir, 'builds/auth.md'),
    ])
      expect([path, (await write('build-auth', path)).decision]).toEqual([path, 'allow']);
    expect((await write('build-auth', 'src/auth/b.ts')).decision).toBe('allow');
  });

  it.each([
    ['beside its globs', (at: Places) => join(at.auth, 'src/shared.ts')],
    ['that is excluded', (at: Places) => join(at.auth, 'src/auth/keep.ts')],
    ['in the tree of another module', (at: Places) => join(at.pay, 'src/auth/a.ts')],
    ['in the project itself', (at: Places) => join(at.project, 'src/auth/a.ts')],
    ['in the integration worktree', (at: Places) => join(at.dir, 'builds/integration/src/auth/a.ts')],
    ['of another agent', (at: Places) => join(at.dir, 'builds/pay.md')],
    ['of the engine', (at: Places) => join(at.dir, 'ledger.jsonl')],
    ['of git', (at: Places) => join(at.auth, '.git')],
    ['that leads out with dots', (at: Places) => `${at.auth}/src/auth/../../../pay/src/auth/a.ts`],
    ['anywhere else', () => '/etc/src/auth/a.ts'],
  ])('is no file %s, and the reason names its rights and the way out', async (_name, path) => {
    const { run, auth, pay, write } = prepare();
    const { decision, reason } = await write('build-auth', path({ ...run, auth, pay }));
    expect(decision).toBe('deny');
    expect(reason).toContain('src/auth/**');
    expect(reason).toContain('.orchestration/conflicts/auth-<issue>.md');
    expect(reason).toContain('BLOCKED. Contract conflict:');
  });

  interface Places {
    dir: string;
    project: string;
    auth: string;
    pay: string;
  }

  it('is never reached through a link', async () => {
    const { run, auth, pay, write } = prepare();
    mkdirSync(join(auth, 'src/auth'));
    symlinkSync(join(pay, 'src'), join(auth, 'src/auth/folder'));
    symlinkSync(join(run.project, 'README.md'), join(auth, 'src/auth/file.ts'));
    symlinkSync(join(run.project, 'not-there'), join(auth, 'src/auth/dangling.ts'));
    for (const path of ['folder/a.ts', 'folder/new/deep/a.ts', 'file.ts', 'dangling.ts'])
      expect([path, (await write('build-auth', join(auth, 'src/auth', path))).decision]).toEqual([
        path,
        'deny',
      ]);
  });

  it('is never the contract, even if its globs match it: only the architect may write there', async () => {
    const { run, auth, write } = prepare();
    const contract = '.orchestration/contracts/modules.json';
    for (const path of [join(auth, contract), join(auth, '.Orchestration/Contracts/x.md')]) {
      const { decision, reason } = await write('build-auth', path);
      expect([decision, reason]).toEqual([
        'deny',
        expect.stringContaining('only the architect may change it'),
      ]);
    }
    expect((await write('architect', join(run.integration, contract), run.integration)).decision).toBe(
      'allow',
    );
    expect((await write('architect', join(run.integration, 'src/a.ts'), run.integration)).decision).toBe(
      'deny',
    );
  });
});

describe("the client's settings and hooks", () => {
  it('are not written by an agent in a session with a run, through no path; the conversation may write them', async () => {
    const { run, auth, write } = prepare();
    const project = (...parts: string[]) => join(run.project, ...parts);
    mkdirSync(project('.claude'));
    mkdirSync(project('kept'));
    symlinkSync('.claude', project('alias'));
    symlinkSync('../kept/local.json', project('.claude/settings.local.json'));
    const guarded = [
      project('.claude/settings.json'),
      project('.claude/settings.local.json'),
      project('kept/local.json'),
      project('alias/settings.json'),
      project('.claude/hooks/stop.sh'),
      join(homedir(), '.claude/settings.json'),
      '/etc/claude-code/managed-settings.json',
    ];
    for (const path of guarded)
      expect([path, (await write('build-auth', path, auth)).decision]).toEqual([path, 'deny']);
    for (const who of ['a1', null])
      for (const path of guarded) {
        const { decision, reason } = await write(who, path, run.project);
        expect([path, decision, reason]).toEqual([path, 'deny', expect.stringContaining('which hooks')]);
      }
    for (const path of guarded)
      expect([path, (await write(undefined, path, run.project)).decision]).toEqual([path, 'none']);
    for (const path of [project('.claude/agents/a.md'), project('src/settings.json')])
      expect([path, (await write('a1', path, run.project)).decision]).toEqual([path, 'none']);
  });
});

describe("the client's settings where the folder of HOME is a link", () => {
  it('are guarded by the given path and by the real one, also where HOME is not the home of the password database', async () => {
    const { run } = prepare();
    const home = join(run.project, '..', 'other-home');
    const real = join(run.project, '..', 'dot-files');
    for (const folder of [home, real]) mkdirSync(folder, { recursive: true });
    symlinkSync(real, join(home, '.claude'));
    const env = { ...run.env, HOME: home };
    const by = run.by('a1', run.project);
    for (const path of [join(home, '.claude/settings.json'), join(real, 'settings.json')]) {
      const call = run.call('Write', { file_path: path, content: '' }, by);
      expect([path, decisionOf(await onWrite(call, env)).decision]).toEqual([path, 'deny']);
      const bash = run.call('Bash', { command: `echo x > ${path}` }, by);
      expect([path, decisionOf(await onBash(bash, env, new Date())).decision]).toEqual([path, 'deny']);
    }
    const elsewhere = join(run.project, '..', 'elsewhere');
    mkdirSync(elsewhere);
    symlinkSync(real, join(elsewhere, '.claude'));
    const call = run.call('Write', { file_path: join(elsewhere, '.claude/settings.json') }, by);
    expect(decisionOf(await onWrite(call, run.env)).decision).toBe('deny');
    for (const command of ['echo x > ~/.claude/settings.json', 'echo x > $HOME/.claude/settings.json'])
      expect(decisionOf(await onBash(run.call('Bash', { command }, by), env, new Date())).decision).toBe(
        'deny',
      );
  });
});

describe('a contract that a human approved', () => {
  const lock = (lock_level: string, locked_by: string) => ({
    lock_level,
    locked_by,
    affects: ['all'],
    assertion: 'It stays.',
    locked_at: '2026-01-01',
  });
  const named = {
    decisions: { storage: lock('critical', 'architect') },
    interfaces: {
      auth: lock('locked', 'architect'),
      pay: lock('locked', 'scaffold'),
      'shared-types': lock('unlocked', 'pay'),
    },
  };
  const flat = {
    locks: [
      { id: 'storage', ...lock('critical', 'architect') },
      { name: 'auth', kind: 'interface', ...lock('locked', 'architect') },
      { name: 'pay', kind: 'interface', ...lock('locked', 'scaffold') },
      { name: 'shared-types', kind: 'interface', ...lock('unlocked', 'pay') },
    ],
  };

  const PAGES = {
    auth: 'interfaces/auth.interface.md',
    pay: 'interfaces/pay.interface.md',
    storage: 'decisions/001-storage.md',
    free: 'interfaces/shared-types.md',
    none: 'interfaces/web.interface.md',
    locks: 'locks.json',
    architecture: 'architecture.md',
  };
  const allow = (...open: (keyof typeof PAGES)[]) =>
    Object.fromEntries(
      Object.keys(PAGES).map((page) => [page, open.some((each) => each === page) ? 'allow' : 'deny']),
    );
  const all = Object.keys(PAGES) as (keyof typeof PAGES)[];

  function prepareLocked(locks: object, approved: boolean) {
    const at = prepare(['scaffold', 'trainer', 'shipper', 'curator', 'qc']);
    const { run, write } = at;
    const contracts = join(run.integration, '.orchestration/contracts');
    writeFileSync(join(contracts, 'locks.json'), JSON.stringify(locks));
    const subject = { stage: 'architect', hash: 'x' } as const;
    const approval = { ...subject, ...approvalOf({ ...subject, ...identify(run.dir) }) };
    if (approved) appendEvents(run.dir, [{ type: 'gate-approved', ...approval }], new Date());
    const decide = async (agent: string) => {
      const decisions: Record<string, string> = {};
      for (const [page, path] of Object.entries(PAGES))
        decisions[page] = (await write(agent, join(contracts, path), run.integration)).decision;
      return decisions;
    };
    return { ...at, contracts, decide };
  }

  it.each([
    ['by name', named],
    ['as a list', flat],
  ])(
    'is changed by those alone whom its locks name, and by the architect: locks %s',
    async (_form, locks) => {
      const { run, write, contracts, decide } = prepareLocked(locks, true);
      expect(await decide('architect')).toEqual(allow(...all));
      expect(await decide('trainer')).toEqual(allow('free'));
      expect(await decide('shipper')).toEqual(allow('free'));
      expect(await decide('scaffold')).toEqual(allow('free', 'pay'));
      expect(await decide('curator')).toEqual(allow());
      expect(await decide('qc')).toEqual(allow());
      const why = async (page: string) =>
        (await write('shipper', join(contracts, page), run.integration)).reason;
      expect(await why(PAGES.storage)).toContain('critical');
      expect(await why(PAGES.pay)).toContain('only scaffold, the architect or a human may change it');
      expect(await why(PAGES.none)).toContain('only the architect may change it');
      // The approved contract counts, not its present state.
      mkdirSync(join(run.dir, 'approved/contracts'), { recursive: true });
      writeFileSync(join(run.dir, 'approved/contracts/locks.json'), JSON.stringify(locks));
      writeFileSync(join(contracts, 'locks.json'), '{}');
      expect(await decide('shipper')).toEqual(allow('free'));
      writeFileSync(join(run.dir, 'approved/contracts/locks.json'), 'not json');
      expect(await decide('shipper')).toEqual(allow());
    },
  );

  it('is before that the architect’s alone', async () => {
    const { decide } = prepareLocked(named, false);
    expect(await decide('architect')).toEqual(allow(...all));
    expect(await decide('scaffold')).toEqual(allow());
  });

  it('may not be changed by a builder, even if its locks allow it', async () => {
    const { run, auth, write } = prepareLocked(
      { decisions: {}, interfaces: { auth: lock('unlocked', 'auth') } },
      true,
    );
    for (const tree of [auth, run.integration]) {
      const { decision } = await write('build-auth', join(tree, '.orchestration/contracts', PAGES.auth));
      expect([tree, decision]).toEqual([tree, 'deny']);
    }
  });
});

describe('who cannot be recognised', () => {
  it('has the rights of the builder in whose worktree it works', async () => {
    const { run, auth, pay, write } = prepare();
    expect((await write(null, join(auth, 'src/auth/a.ts'))).decision).toBe('allow');
    expect((await write(null, join(auth, 'src/b.ts'))).reason).toContain('build-auth may write src/auth/**');
    for (const path of [join(pay, 'src/pay/a.ts'), join(run.project, 'README.md'), '/etc/passwd'])
      expect([path, (await write(null, path)).decision]).toEqual([path, 'deny']);
  });

  it('has them in the worktree that it writes to, and none in that of the engine', async () => {
    const { run, auth, pay, write } = prepare();
    expect((await write(undefined, join(pay, 'src/pay/a.ts'))).decision).toBe('allow');
    expect((await write(undefined, join(pay, 'src/auth/a.ts'))).decision).toBe('deny');
    expect((await write(null, join(pay, 'src/auth/a.ts'), run.project)).decision).toBe('deny');
    expect((await write(undefined, join(auth, '.orchestration/contracts/locks.json'))).reason).toContain(
      'architect',
    );
    expect((await write(undefined, join(run.integration, 'src/a.ts'))).reason).toContain(
      'and the engine may write',
    );
    expect((await write(undefined, join(run.dir, 'builds/nobody/a.ts'))).decision).toBe('deny');
  });

  it('is left to the client everywhere else', async () => {
    const { run, write } = prepare();
    expect((await write(undefined, join(run.project, 'src/a.ts'))).decision).toBe('none');
    expect((await write(null, join(run.project, 'src/a.ts'), run.project)).decision).toBe('none');
    for (const path of ['plan.json', 'blueprint.json', 'contract-seen.json', 'approved/contracts/locks.json'])
      expect([path, (await write(undefined, join(run.dir, path))).decision]).toEqual([path, 'deny']);
  });
});

describe('an agent without a worktree', () => {
  it('writes its own file, and nothing in a worktree', async () => {
    const { run, auth, write } = prepare();
    expect((await write('a1', join(run.dir, 'workers/a1.md'), run.project)).decision).toBe('allow');
    expect((await write('a1', join(auth, 'src/auth/a.ts'), run.project)).reason).toContain(
      'its own output file',
    );
    expect((await write('a1', join(run.project, 'x.ts'), run.project)).decision).toBe('none');
  });
});

describe('what an agent reads', () => {
  it('is its whole worktree without a question', () => {
    const { run, auth, pay } = prepare();
    writeFileSync(join(auth, 'src/shared.ts'), '');
    const read = (file_path: string) =>
      decisionOf(onRead(run.call('Read', { file_path }, run.by('build-auth', auth)), run.env, new Date()))
        .decision;
    expect(read(join(auth, 'src/shared.ts'))).toBe('allow');
    expect(read(join(pay, 'src/a.ts'))).toBe('none');
  });
});
