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
  | { kind: 'worktrees'; run: string; folder: string; project: string | undefined }
  /** A run directory whose project is gone. */
  | { kind: 'run'; run: string; project: string; folders: readonly string[] }
  /** Agents that still run, although their runner was killed. */
  | { kind: 'processes'; run: string; pids: readonly number[] };

/** What is left of a run, and the one command that continues or removes it. */
export function describeOrphan(orphan: Orphan): Diagnostic {
  const { run } = orphan;
  switch (orphan.kind) {
    case 'branches':
      return describeBranches(orphan);
    case 'worktrees': {
      const { project, folder } = orphan;
      const where =
        project === undefined ? 'whose repository is gone or has no branch of it' : `of ${project}`;
      return warn(
        'orphan-worktrees',
        `${folder} has worktrees of the build ${run} ${where}, which has no run directory`,
        {
          target: folder,
          fix: project === undefined ? quoteCommand(['rm', '-r', folder]) : resumeIn(run, project),
        },
      );
    }
    case 'run': {
      const { project, folders } = orphan;
      return warn(
        'orphan-run',
        `the project of the run ${run} is gone: ${project} (if it was moved, move it back)`,
        {
          target: project,
          fix: quoteCommand(['rm', '-r', ...folders]),
        },
      );
    }
    case 'processes':
      return warn(
        'orphan-processes',
        `agents of the run ${run} still run, although their runner was killed: process ${orphan.pids.join(', ')}`,
        { target: run, fix: `sao run ${run}` },
      );
  }
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
