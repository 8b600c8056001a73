import { askGit } from '../../system/git/call.io.ts';
import { openRepository } from '../../system/git/repository.io.ts';
import type { Result } from '../../system/result.ts';
import { catchExpectedError } from '../../system/result.ts';
import { formatRescuePrefix, parseRescueRef } from './names.ts';

/** Work that was kept when its worktree was removed. */
export interface RescuedWork {
  ref: string;
  run: string;
  module: string;
  n: number;
  commit: string;
  /** ISO 8601. */
  kept: string;
  subject: string;
  /** The command that creates a branch from the work, as arguments. */
  restore: string[];
}

/** All rescued work of a project, newest first; `run` is a run id or the beginning of one. */
export function listRescues(project: string, run?: string): Promise<Result<RescuedWork[]>> {
  return catchExpectedError(async () => {
    const { directory } = await openRepository(project);
    const format = '--format=%(refname)%00%(objectname)%00%(committerdate:iso-strict)%00%(contents:subject)';
    const args = ['for-each-ref', '--sort=-committerdate', format, formatRescuePrefix()];
    const lines = (await askGit(directory, args)).split('\n').filter((line) => line !== '');
    return lines.flatMap((line) => {
      const [ref = '', commit = '', kept = '', subject = ''] = line.split('\0');
      const name = parseRescueRef(ref);
      if (!name || (run !== undefined && !name.run.startsWith(run))) return [];
      const branch = `rescued/${name.module}-${name.n}-${name.run.slice(-8)}`;
      return [
        { ref, ...name, commit, kept, subject, restore: ['git', '-C', directory, 'branch', branch, ref] },
      ];
    });
  });
}

/** The files that rescued work changed since its first parent: `M path`, `A path`, `D path`. */
export function describeRescue(project: string, ref: string): Promise<Result<string[]>> {
  return catchExpectedError(async () => {
    const args = ['show', '--first-parent', '-m', '--name-status', '--format=', '--no-renames', '-z', ref];
    const fields = (await askGit(project, args)).split('\0').filter((field) => field !== '');
    return fields.flatMap((field, at) => (at % 2 === 0 ? [`${field.trim()} ${fields[at + 1] ?? ''}`] : []));
  });
}
