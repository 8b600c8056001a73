import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findPython, makeEmptyRepository, makeWarehouse } from '../../harness/apps/repositories.ts';
import { Shop } from '../../harness/builds.ts';
import { findBuild } from '../../harness/sao.ts';
import { isFullScale } from '../../harness/scale.ts';
import { git, write } from '../../hazards/git-scratch.ts';

const built = findBuild();

/** Runs a program in a fresh clone of what was delivered. */
function inClone(shop: Shop, branch: string, file: string, ...args: string[]) {
  const clone = join(shop.home, 'clone');
  if (!existsSync(clone))
    git(shop.home, 'clone', '--quiet', '--recurse-submodules', '-b', branch, shop.project, clone);
  return spawnSync(file, args, {
    cwd: clone,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: shop.home },
  });
}

const verdictsOf = (shop: Shop, name: string) =>
  shop.events('module-judged').flatMap(({ module, verdict }) => (module === name ? [verdict] : []));

describe('a feature for an application that exists', { timeout: 300_000 }, () => {
  const makeShop = () =>
    new Shop(built.path, {
      app: { file: 'warehouse.mjs', make: makeWarehouse, description: 'Warn about goods that run low' },
      folder: 'Läger & Höfe/Große Halle',
    });
  const LETTER = 'templates/stock-letter.txt';

  /** The work that the user has not committed, byte for byte: files, the staged state and what git says of them. */
  const workOf = ({ project }: Shop) => [
    ...['src/order/format.mjs', 'docs/idea.md', 'Skizzen/Idee für später.txt', '.env'].map((path) =>
      readFileSync(join(project, path), 'base64'),
    ),
    git(project, 'show', ':docs/idea.md'),
    git(project, 'diff'),
    git(project, 'diff', '--cached'),
    git(project, 'status', '--porcelain', '--ignored'),
  ];

  it('reaches trunk, and nothing of the user’s work is touched', () => {
    const shop = makeShop();
    const { project } = shop;
    expect(git(project, 'ls-files').split('\n').length).toBeGreaterThan(300);
    write(project, { 'Skizzen/Idee für später.txt': 'später\n', '.env': 'SECRET=1\n' });
    expect(shop.begin().step).toMatchObject({ kind: 'gate', stage: 'architect' });
    expect(shop.read('prompts', 'architect.md')).toContain('By folder: src/ 173, test/ 72');
    shop.approve('architect');
    // The user goes on working.
    appendFileSync(join(project, 'src/order/format.mjs'), '// to be continued\n');
    write(project, { 'docs/idea.md': 'An idea\n' });
    git(project, 'add', 'docs/idea.md');
    const work = workOf(shop);
    const vendor = git(project, 'ls-tree', 'trunk', 'vendor/units');

    expect(shop.carryOn('build-low-stock=bug').step).toMatchObject({ kind: 'gate', stage: 'ship' });
    expect(verdictsOf(shop, 'low-stock')).toEqual(['fail-major', 'pass']);
    expect(verdictsOf(shop, 'stock-letter')).toEqual(['pass']);
    const runs = readFileSync(join(project, '.git/hook-runs'), 'utf8').split('\n');
    expect(runs.filter((line) => line === 'commit-msg')).toHaveLength(3);
    for (const name of ['integration', 'low-stock', 'stock-letter']) {
      const place = join(shop.dir, 'builds', name);
      expect(existsSync(join(place, 'vendor/units/rounding/round.mjs'))).toBe(true);
      expect(readFileSync(join(place, 'windows/start.cmd'), 'utf8')).toBe(
        '@echo off\r\nnode src\\index.mjs\r\n',
      );
    }
    expect(shop.call('gate', 'show', 'ship', shop.run).stdout).toContain(
      'uncommitted changes in your checkout would stop the merge: docs/idea.md, src/order/format.mjs',
    );
    shop.approve('ship');
    const refused = shop.call('run', shop.run, '--commands');
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('with uncommitted changes: "docs/idea.md", "src/order/format.mjs"');
    expect(refused.stderr).toContain('or switch to another branch there, then run the same command again');
    expect(workOf(shop)).toEqual(work);
    git(project, 'switch', '--quiet', '-c', 'idea');
    expect(shop.carryOn().complete).toBe(true);
    expect(workOf(shop)).toEqual(work);

    const show = (path: string) => git(project, 'show', `trunk:${path}`);
    expect(show('HISTORY.md')).toMatch(
      /^# History\n\n## 4\.3\.0 .*\n\n- A letter names the goods that run low\.\n\n## 4\.2\.0 \(2026-05-04\)\n/,
    );
    expect(git(project, 'ls-tree', '--name-only', 'trunk')).not.toContain('CHANGELOG.md');
    expect(git(project, 'diff', '--numstat', 'idea', 'trunk', '--', 'windows', 'src/index.mjs')).toBe(
      '1\t0\tsrc/index.mjs\n1\t0\twindows/menu.cmd',
    );
    expect(show('windows/menu.cmd')).not.toContain('\r');
    expect(git(project, 'cat-file', '--filters', 'trunk:windows/menu.cmd').split('\r\n')).toHaveLength(4);
    expect(show(LETTER)).toContain('run low:\r\n\r\n{goods}');
    expect(git(project, 'ls-tree', 'trunk', 'vendor/units')).toBe(vendor);
    expect(git(project, 'log', '--format=%s', 'idea..trunk')).toContain('Build stock-letter');
    expect(inClone(shop, 'trunk', process.execPath, 'tools/run-tests.mjs')).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/tests 99$/m),
    });
  });

  it.skipIf(!isFullScale)(
    `is the same although the runner is killed again and again${isFullScale ? '' : ' (SKIPPED: long form)'}`,
    async () => {
      const [whole, killed] = [makeShop(), makeShop()];
      whole.build();
      killed.begin();
      killed.approve('architect');
      let kills = 0;
      const goOn = async (): Promise<void> => {
        const { child, ended } = killed.startOn();
        const timer = setTimeout(() => child.pid && process.kill(-child.pid, 'SIGKILL'), 700 + 250 * kills);
        const [code] = await ended;
        clearTimeout(timer);
        if (code !== null) return;
        kills += 1;
        await goOn();
      };
      await goOn();
      killed.approve('ship');
      await goOn();
      expect(kills).toBeGreaterThan(3);
      expect(killed.carryOn().complete).toBe(true);
      // Each has libraries of its own.
      const treeOf = (shop: Shop) =>
        shop.tree('trunk').filter((line) => !/\t(?:\.gitmodules|vendor\/units)$/.test(line));
      expect(treeOf(killed)).toEqual(treeOf(whole));
      for (const { project } of [killed, whole])
        expect(git(project, 'ls-tree', 'trunk', 'vendor/units')).toContain(
          git(join(project, '..', 'libraries', 'units'), 'rev-parse', 'HEAD'),
        );
    },
    900_000,
  );
});

