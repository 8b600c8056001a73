import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appendEvents } from '../../../src/run/ledger/store.io.ts';
import { Shop } from '../../harness/builds.ts';
import { findBuild } from '../../harness/sao.ts';
import { commit, git, makeRepository } from '../../hazards/git-scratch.ts';

const built = findBuild();

/**
 * One build at the ship gate: a builder's tests failed although QC reported PASS, another one changed a file of another module, one has flaky
 * tests, and one wrote into the user's checkout and committed to the base branch.
 */
let shop: Shop;
let end: ReturnType<Shop['carryOn']>;
let restore: () => void;
/** The repository of the submodule `lib`. */
let library = '';

beforeAll(() => {
  shop = new Shop(built.path, { modules: ['core', 'web'], lifetime: 'kept', sandbox: 'off' });
  library = makeRepository({ 'lib.txt': 'one\n' }, join(shop.home, 'library'));
  git(shop.project, 'submodule', '--quiet', 'add', library, 'lib');
  git(shop.project, 'commit', '--quiet', '-m', 'Add a library');
  shop.begin();
  shop.approve('architect');
  end = shop.carryOn('build-core=bug', 'build-core.2=meddles', 'build-web=stray', 'build-web.2=flaky');
  restore = shop.save();
}, 300_000);
afterAll(() => shop.discard());

const judgedIn = (name: string) => shop.events('module-judged').filter(({ module }) => module === name);
const show = () => shop.call('gate', 'show', 'ship', shop.run).stdout;

