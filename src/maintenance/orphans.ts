import { quoteCommand } from '../system/command-line.ts';
import { type Diagnostic, warn } from '../system/result.ts';

/** A part of a run that is left without the others, so that no command finds it by itself. */
export type Orphan =
  /** Branches of a build in a repository, without its run directory. */
  | {
      kind: 'branches';
      run: string;
      project: string;
      branches: readonly string[];
      /** Whether all their commits are in other branches too. */
      isMerged: boolean;
      /** A worktree that has one of them checked out. */
      place: string | undefined;
    }
  /** A folder with worktrees of a build, without its run directory. */
  | {
      kind: 'worktrees';
      run: string;
      folder: string;
      /** Its repository; undefined if that is gone. */
      project: string | undefined;
      /** Whether the repository has commits of it that are in no other branch. */
      isResumable: boolean;
      /** A worktree in the folder. */
      place: string | undefined;
    }
  /** A run directory whose project is gone. `isOpenBuild`: a build that may have work in no target. */
  | { kind: 'run'; run: string; project: string; dir: string; isOpenBuild: boolean }
  /** Agents that still run, although their runner was killed. */
  | { kind: 'processes'; run: string; pids: readonly number[] };

/** What is left of a run, and the one command that continues or removes it. */
export function describeOrphan(orphan: Orphan): Diagnostic {
  const { run } = orphan;
  switch (orphan.kind) {
    case 'branches':
      return describeBranches(orphan);
    case 'worktrees':
      return describeWorktrees(orphan);
    case 'run':
      return describeRunWithoutProject(orphan);
    case 'processes':
      return warn(
        'orphan-processes',
        `agents of the run ${run} still run, although their runner was killed: process ${orphan.pids.join(', ')}`,
        { target: run, fix: `sao run ${run}` },
      );
  }
}

function describeWorktrees(orphan: Extract<Orphan, { kind: 'worktrees' }>): Diagnostic {
  const { run, project, folder } = orphan;
  const where = project === undefined ? 'whose repository is gone' : `of ${project}`;
  return warn(
    'orphan-worktrees',
    `${folder} has worktrees of the build ${run} ${where}, which has no run directory`,
    { target: folder, fix: fixWorktrees(orphan) },
  );
}

function fixWorktrees({
  run,
  project,
  folder,
  isResumable,
  place,
}: Extract<Orphan, { kind: 'worktrees' }>): string {
  if (project !== undefined && isResumable) return resumeIn(run, project);
  // Git refuses if the worktree has uncommitted files.
  if (project !== undefined && place !== undefined)
    return quoteCommand(['git', '-C', project, 'worktree', 'remove', place]);
  return `if the repository was moved, move it back and run \`sao doctor\` again; otherwise look for work first, this is the only copy: ${quoteCommand(['find', folder, '-type', 'f'])}`;
}

function describeRunWithoutProject({
  run,
  project,
  dir,
  isOpenBuild,
}: Extract<Orphan, { kind: 'run' }>): Diagnostic {
  const moveBack = `move the project back to ${project}`;
  const fix = isOpenBuild
    ? `${moveBack}, or continue where its repository is now: ${resumeIn(run, 'NEW_PATH')}`
    : `${moveBack}, or let it be removed with other old runs: sao clean --older-than 7d --abandoned (its files are in ${dir})`;
  return warn('orphan-run', `the project of the run ${run} is missing: ${project}`, { target: project, fix });
}

function describeBranches({
  run,
  project,
  branches,
  isMerged,
  place,
}: Extract<Orphan, { kind: 'branches' }>): Diagnostic {
  const named = `${project} has branches of the build ${run}, which has no run directory`;
  if (!isMerged) return warn('orphan-branches', named, { target: project, fix: resumeIn(run, project) });
  const removal =
    place === undefined ? ['branch', '--delete', '--force', ...branches] : ['worktree', 'remove', place];
  return warn('orphan-branches', `${named}; all their commits are in other branches`, {
    target: project,
    fix: quoteCommand(['git', '-C', project, ...removal]),
  });
}

const resumeIn = (run: string, project: string) =>
  quoteCommand(['sao', 'build', '--resume', run, '--project', project]);
