import type { Manifest, Plan } from '../../run/ledger/manifest.ts';
import { listForeignPrograms } from '../../run/ledger/project-change.ts';
import type { RunState } from '../../run/ledger/state.ts';
import { quoteCommand } from '../../system/command-line.ts';
import { askGit, callGit } from '../../system/git/call.io.ts';
import { findCommit, isAncestor } from '../../system/git/repository.io.ts';
import { catchExpectedError } from '../../system/result.ts';
import { listChangedPaths } from '../../workspace/merge/checkouts.io.ts';
import { branchOf, INTEGRATION } from '../../workspace/worktree/names.ts';
import { listUncommittedPaths } from '../../workspace/worktree/tree-work.io.ts';
import { type ChangeSummary, type Outside, parseNumstat, sumByFolder, type Unreadable } from './page.ts';

/** The inputs of a page, read once. */
export interface BuildInputs {
  dir: string;
  manifest: Manifest;
  plan: Plan | undefined;
  state: RunState;
}

const DIFF_TIMEOUT_MS = 300_000;

/** Compares the integration branch with the base branch. `paths`: relative to the project. */
export async function readChanges({
  manifest,
  state,
}: BuildInputs): Promise<{ paths: string[]; changes: ChangeSummary | Unreadable }> {
  const { id, project } = manifest;
  const { base } = state.build;
  if (!base) return { paths: [], changes: { unreadable: 'the build has recorded no base commit' } };
  const read = await catchExpectedError(async () => {
    const baseTip = await findCommit(project, `refs/heads/${base.branch}`);
    const head = (
      await askGit(project, ['rev-parse', '--verify', `refs/heads/${branchOf(id, INTEGRATION)}`])
    ).trim();
    const range = `${(baseTip ?? base.commit).slice(0, 12)}...${head.slice(0, 12)}`;
    const args = ['diff', '--numstat', '-z', '--no-renames', '--no-ext-diff', '--ignore-submodules=none'];
    const output = await askGit(project, [...args, '--end-of-options', range, '--'], {
      timeoutMs: DIFF_TIMEOUT_MS,
    });
    return { range, paths: parseNumstat(output) };
  });
  if (!read.ok) return { paths: [], changes: { unreadable: messagesOf(read) } };
  const { range, paths } = read.value;
  const sum = (key: 'added' | 'removed') => paths.reduce((total, path) => total + path[key], 0);
  return {
    paths: paths.map(({ path }) => path),
    changes: {
      files: paths.length,
      added: sum('added'),
      removed: sum('removed'),
      folders: sumByFolder(paths),
      command: quoteCommand(['git', '-C', project, 'diff', range]),
    },
  };
}

/** Reads what others did meanwhile to the base branch and the user's checkout. `changedPaths`: what the build changes. */
export async function readOutside(
  { manifest, state }: BuildInputs,
  changedPaths: readonly string[],
): Promise<Outside | Unreadable> {
  const { id, project, delivery } = manifest;
  const { base } = state.build;
  if (!base) return { unreadable: 'the build has recorded no base branch' };
  const read = await catchExpectedError(async () => {
    const tip = (await findCommit(project, `refs/heads/${base.branch}`)) ?? null;
    const head = await findCommit(project, `refs/heads/${branchOf(id, INTEGRATION)}`);
    const newCommits = tip === null ? 0 : await countCommits(project, base.commit, tip);
    const isMergedIn = tip !== null && head !== undefined && (await isAncestor(project, tip, head));
    const checkout = await callGit(project, ['symbolic-ref', '--quiet', '--short', 'HEAD']);
    const branch = checkout.code === 0 ? checkout.stdout.trim() : null;
    const uncommitted = await listUncommittedPaths(project);
    // The merge moves a checkout of the base branch only if no file that git knows has changed.
    const tracked = await listChangedPaths(project, 'no');
    const isMoved = branch === base.branch && delivery === undefined;
    const inTheWay = isMoved
      ? uncommitted.filter((path) => tracked.includes(path) || changedPaths.includes(path))
      : [];
    return {
      base: { branch: base.branch, began: base.commit, tip, newCommits, isMergedIn },
      checkout: { directory: project, branch, uncommitted: uncommitted.length, inTheWay },
      programs: listForeignPrograms(state.build.projectChanges),
    };
  });
  return read.ok ? read.value : { unreadable: messagesOf(read) };
}

async function countCommits(project: string, from: string, to: string): Promise<number> {
  const output = await askGit(project, ['rev-list', '--count', '--end-of-options', `${from}..${to}`]);
  return Number(output.trim());
}

/** The messages of a failure, in one line. */
export const messagesOf = ({ diagnostics }: { diagnostics: readonly { message: string }[] }) =>
  diagnostics.map(({ message }) => message).join('; ');