describe('an application from an empty repository', { timeout: 300_000 }, () => {
  /** An empty repository: the build is refused, and the printed fix makes it possible. */
  function makeShop(file: string, description: string): Shop {
    const shop = new Shop(built.path, { app: { file, make: makeEmptyRepository, description } });
    // Without plugins, which other projects may have installed, pytest starts in half the time.
    Object.assign(shop.env, { SAO_TEST_PYTHON: findPython(), PYTEST_DISABLE_PLUGIN_AUTOLOAD: '1' });
    shop.allow(['true']);
    const refused = shop.call('build', description, '--driver', 'command', '--command', 'true');
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain('has no commit yet');
    const fix = /^Fix: (git .*)$/m.exec(refused.stderr)?.[1] ?? '';
    expect(shop.shell(fix).status).toBe(0);
    const config = { build: { minPairs: 10, hardening: 'checks' } };
    write(shop.project, { '.orchestration/config.json': JSON.stringify(config) });
    return shop;
  }

  it.skipIf(!isFullScale)(`in Python, with pytest${isFullScale ? '' : ' (SKIPPED: long form)'}`, () => {
    const shop = makeShop('python.mjs', 'A book of income and expenses');
    expect(shop.begin().step).toMatchObject({ kind: 'gate', stage: 'architect' });
    shop.approve('architect');
    const { step, stages } = shop.carryOn('build-entries=bug');
    expect(step).toMatchObject({ kind: 'gate', stage: 'ship' });
    // pytest exits with 5 if there is no test, which is no fault of a scaffold.
    expect(shop.started().filter((id) => id.startsWith('scaffold'))).toEqual(['scaffold']);
    expect(JSON.stringify(stages)).toContain('the test command runs, but finds no tests yet');
    expect(verdictsOf(shop, 'entries')).toEqual(['fail-major', 'pass']);
    const judged = shop.events('module-judged').filter(({ verdict }) => verdict === 'pass');
    expect(judged.map(({ module, tests }) => [module, tests?.run])).toEqual([
      ['entries', 6],
      ['summary', 2],
    ]);
    shop.approve('ship');
    expect(shop.carryOn().complete).toBe(true);
    const files = git(shop.project, 'ls-tree', '-r', '--name-only', 'main');
    expect(files).toContain('tests/test_summary.py');
    expect(files).not.toMatch(/__pycache__|\.pytest_cache|\.pyc/);
    expect(inClone(shop, 'main', findPython(), '-m', 'pytest', '-q')).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('8 passed'),
    });
  });

  it('in Python, JavaScript and shell, each module with its own test command', () => {
    const shop = makeShop('polyglot.mjs', 'A counter of words');
    shop.begin();
    const page = shop.call('gate', 'show', 'architect', shop.run).stdout;
    for (const command of ['-m pytest -q count', 'node --test page/', 'sh command/words.test.sh'])
      expect(page).toContain(command);
    shop.approve('architect');
    const { step, goOn } = shop.carryOn();
    expect(step).toMatchObject({ kind: 'gate', stage: 'ship' });
    const judged = shop
      .events('module-judged')
      .map(({ module, verdict, tests }) => [module, verdict, tests?.run]);
    expect(judged.sort()).toEqual([
      ['command', 'pass', undefined],
      ['count', 'pass', 3],
      ['page', 'pass', 2],
    ]);
    expect(shop.read('qc', 'command-tests.log')).toContain('ok a page');
    expect(shop.read('qc', 'integration-command.log')).toMatch(/3 passed[\s\S]*tests 2[\s\S]*ok a page/);
    shop.approve('ship');
    // The command that is printed to continue works as it is.
    const ended = shop.shell(goOn ?? '');
    expect([ended.status, ended.stdout]).toEqual([0, expect.stringContaining('done  7  curate')]);
    writeFileSync(join(shop.home, 'a text.txt'), 'Äpfel, äpfel <b>\n');
    expect(inClone(shop, 'main', 'sh', 'command/words.sh', '../a text.txt')).toMatchObject({
      status: 0,
      stdout: '<table><tr><td>äpfel</td><td>2</td></tr><tr><td>b</td><td>1</td></tr></table>\n',
    });
  });
});
