import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { locateRun } from '../run/ledger/locate.io.ts';
import { findProject } from '../run/ledger/project.io.ts';
import type { RootChoice } from '../run/ledger/roots.io.ts';
import { readRunState } from '../run/ledger/run-state.io.ts';
import { readManifest, treesFolder } from '../run/ledger/store.io.ts';
import { askGit } from '../system/git/call.io.ts';
import { findCommit } from '../system/git/repository.io.ts';
import { accept, catchExpectedError, ExpectedError, type Result, reject } from '../system/result.ts';
import { INTEGRATION } from '../workspace/worktree/names.ts';
import { readApproved } from './approved.io.ts';
import { CONTRACTS, type ContractFiles } from './contract-files.ts';
import { readContractFiles } from './read.io.ts';
import { contractErrors } from './wording.ts';

/** A tree with a contract, and the build that it belongs to. */
export interface ContractTree {
  root: string;
  run?: { id: string; dir: string };
}

/**
 * Finds the tree: the named folder, or the integration worktree of the run (default: the newest active build of the project), or the
 * project if there is no integration worktree.
 */
export function findTree(
  given: { root?: string | undefined; run?: string | undefined },
  choice: RootChoice,
): Result<ContractTree> {
  if (given.root !== undefined) {
    const root = resolve(choice.cwd, given.root);
    if (!isDirectory(root)) return reject(contractErrors.noFolder(root));
    if (given.run === undefined) return accept({ root });
    const run = findBuild(given.run, choice);
    return run.ok ? accept({ root, run: run.value }, run.diagnostics) : run;
  }
  const run = findBuild(given.run, choice);
  if (run.ok) {
    const { dir, id, project } = run.value;
    const integration = join(treesFolder(dir), INTEGRATION);
    return accept(
      { root: existsSync(integration) ? integration : project, run: { id, dir } },
      run.diagnostics,
    );
  }
  if (given.run !== undefined) return run;
  const project = findProject(choice.cwd);
  return project.ok ? accept({ root: project.value }) : project;
}

function findBuild(
  run: string | undefined,
  choice: RootChoice,
): Result<{ id: string; dir: string; project: string }> {
  const found = locateRun(run, choice);
  if (!found.ok) return found;
  const manifest = readManifest(found.value.dir);
  if (!manifest.ok) return manifest;
  const { id, mode, project } = manifest.value;
  return mode === 'build'
    ? accept({ id, dir: found.value.dir, project }, found.diagnostics)
    : reject(contractErrors.noBuild(id));
}

/** A contract to compare: the approved copy, or the contract now in the tree, in another folder, or in a commit. */
export async function readSide(
  side: string,
  { root, run }: ContractTree,
  cwd: string,
): Promise<Result<ContractFiles>> {
  if (side === 'now') return readContractFiles(root);
  if (side === 'approved') return run ? approvedOf(run) : reject(contractErrors.notApproved());
  const folder = resolve(cwd, side);
  return isDirectory(folder) ? readContractFiles(folder) : await readCommit(root, side);
}

function approvedOf({ id, dir }: { id: string; dir: string }): Result<ContractFiles> {
  const { approved } = readRunState(dir).gates.get('architect') ?? {};
  const read = approved === undefined ? undefined : readApproved(dir, approved);
  if (read && !read.ok) return read;
  return read?.value ? accept(read.value) : reject(contractErrors.notApproved(id));
}

/** The contract in a commit of the repository around `root`; empty if the commit has none. */
export function readCommit(root: string, name: string): Promise<Result<ContractFiles>> {
  return catchExpectedError(async () => {
    const commit = await findCommit(root, name);
    if (commit === undefined) throw new ExpectedError(reject(contractErrors.noSide(root, name)));
    const list = await askGit(root, ['ls-tree', '-r', '-z', '--full-tree', commit, `${CONTRACTS}/`]);
    const files = new Map<string, string>();
    for (const entry of list.split('\0').filter((each) => each !== '')) {
      const [, mode, object = '', path = ''] = /^(\d+) \w+ (\w+)\t(.*)$/s.exec(entry) ?? [];
      if (mode !== '100644' && mode !== '100755') throw new ExpectedError(reject(contractErrors.link(path)));
      files.set(path.slice(CONTRACTS.length + 1), await askGit(root, ['cat-file', 'blob', object]));
    }
    return files;
  });
}

const isDirectory = (path: string) => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
