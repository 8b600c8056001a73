import { existsSync, mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Engine } from '../../../../src/pipeline/machine/engine.io.ts';
import type { BuildView } from '../../../../src/pipeline/machine/step.ts';
import { IntegrationCheck } from '../../../../src/pipeline/stages/merge.io.ts';
import { prepareTree } from '../../../../src/pipeline/stages/modules.io.ts';
import { recordPreparedFiles, runOnTrackedState } from '../../../../src/pipeline/stages/tracked-state.io.ts';
import {
  BUILD_SETTINGS,
  WORKTREE_SETTINGS,
  type WorktreeSettings,
} from '../../../../src/run/ledger/settings.ts';
import { accept, unwrap } from '../../../../src/system/result.ts';
import { openIntegration } from '../../../../src/workspace/merge/integration.io.ts';
import { INTEGRATION } from '../../../../src/workspace/worktree/names.ts';
import { makeRepository, makeSite, RUN, write } from '../../../hazards/git-scratch.ts';

const SETUP = "require('fs').cpSync('vendor', 'node_modules', { recursive: true });\n";
const FILES = {
  '.gitignore': 'node_modules/\n.env\nlocal/\n',
  'vendor/lib/index.js': 'good\n',
  'setup.cjs': SETUP,
};

/** A build whose integration worktree is prepared, and the files of it that a test run sees. */
async function prepare(settings: Partial<WorktreeSettings> = {}, files: Record<string, string> = FILES) {
  const project = makeRepository(files);
  write(project, { '.env': 'KEY=user\n' });
  const site = await makeSite(project);
  const { place } = unwrap(await openIntegration(site, 'HEAD'));
  const engine = {
    ...{ dir: site.runDir, site, env: process.env, settings: BUILD_SETTINGS },
    worktreeSettings: { ...WORKTREE_SETTINGS, ...settings },
    confinement: { sandbox: { kind: 'none', reason: 'a test' }, rules: [], run: RUN },
    signal: new AbortController().signal,
    requireSetupApproval: () => {},
  } as unknown as Engine;
  await prepareTree(engine, INTEGRATION);
  await recordPreparedFiles(engine, { dispatchedAny: false });
  const read = (path: string) =>
    existsSync(join(place, path)) ? readFileSync(join(place, path), 'utf8').trim() : undefined;
  const seeAll = () => ['local/helper.js', '.env', 'node_modules/lib/index.js'].map(read);
  return { engine, place, read, see: () => runOnTrackedState(engine, async () => seeAll()), seeAll };
}

/** Changes a file as an agent does that hides it: size and times stay. */
function replaceQuietly(path: string, text: string): void {
  const { atime, mtime } = statSync(path);
  writeFileSync(path, text);
  utimesSync(path, atime, mtime);
}

describe('tests in the integration worktree', () => {
  it('do not see ignored files that agents left, which are there again afterwards', async () => {
    const { place, see, seeAll } = await prepare();
    write(place, { 'local/helper.js': 'planted', '.env': 'KEY=planted' });
    expect(await see()).toEqual({
      result: [undefined, undefined, undefined],
      ignored: { aside: ['.env', 'local/'], used: [] },
    });
    expect(seeAll()).toEqual(['planted', 'KEY=planted', undefined]);
    expect(existsSync(join(dirname(place), '.aside-integration'))).toBe(false);
  });

  it('use dependencies that an agent put in place only without a setup command, and name them', async () => {
    const { place, see } = await prepare();
    write(place, { 'node_modules/lib/index.js': 'installed' });
    expect(await see()).toEqual({
      result: [undefined, undefined, 'installed'],
      ignored: { aside: [], used: ['node_modules/'] },
    });
  });

  it('have what the setup command and the copies make, as they make it', async () => {
    const { place, see, read } = await prepare({ setup: 'node setup.cjs', copy: ['.env'] });
    const untouched = { result: [undefined, 'KEY=user', 'good'], ignored: { aside: [], used: [] } };
    expect(await see()).toEqual(untouched);
    replaceQuietly(join(place, 'node_modules/lib/index.js'), 'evil\n');
    replaceQuietly(join(place, '.env'), 'KEY=evil\n');
    expect(await see()).toEqual({
      ...untouched,
      ignored: { aside: ['.env', 'node_modules/'], used: [] },
    });
    // Of what was changed, the file is kept elsewhere.
    expect([read('.env'), read('node_modules/lib/index.js')]).toEqual(['KEY=user', 'good']);
    const leftover = join(dirname(dirname(place)), 'attempts', 'leftovers', 'integration', '.env');
    expect(readFileSync(leftover, 'utf8')).toBe('KEY=evil\n');
    expect(await see()).toEqual(untouched);
    rmSync(join(place, 'node_modules'), { recursive: true });
    expect(await see()).toEqual(untouched);
  });

  it('bring back what a killed test run had set aside', async () => {
    const { place, see, seeAll } = await prepare();
    const aside = join(dirname(place), '.aside-integration');
    mkdirSync(aside);
    write(aside, { 'local/helper.js': 'mine' });
    expect((await see()).ignored.aside).toEqual(['local/']);
    expect(seeAll()[0]).toBe('mine');
    expect(existsSync(aside)).toBe(false);
  });
});

describe('the check of a merge', () => {
  const view = (command: string, ran: number) =>
    ({
      contract: accept(new Map([['locks.json', '{"decisions":{},"interfaces":{}}']])),
      blueprint: { integrationTestCommand: command },
      snapshot: {
        state: { build: { checks: new Map([['scaffold', { counts: { [command]: ran } }]]) } },
      },
    }) as unknown as BuildView;
  const check = async (command: string, ran = 0) => {
    const test = "require('./local/helper.js');\n";
    const { engine, place } = await prepare({}, { ...FILES, 'test.cjs': test, 'empty.cjs': '' });
    write(place, { 'local/helper.js': '' });
    const trial = new IntegrationCheck(engine, view(command, ran), join(engine.dir, 'qc', 'x.log'));
    return { verdict: await trial.verify(place), trouble: trial.trouble };
  };

  it('fails for tests that need an ignored file, and names it', async () => {
    const { verdict, trouble } = await check('node test.cjs');
    expect(verdict.ok).toBe(false);
    expect(trouble?.tail).toContain(
      'the tests ran without files that git ignores and that are not committed: local/; commit what the tests need, or let worktree.setup or worktree.copy make it',
    );
  });

  it('fails if no test runs any more, although the command ends with 0', async () => {
    expect((await check('node empty.cjs', 3)).verdict).toEqual({
      ok: false,
      reason: 'no test ran, on the scaffold 3',
    });
    expect((await check('node empty.cjs', 0)).verdict).toEqual({ ok: true });
  });
});