describe('a build in a repository in which more happens', { timeout: 300_000 }, () => {
  it('turns tests that fail under a PASS, and a stray file, into fix cycles that name the file', () => {
    restore();
    expect(end).toMatchObject({ halted: null, step: { kind: 'gate', stage: 'ship' } });
    expect(judgedIn('core').map(({ verdict }) => verdict)).toEqual(['fail-major', 'pass']);
    expect(judgedIn('core')[0]?.reasons.join()).toContain('QC reports PASS, but the tests fail: exit code 1');
    expect(judgedIn('web').map(({ verdict }) => verdict)).toEqual(['fail-major', 'pass']);
    expect(judgedIn('web')[0]?.reasons).toEqual([
      '1 file outside of the module was changed: src/core/stray.mjs',
    ]);
    expect(shop.read('prompts', 'build-web.2.md')).toContain('src/core/stray.mjs');
    expect(shop.read('qc', 'core-tests.first.log')).toContain('exit code 1');
    expect(shop.read('qc', 'core-tests.log')).toContain('exit code');
  });

  it('reports flaky tests with both outputs, and goes on', () => {
    restore();
    const [flaky] = judgedIn('web')[1]?.backlog.filter((line) => line.includes('flaky')) ?? [];
    expect(flaky).toMatch(/^- \[minor\] The tests are flaky/);
    expect(flaky).toContain(join(shop.dir, 'qc', 'web.2-tests.first.log'));
    expect(flaky).toContain(join(shop.dir, 'qc', 'web.2-tests.log'));
    expect(shop.read('qc', 'web.2-tests.first.log')).toContain('exit code 1');
    expect(shop.read('qc', 'web.2-tests.log')).toContain('exit code 0');
    // The merge of the module is tested too.
    const merged = shop.events('module-merged').find(({ module }) => module === 'web');
    expect(merged?.backlog?.join()).toContain(join(shop.dir, 'qc', 'integration-web.first.log'));
    expect(show()).toContain('The tests are flaky');
  });

  it('names what a builder did to the base branch and to the checkout, and resets nothing', () => {
    restore();
    const changes = shop.events('project-seen').flatMap(({ change }) => change ?? []);
    expect(changes).toHaveLength(1);
    expect(changes[0]).toMatchObject({
      base: { branch: 'main', commits: [expect.stringContaining('Meddle (build-core.2)')] },
      paths: [{ path: 'scratch.txt', how: 'new' }],
      settings: [
        { name: 'filter.spy.clean', how: 'new', effect: 'program' },
        { name: '.git/hooks/pre-push', how: 'new', effect: 'program' },
      ],
      agents: expect.arrayContaining(['build-core.2']),
    });
    expect(changes[0]?.agents).not.toContain('architect');
    const told =
      /main was moved from \w{12} to \w{12} \(1 new commit: \w+ Meddle \(build-core\.2\)\); in your checkout: scratch\.txt \(new\); in the repository's settings: filter\.spy\.clean \(new, git starts programs of it\), \.git\/hooks\/pre-push \(new, git starts programs of it\) \(while these agents ran: .*build-core\.2/;
    expect(shop.call('status', shop.run).stdout).toMatch(told);
    expect(JSON.parse(shop.call('status', shop.run, '--json').stdout)).toMatchObject({
      data: { projectChanges: [{ paths: [{ path: 'scratch.txt', how: 'new' }] }] },
    });
    expect(show()).toMatch(told);
    expect(show()).toContain(
      'while the build ran, others set what git starts in your checkout: filter.spy.clean, .git/hooks/pre-push; look at it before you use git there',
    );
    expect(existsSync(join(shop.project, 'spied'))).toBe(false);
    expect(shop.read('pipeline.md')).toMatch(told);
    expect(existsSync(join(shop.project, 'scratch.txt'))).toBe(true);
    expect(git(shop.project, 'log', '-1', '--format=%s', 'main')).toBe('Meddle (build-core.2)');
  });

  it('shows tools that the client denied to a builder at the gate and in pipeline.md', () => {
    restore();
    const findings = { critical: 0, major: 0, minor: 0 };
    const returned = { type: 'returned', agent: 'build-core.2', attempt: 1, line: 'Done.' } as const;
    const checked = { chars: 5, verdict: 'done', words: 3, findings, denied: ['Bash(npm test)'] } as const;
    appendEvents(shop.dir, [{ ...returned, ...checked }], new Date());
    expect(show()).toContain(
      'the client denied tools to agents, so what their reports say about them is not proved: build-core.2 (Bash(npm test))',
    );
    shop.carryOn();
    expect(shop.read('pipeline.md')).toContain('## Denied tools\n\n- build-core.2: Bash(npm test)\n');
  });

  it('asks once for what lands: new commits of the base branch are merged in and tested before', () => {
    restore();
    expect(show()).toContain(
      '1 new commit of main is merged in, and the result is tested: what you approve is what lands',
    );
    const head = git(shop.integration, 'rev-parse', 'HEAD');
    expect(git(shop.integration, 'show', 'HEAD:meddled.txt')).toBe('build-core.2');
    shop.approve('ship');
    expect(shop.carryOn().complete).toBe(true);
    expect(shop.events('shipped')).toMatchObject([{ base: 'main', commit: head }]);
    expect(shop.events('gate-approved').filter(({ stage }) => stage === 'ship')).toHaveLength(1);
    // The engine's own merge is no change by others.
    expect(
      shop
        .events('project-seen')
        .flatMap(({ change }) => change ?? [])
        .slice(1),
    ).toEqual([]);
  });

  it('merges commits that come while the human thinks, without a wasted approval', () => {
    restore();
    commit(shop.project, { 'later.txt': 'later\n' });
    const { step } = shop.carryOn();
    expect(step).toMatchObject({ kind: 'gate', stage: 'ship' });
    expect(step).not.toEqual(end.step);
    expect(show()).toContain('1 new commit of main is merged in, and the result is tested');
    shop.approve('ship');
    expect(shop.carryOn().complete).toBe(true);
    expect(git(shop.project, 'show', 'main:later.txt')).toBe('later');
  });

  it('stops at new commits of the base branch that set a submodule to a commit the user lacks, and goes on by the fix', () => {
    restore();
    const to = commit(library, { 'lib.txt': 'two\n' });
    git(shop.project, 'update-index', '--cacheinfo', `160000,${to},lib`);
    git(shop.project, 'commit', '--quiet', '-m', 'Take the new library');
    const before = git(shop.integration, 'rev-parse', 'HEAD');
    const stopped = shop.call('run', shop.run, '--commands');
    expect(stopped).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('to a commit that your copy of it does not have'),
    });
    expect(git(shop.integration, 'rev-parse', 'HEAD')).toBe(before);
    const fix = /^Fix: (git .* fetch); then: sao run /m.exec(stopped.stderr)?.[1] ?? '';
    expect(shop.shell(fix).status).toBe(0);
    expect(shop.carryOn().step).toMatchObject({ kind: 'gate', stage: 'ship' });
    expect(readFileSync(join(shop.integration, 'lib/lib.txt'), 'utf8')).toBe('two\n');
    shop.approve('ship');
    // The submodule in the user's checkout is still at the earlier commit.
    const refused = shop.call('run', shop.run, '--commands');
    expect(refused.stderr).toContain('with submodules at other commits than it records: "lib"');
    const update = /recorded commits: (git .*); if you did/.exec(refused.stderr)?.[1] ?? '';
    expect(shop.shell(update).status).toBe(0);
    expect(shop.carryOn().complete).toBe(true);
    expect(git(shop.project, 'rev-parse', 'main:lib')).toBe(to);
    expect(git(shop.project, 'status', '--porcelain', '--untracked-files=no')).toBe('');
  });

  it('says once that the base branch moved after the approval', () => {
    restore();
    shop.approve('ship');
    commit(shop.project, { 'later.txt': 'later\n' });
    expect(shop.carryOn().step).toMatchObject({ kind: 'gate', stage: 'ship' });
    const text =
      'main has moved since your approval: 1 new commit is merged in, and the result is tested; approve it again';
    expect(show().split(text)).toHaveLength(2);
    expect(shop.events('shipped')).toEqual([]);
    shop.approve('ship');
    expect(shop.carryOn().complete).toBe(true);
    expect(git(shop.project, 'show', 'main:later.txt')).toBe('later');
  });
});

