import { chmodSync, lstatSync, mkdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import { dirname, isAbsolute, join, normalize, sep } from 'node:path';
import { accept, type Diagnostic, fault, type Result, reject, warn } from '../result.ts';
import { describeFileError, errorCode } from './file-error.ts';

const PRIVATE = 0o700;
const WRITABLE_BY_OTHERS = 0o022;
const STICKY = 0o1000;

/**
 * A directory that is really there, ours, and writable by nobody else. Its parent must exist: creating parents as well would
 * follow a link that somebody planted in a shared `/tmp`. Returns the path.
 */
export function ensurePrivateDir(path: string): Result<string> {
  try {
    // A default access list of the parent can widen the mode of what we make, and only that is ours to close.
    if (createOnce(path) && isWritableByOthers(path)) chmodSync(path, PRIVATE);
    const problem = judgeDirectory(path, lstatSync(path), process.geteuid?.());
    if (problem) return fault(problem);
    return isWritableByOthers(path) ? fault(refuseOpen(path)) : accept(path, warnOfParent(path));
  } catch (error) {
    return describeFileError(error, path, 'use the directory').failure;
  }
}

function createOnce(path: string): boolean {
  try {
    mkdirSync(path, { mode: PRIVATE });
    return true;
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
    return false;
  }
}

type Problem = Omit<Diagnostic, 'severity'>;

/** Why what stands at the path cannot be trusted; nothing if it can. */
export function judgeDirectory(
  path: string,
  stat: Pick<Stats, 'isSymbolicLink' | 'isDirectory' | 'uid' | 'mode'>,
  ourUid: number | undefined,
): Problem | undefined {
  const fix = `Look at what it is (\`ls -ld ${path}\`), remove it, or choose another place with --runs-dir or SAO_RUNS_DIR.`;
  const refuse = (code: string, message: string) => ({ code, message, target: path, fix });
  if (stat.isSymbolicLink()) return refuse('runs-root-link', `${path} is a link, which could lead anywhere`);
  if (!stat.isDirectory()) return refuse('runs-root-not-directory', `${path} is not a directory`);
  if (ourUid !== undefined && stat.uid !== ourUid)
    return refuse('runs-root-foreign', `${path} belongs to another user (uid ${stat.uid}, we are ${ourUid})`);
  // A sticky directory is everybody's, such as /tmp itself: closing it would break the machine for others.
  if ((stat.mode & STICKY) !== 0)
    return refuse('runs-root-shared', `${path} is a directory that all users share`);
  return undefined;
}

const isWritableByOthers = (path: string) =>
  process.platform !== 'win32' && (statSync(path).mode & WRITABLE_BY_OTHERS) !== 0;

// Who may write here may have planted what we would then trust; and a folder that a user shares on purpose is not ours to close.
function refuseOpen(path: string): Problem {
  return {
    code: 'runs-root-writable',
    message: `${path} is writable by other users, who could change what is in it`,
    target: path,
    fix: `\`chmod 700 ${path}\` if nobody else is to write there, or choose another place with --runs-dir or SAO_RUNS_DIR.`,
  };
}

/** In a parent that others can write and that is not sticky, anybody can swap our directory for another one. */
function warnOfParent(path: string): Diagnostic[] {
  const parent = dirname(path);
  if (!isWritableByOthers(parent) || (statSync(parent).mode & STICKY) !== 0) return [];
  return [
    warn('runs-root-parent-writable', `${parent} is writable by other users, who could replace ${path}`, {
      target: parent,
      fix: `chmod go-w ${parent}`,
    }),
  ];
}

/**
 * The absolute path of `relative` under `root`, if nothing on the way leads out of it: no `..`, no absolute path, no NUL, no link
 * whose target is outside. What does not exist yet is fine.
 */
export function resolveInside(root: string, relative: string): Result<string> {
  const refuse = (why: string) =>
    reject({
      code: 'path-outside',
      message: `${JSON.stringify(relative)} is not a path inside ${root}: ${why}`,
      target: relative,
      fix: 'Use a relative path that stays below the directory, without `..` and without links out of it.',
    });
  const why = refuseByName(relative);
  if (why) return refuse(why);
  try {
    const leak = findEscape(root, normalize(relative).split(sep));
    return leak ? refuse(`${leak} is a link that leaves it, or leads nowhere`) : accept(join(root, relative));
  } catch (error) {
    return describeFileError(error, join(root, relative), 'resolve the path').failure;
  }
}

function refuseByName(relative: string): string | undefined {
  if (relative === '') return 'it is empty';
  if (relative.includes('\0')) return 'it has a NUL character';
  if (isAbsolute(relative) || /^[A-Za-z]:/.test(relative)) return 'it is absolute';
  if (relative.split(/[\\/]/).includes('..')) return 'it has a `..`';
  return undefined;
}

/** The first part of the way that is a link out of the root, or a link to nothing (a write would create its target). */
function findEscape(root: string, parts: readonly string[]): string | undefined {
  const realRoot = realpathSync(root);
  let path = root;
  for (const part of parts) {
    path = join(path, part);
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (!stat) return undefined;
    if (stat.isSymbolicLink() && !leadsInside(realRoot, path)) return path;
  }
  return undefined;
}

function leadsInside(realRoot: string, link: string): boolean {
  try {
    const real = realpathSync(link);
    return real === realRoot || real.startsWith(realRoot.endsWith(sep) ? realRoot : realRoot + sep);
  } catch {
    return false;
  }
}
