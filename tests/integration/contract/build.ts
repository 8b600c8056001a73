import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createRun } from '../../../src/run/ledger/create-run.io.ts';
import { DEFAULT_LIMITS } from '../../../src/run/ledger/manifest.ts';
import { RUN } from '../../harness/build-run.ts';
import { Bench } from '../../harness/sao.ts';
import { commit, git, makeRepository } from '../../hazards/git-scratch.ts';
import type { makeContract } from '../../unit/contract/sample.ts';
import { writeContract } from './tree.ts';

/** A project and a build of it, whose integration worktree holds a contract in a commit. */
export function prepareBuild(sao: string, changes: Parameters<typeof makeContract>[0] = {}) {
  const bench = new Bench(sao, { CLAUDECODE: '' });
  makeRepository({ 'README.md': 'A project\n' }, bench.project);
  const run = RUN;
  const now = new Date();
  const root = join(bench.home, 'runs');
  mkdirSync(root, { mode: 0o700 });
  const manifest = {
    ...({ version: 1, id: run, mode: 'build', task: 'Build it', project: bench.project } as const),
    ...{ created: now.toISOString(), driver: null, limits: DEFAULT_LIMITS },
  } as const;
  const dir = createRun(root, manifest, now);
  const branch = `orchestration/${run}/integration`;
  const integration = join(dir, 'builds/integration');
  git(bench.project, 'worktree', 'add', '--quiet', '-b', branch, integration);
  writeContract(integration, changes);
  commit(integration, {}, 'Contract');
  const call = (...args: string[]) => {
    const { code, stdout, stderr } = bench.callWarm(...args, '--json');
    return { code, stderr, ...JSON.parse(stdout) };
  };
  return { bench, run, dir, branch, integration, call };
}
