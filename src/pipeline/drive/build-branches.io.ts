import { askGit, callGit } from '../../system/git/call.io.ts';
import { findCommit, isAncestor } from '../../system/git/repository.io.ts';
import { ExpectedError, reject } from '../../system/result.ts';
import { branchOf, INTEGRATION, runOfBranch } from '../../workspace/worktree/names.ts';
import type { BranchCommit } from '../machine/adopted.ts';
import { adoptFaults } from '../machine/wording.ts';

/** The branch that the repository is on. Throws an ExpectedError if HEAD is detached. */
export async function readBaseBranch(project: string): Promise<string> {
  const { code, stdout } = await callGit(project, ['symbolic-ref', '--quiet', '--short', 'HEAD']);
  if (code !== 0) throw new ExpectedError(reject(adoptFaults.noBranch(project)));
  return stdout.trim();
}

/** The run that `named` names by the start of its id or by a branch; without it, the only one that is not in HEAD. Throws an ExpectedError if it is not one. */
export async function chooseRun(directory: string, named: string | undefined): Promise<string> {
  const refs = await askGit(directory, ['for-each-ref', '--format=%(refname)', 'refs/heads', 'refs/remotes']);
  const runs = new Set(
    refs.split('\n').flatMap((ref) => (ref.endsWith(`/${INTEGRATION}`) ? (runOfBranch(ref) ?? []) : [])),
  );
  const wanted = named === undefined ? '' : (runOfBranch(named) ?? named);
  const matches = [...runs].filter((run) => run.startsWith(wanted));
  const open: string[] = [];
  for (const run of matches) if (named !== undefined || (await isOpen(directory, run))) open.push(run);
  const [only] = open;
  if (only !== undefined && open.length === 1) return only;
  throw new ExpectedError(reject(adoptFaults.notOne(directory, named, open)));
}

async function isOpen(directory: string, run: string): Promise<boolean> {
  const tip = await findTip(directory, run, INTEGRATION);
  return tip !== undefined && !(await isAncestor(directory, tip, 'HEAD'));
}

async function findTip(directory: string, run: string, module: string): Promise<string | undefined> {
  const own = await findCommit(directory, `refs/heads/${branchOf(run, module)}`);
  if (own !== undefined) return own;
  const args = ['for-each-ref', '--format=%(objectname)', `refs/remotes/*/${branchOf(run, module)}`];
  return (await askGit(directory, args)).split('\n')[0] || undefined;
}

/** Makes local branches of those that only a remote has. Returns the commit of the integration branch. */
export async function bringBranches(directory: string, run: string): Promise<string> {
  const args = ['for-each-ref', '--format=%(refname)', `refs/remotes/*/${branchOf(run, '')}*`];
  const refs = (await askGit(directory, args)).split('\n').filter((ref) => ref !== '');
  for (const ref of refs) {
    const branch = `refs/heads/orchestration/${run}/${ref.slice(ref.lastIndexOf('/') + 1)}`;
    if ((await findCommit(directory, branch)) === undefined)
      await askGit(directory, ['update-ref', branch, ref, '']);
  }
  const tip = await findTip(directory, run, INTEGRATION);
  if (tip === undefined) throw new ExpectedError(reject(adoptFaults.notOne(directory, run, [])));
  return tip;
}

/** The commits of a branch from `from` (exclusive) to `to`, the earliest first, without those that merges brought. */
export async function readBranch(directory: string, from: string, to: string): Promise<BranchCommit[]> {
  const args = ['log', '--first-parent', '--reverse', '--format=%H%x00%P%x00%s', `${from}..${to}`];
  const lines = (await askGit(directory, args)).split('\n').filter((line) => line !== '');
  return lines.map((line) => {
    const [commit = '', parents = '', subject = ''] = line.split('\0');
    return { commit, parents: parents.split(' ').filter((parent) => parent !== ''), subject };
  });
}

/** The modules of a build that have a branch. */
export async function listModuleBranches(directory: string, run: string): Promise<string[]> {
  const prefix = `refs/heads/${branchOf(run, '')}`;
  const refs = (await askGit(directory, ['for-each-ref', '--format=%(refname)', prefix])).split('\n');
  return refs.map((ref) => ref.slice(prefix.length)).filter((name) => name !== '' && name !== INTEGRATION);
}
