import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseLedger } from '../../src/run/ledger/events.ts';
import { Bench, type Ended, findBuild } from '../harness/sao.ts';
import { isFullScale } from '../harness/scale.ts';
import { contractFiles, moduleFiles, scaffoldFiles, trainingFiles } from '../harness/shop.mjs';
import { waitUntil } from '../harness/wait.ts';
import { commit, git, makeRepository, RUN } from './git-scratch.ts';

const built = findBuild();
const MODULES = ['core', 'web'];

/** The branches of a build whose engine was killed and whose run is lost: `core` is merged, the merge of `web` was not verified. */
function makeLostBuild(bench: Bench): { verified: string; web: string } {
  const { project } = bench;
  const config = JSON.stringify({ build: { minPairs: 10, hardening: 'checks' } });
  makeRepository({ 'README.md': '# Shop\n', '.orchestration/config.json': config }, project);
  const branch = (module: string) => `orchestration/${RUN}/${module}`;
  git(project, 'switch', '--quiet', '-c', branch('integration'));
  commit(project, contractFiles({ modules: MODULES }), 'Lay down the contract');
  commit(project, trainingFiles(new Date(), { modules: MODULES }), 'Add training pairs from the contract');
  commit(project, scaffoldFiles(MODULES), 'Lay the scaffold');
  for (const module of MODULES) {
    git(project, 'switch', '--quiet', '-c', branch(module));
    commit(project, moduleFiles(module, { modules: MODULES }), `Build ${module}`);
    git(project, 'switch', '--quiet', branch('integration'));
  }
  const merge = (module: string) => {
    git(project, 'merge', '--quiet', '--no-ff', '-m', `Merge ${module} (run ${RUN})`, branch(module));
    return git(project, 'rev-parse', 'HEAD');
  };
  const verified = merge('core');
  const unverified = merge('web');
  git(project, 'switch', '--quiet', 'main');
  // The engine writes this before it checks a merge out.
  mkdirSync(join(project, '.git', 'sao'));
  const trial = { version: 1, before: verified, commit: unverified };
  writeFileSync(join(project, '.git', 'sao', `${RUN}.trial.json`), JSON.stringify(trial));
  return { verified, web: git(project, 'rev-parse', branch('web')) };
}

/** Kills an adoption at an event and returns what `sao status` says then. One that ended before the kill is repeated from the start. */
async function killAt(bench: Bench, count: number, countEvents: () => number): Promise<Ended> {
  for (;;) {
    const { child, ended } = bench.start('build', '--resume');
    await waitUntil(() => countEvents() >= count || child.exitCode !== null);
    child.kill('SIGKILL');
    await ended;
    const told = bench.callWarm('status', RUN, '--json');
    if (told.code !== 0) return told;
    rmSync(join(bench.home, 'runs', RUN), { recursive: true });
  }
}

describe('the adoption of a lost build', { timeout: 300_000 }, () => {
  it('continues after kill -9 at any of its events, and takes over only merges that were verified', async () => {
    const bench = new Bench(built.path, { GIT_CONFIG_NOSYSTEM: '1' });
    const { verified, web } = makeLostBuild(bench);
    const ledger = join(bench.home, 'runs', RUN, 'ledger.jsonl');
    const read = () => (existsSync(ledger) ? parseLedger(readFileSync(ledger, 'utf8')) : []);
    for (const count of isFullScale ? Array.from({ length: 14 }, (_, n) => n + 1) : [2, 6]) {
      const told = await killAt(bench, count, () => read().length);
      expect([count, JSON.parse(told.stdout)]).toMatchObject([
        count,
        { diagnostics: [{ code: 'run-adopting', fix: `sao build --resume ${RUN}` }] },
      ]);
    }
    const { stdout } = bench.call('build', '--resume', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      data: { run: RUN, step: { kind: 'gate', stage: 'architect' } },
    });
    const tip = (module: string) => git(bench.project, 'rev-parse', `orchestration/${RUN}/${module}`);
    expect([tip('integration'), tip('web')]).toEqual([verified, web]);
    const named = read().flatMap((entry) => ('module' in entry ? [`${entry.type} ${entry.module}`] : []));
    expect(named).toEqual([
      'module-begun core',
      'module-examined core',
      'module-judged core',
      'module-merged core',
      'module-begun web',
    ]);
    const of = (type: string) => read().filter((entry) => entry.type === type);
    expect([of('build-begun').length, of('plan-confirmed').length, of('stage-checked').length]).toEqual([
      1, 1, 3,
    ]);
    // The whole run can be read.
    expect(bench.callWarm('status', RUN).code).toBe(0);
    const dir = join(bench.home, 'runs', RUN);
    const uncommitted = join(dir, 'builds/integration/note.txt');
    writeFileSync(uncommitted, 'not committed');
    const harms: [name: string, harm: (path: string) => void][] = [
      ['ledger.jsonl', rmSync],
      ['run.json', (path) => writeFileSync(path, '{')],
      ['plan.json', rmSync],
    ];
    for (const [name, harm] of harms) {
      harm(join(dir, name));
      const told = bench.callWarm('status', RUN);
      expect([name, told.code, told.stderr.includes(`sao build --resume ${RUN}`)]).toEqual([name, 3, true]);
      const resumed = bench.callWarm('build', '--resume', RUN);
      expect([name, resumed.code, /is kept in (\S+)/.exec(resumed.stderr)?.[1] ?? '']).toEqual([
        name,
        0,
        expect.stringContaining(`/.lost-${RUN}-`),
      ]);
      expect(bench.callWarm('status', RUN).code).toBe(0);
    }
    expect(readFileSync(uncommitted, 'utf8')).toBe('not committed');
  });
});