it('a second build is told of the first, and commands without an id refuse to choose', () => {
  const first = new Shop(built.path, { modules: ['core'] });
  first.begin();
  first.allow(['true']);
  const told = first.call('build', 'Another shop', '--driver', 'command', '--command', 'true', '--json');
  const { data, diagnostics } = JSON.parse(told.stdout) as {
    data: { run: string };
    diagnostics: { code: string; message: string }[];
  };
  expect(diagnostics.find(({ code }) => code === 'build-other-active')?.message).toContain(first.run);
  for (const command of ['next', 'status', 'run']) {
    const { code, stderr } = first.call(command);
    expect(code).toBe(2);
    expect(stderr).toContain(first.run);
    expect(stderr).toContain(data.run);
  }
  expect(first.call('status', first.run).code).toBe(0);
});

describe('a build that is started in a subfolder of a repository', () => {
  const diagnosticsOf = (stdout: string) =>
    (JSON.parse(stdout) as { diagnostics: { code: string; message: string; fix?: string }[] }).diagnostics;
  const api = 'packages/api';

  it.each([
    ['is named', ['--project', api], {}, '.'],
    ['has a configuration of its own', [], { [`${api}/.orchestration/config.json`]: '{}' }, api],
    [
      'is below a folder with a configuration',
      [],
      { [`${api}/.orchestration/config.json`]: '{}' },
      `${api}/src`,
    ],
  ])('is refused with the way to start it, if the folder %s', (_, options, files, from) => {
    const shop = new Shop(built.path);
    commit(shop.project, { [`${api}/src/a.mjs`]: '', ...files });
    const { code, stdout } = shop.callIn(join(shop.project, from), 'build', 'A shop', ...options, '--json');
    expect(code).toBe(2);
    const [refusal] = diagnosticsOf(stdout);
    expect(refusal).toMatchObject({ code: 'build-subfolder' });
    expect(refusal?.message).toContain(join(shop.project, api));
    expect(refusal?.fix).toContain(`--project ${shop.project}`);
    expect(shop.locate()).toBe(false);
  });

  it('says that it works on the whole repository, if the folder has no configuration, and from old code, if so', () => {
    const shop = new Shop(built.path);
    commit(shop.project, { [`${api}/src/a.mjs`]: '' });
    git(shop.project, 'switch', '--quiet', '-c', 'published');
    commit(shop.project, { 'later.txt': 'later' });
    git(shop.project, 'switch', '--quiet', 'main');
    git(shop.project, 'branch', '--quiet', '--set-upstream-to=published');
    shop.allow(['true']);
    const options = ['--driver', 'command', '--command', 'true', '--json'];
    const { stdout } = shop.callIn(join(shop.project, api), 'build', 'A shop', ...options);
    const upstream = diagnosticsOf(stdout).find(({ code }) => code === 'build-upstream');
    expect(upstream?.message).toContain('the branch is 1 commit behind "published"');
    expect(diagnosticsOf(stdout).find(({ code }) => code === 'build-whole-repository')?.message).toContain(
      `the project is the repository ${shop.project}, not the folder ${join(shop.project, api)}`,
    );
  });
});
