import { join, resolve } from 'node:path';
import { readBoundedText } from '../files/bounded.ts';

/**
 * The object id of the commit that is checked out in a linked worktree. It is read from git's files, because callers ask often and a
 * git process is slow. Undefined if the files do not give it.
 */
export function readWorktreeHead(place: string): string | undefined {
  const gitDir = findWorktreeGitDir(place);
  if (gitDir === undefined) return undefined;
  const head = readText(join(gitDir, 'HEAD'))?.trim() ?? '';
  const ref = /^ref: (.+)$/.exec(head)?.[1];
  return ref === undefined ? parseObjectId(head) : readRef(gitDir, ref);
}

/** The object id of the tip of a branch, read from the git folder of a linked worktree. Undefined if the files do not give it. */
export function readBranchTip(place: string, branch: string): string | undefined {
  const gitDir = findWorktreeGitDir(place);
  return gitDir === undefined ? undefined : readRef(gitDir, `refs/heads/${branch}`);
}

/** Git's folder of a checkout whose `.git` is a file, such as a linked worktree; undefined if it is none. */
export function findWorktreeGitDir(place: string): string | undefined {
  const link = parseGitLink(readText(join(place, '.git')) ?? '');
  return link === undefined ? undefined : resolve(place, link);
}

/** The folder that a `.git` file names, read as git reads it: all line ends at the end are dropped, also those of other systems. Pure. */
export function parseGitLink(text: string): string | undefined {
  const path = text.startsWith('gitdir: ') ? text.slice('gitdir: '.length).replace(/[\r\n]+$/, '') : '';
  return path === '' ? undefined : path;
}

function readRef(gitDir: string, ref: string): string | undefined {
  const common = resolve(gitDir, readText(join(gitDir, 'commondir'))?.trim() ?? '.');
  return (
    parseObjectId(readText(join(common, ref))) ?? findPackedRef(readText(join(common, 'packed-refs')), ref)
  );
}

function findPackedRef(text: string | undefined, ref: string): string | undefined {
  const line = text?.split('\n').find((each) => each.endsWith(` ${ref}`));
  return parseObjectId(line?.split(' ')[0]);
}

function parseObjectId(text: string | undefined): string | undefined {
  return /^([0-9a-f]{40}|[0-9a-f]{64})$/.exec(text?.trim() ?? '')?.[1];
}

function readText(path: string): string | undefined {
  try {
    return readBoundedText(path);
  } catch {
    return undefined;
  }
}
