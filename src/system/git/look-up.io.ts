import { askGit, callGit, type GitOptions } from './call.io.ts';
import type { GitAnswer } from './reader.ts';

type LookOptions = Pick<GitOptions, 'timeoutMs' | 'output'>;

/**
 * Runs a git command that only looks at the files of a checkout, such as `status`. Filters that the repository's own configuration names start in the
 * sandbox; where there is none they do not start, and files behind such a filter count as changed if git has to compare their content.
 */
export async function askLookUp(
  directory: string,
  args: readonly string[],
  options: LookOptions = {},
): Promise<string> {
  return await askGit(directory, args, { ...options, projectFilters: 'confined' });
}

/** Like `askLookUp`, but a non-zero exit code is no error. */
export async function callLookUp(
  directory: string,
  args: readonly string[],
  options: LookOptions = {},
): Promise<GitAnswer> {
  return await callGit(directory, args, { ...options, projectFilters: 'confined' });
}
