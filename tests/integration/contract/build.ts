import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Bench } from '../../harness/sao.ts';
import { commit, git, makeRepository } from '../../hazards/git-scratch.ts';
import type { makeContract } from '../../unit/contract/sample.ts';
import { writeContract } from './tree.ts';

/** A project and a build of it, whose integration worktree holds a contract in a commit. */
export function prepareBuild(sao: string, changes: Parameters<typeof makeContract>[0] = {}) {
  const bench = new Bench(sao, { CLAUDECODE: '' });
  makeRepository({ 'README.md': 'A project\n' }, bench.project);
  const { run, dir } = JSON.parse(bench.call('init', '--json').stdout).data as { run: string; dir: string };
  const path = join(dir, 'run.json');
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as object;
  writeFileSync(path, JSON.stringify({ ...manifest, mode: 'build' }));
  const branch = `orchestration/${run}/integration`;
  const integration = join(dir, 'builds/integration');
  git(bench.project, 'worktree', 'add', '--quiet', '-b', branch, integration);
  writeContract(integration, changes);
  commit(integration, {}, 'Contract');
  const call = (...args: string[]) => {
    const { code, stdout, stderr } = bench.call(...args, '--json');
    return { code, stderr, ...JSON.parse(stdout) };
  };
  return { bench, run, dir, branch, integration, call };
}
