import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { unwrap } from '../result.ts';
import type { HumanGate } from '../run/stages.ts';
import { readManifest } from '../run/store.io.ts';
import { branchOf, INTEGRATION } from '../worktree/names.ts';
import { contractOf } from './contract.io.ts';
import { summarizeContract } from './contract-summary.ts';
import type { GateSubject } from './gate.ts';
import { verbatim } from './verbatim.ts';

/** What stands at a human gate of a run now; undefined where there is nothing to approve yet. Throws expected errors of git. */
export async function subjectOf(dir: string, stage: HumanGate): Promise<GateSubject | undefined> {
  return stage === 'architect' ? describeArchitecture(dir) : await describeShipping(dir);
}

const ARCHITECTURE = 'architecture.md';

function describeArchitecture(dir: string): GateSubject | undefined {
  const root = join(dir, 'builds', INTEGRATION);
  const contract = contractOf(root);
  if (!contract?.files.has(ARCHITECTURE)) return undefined;
  const folder = join(root, '.orchestration', 'contracts');
  return {
    stage: 'architect',
    hash: contract.hash,
    title: 'the architecture and its contracts',
    lines: summarizeContract(contract.files),
    files: [ARCHITECTURE, 'modules.json', 'locks.json'].map((name) => join(folder, name)).filter(existsSync),
  };
}

const MOST_COMMITS = 20;

async function describeShipping(dir: string): Promise<GateSubject | undefined> {
  const { project, id } = unwrap(readManifest(dir));
  // Loaded here: a hook asks for the other gate far more often, and that one needs no process.
  const [{ askGit }, { findCommit }] = await Promise.all([
    import('../adapters/git/call.io.ts'),
    import('../adapters/git/repository.io.ts'),
  ]);
  const branch = branchOf(id, INTEGRATION);
  const head = await findCommit(project, `refs/heads/${branch}`);
  if (head === undefined) return undefined;
  const log = ['log', '--first-parent', '--format=%h %s', `--max-count=${MOST_COMMITS}`, head];
  const commits = (await askGit(project, log)).split('\n').filter((line) => line !== '');
  const reports = [join(dir, 'synthesis', 'assembly.md'), join(dir, 'report.md')];
  return {
    stage: 'ship',
    hash: head.slice(0, 16),
    title: `${branch} at ${head}`,
    lines: commits.map(verbatim),
    files: reports.filter((path) => existsSync(path)),
  };
}
