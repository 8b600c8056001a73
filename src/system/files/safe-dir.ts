import { chmodSync, lstatSync, mkdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import { dirname, isAbsolute, join, normalize, sep } from 'node:path';
import { accept, type Diagnostic, fault, type Result, reject, warn } from '../result.ts';
import { describeFileError, systemErrorCode } from './file-error.ts';

const PRIVATE_MODE = 0o700;
const WRITABLE_BY_OTHERS_MASK = 0o022;
const STICKY_BIT = 0o1000;

/**
 * Creates or checks a directory that belongs to this user and that no other user can write to. Its parent must exist: creating
 * parents too would follow links that another user planted in a shared `/tmp`. Returns the path, or the problem as a failure.
 */
export function ensurePrivateDir(path: string): Result<string> {
  try {
    // A default access list of the parent can widen the mode of a new directory. An existing directory is not changed.
    if (createIfMissing(path) && isWritableByOthers(path)) chmodSync(path, PRIVATE_MODE);
    const problem = judgeDirectory(path, lstatSync(path), process.geteuid?.());
    if (problem) return fault(problem);
    return isWritableByOthers(path) ? fault(describeWritable(path)) : accept(path, warnOfParent(path));
  } catch (error) {
    return describeFileError(error, path, 'use the directory').failure;
  }
}

function createIfMissing(path: string): boolean {
  try {
    mkdirSync(path, { mode: PRIVATE_MODE });
    return true;
  } catch (error) {
    if (systemErrorCode(error) !== 'EEXIST') throw error;
    return false;
  }
}

type Problem = Omit<Diagnostic, 'severity'>;

/** The problem that makes the directory at the path unsafe to use; undefined if it is safe. */
export function judgeDirectory(
  path: string,
  stat: Pick<Stats, 'isSymbolicLink' | 'isDirectory' | 'uid' | 'mode'>,
  ourUid: number | undefined,
): Problem | undefined {
  const fix = `choose another directory with --runs-dir or SAO_RUNS_DIR (\`ls -ld ${path}\` shows what this one is)`;
  const refuse = (code: string, message: string) => ({ code, message, target: path, fix });
  if (stat.isSymbolicLink())
    return refuse('runs-root-link', `${path} is a link, and links are not followed here`);
  if (!stat.isDirectory()) return refuse('runs-root-not-directory', `${path} is not a directory`);
  if (ourUid !== undefined && stat.uid !== ourUid)
    return refuse(
      'runs-root-foreign',
      `${path} belongs to another user (uid ${stat.uid}; this process has uid ${ourUid})`,
    );
  // All users share a sticky directory such as /tmp. Making it private would break other programs.
  if ((stat.mode & STICKY_BIT) !== 0)
    return refuse('runs-root-shared', `${path} is a directory that all users share`);
  return undefined;
}

const isWritableByOthers = (path: string) =>
  process.platform !== 'win32' && (statSync(path).mode & WRITABLE_BY_OTHERS_MASK) !== 0;

// Another user could have planted files that sao would trust. The mode is not changed: the user may share the folder on purpose.
function describeWritable(path: string): Problem {
  return {
    code: 'runs-root-writable',
    message: `${path} is writable by other users, who could change its content`,
    target: path,
    fix: `Make it private (\`chmod 700 ${path}\`), or choose another directory with --runs-dir or SAO_RUNS_DIR.`,
  };
}

/** If other users can write to the parent and the parent is not sticky, they can replace the directory. */
function warnOfParent(path: string): Diagnostic[] {
  const parent = dirname(path);
  if (!isWritableByOthers(parent) || (statSync(parent).mode & STICKY_BIT) !== 0) return [];
  return [
    warn('runs-root-parent-writable', `${parent} is writable by other users, who could replace ${path}`, {
      target: parent,
      fix: `chmod go-w ${parent}`,
    }),
  ];
}

/**
 * Resolves `relative` to a path under `root`. Rejects `..`, absolute paths, NUL characters, and links whose target is outside.
 * Parts that do not exist yet are allowed.
 */
export function resolveInside(root: string, relative: string): Result<string> {
  const refuse = (why: string) =>
    reject({
      code: 'path-outside',
      message: `${JSON.stringify(relative)} is not a path inside ${root}: ${why}`,
      target: relative,
      fix: 'Use a relative path inside the directory, without `..` and without links that leave it.',
    });
  const why = findNameProblem(relative);
  if (why) return refuse(why);
  try {
    const leak = findEscape(root, normalize(relative).split(sep));
    return leak ? refuse(`${leak} is a link that leaves it, or a broken link`) : accept(join(root, relative));
  } catch (error) {
    return describeFileError(error, join(root, relative), 'resolve the path').failure;
  }
}

function findNameProblem(relative: string): string | undefined {
  if (relative === '') return 'it is empty';
  if (relative.includes('\0')) return 'it contains a NUL character';
  if (isAbsolute(relative) || /^[A-Za-z]:/.test(relative)) return 'it is absolute';
  if (relative.split(/[\\/]/).includes('..')) return 'it contains `..`';
  return undefined;
}

/** The first part of the path that is a link out of the root, or a broken link (a write would create its target). */
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
