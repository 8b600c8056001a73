import * as fs from 'node:fs';
import { dirname } from 'node:path';
import { accept, type Diagnostic, fault, type Result, warn } from '../../result.ts';
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
    if (createOnce(path) && isWritableByOthers(path)) fs.chmodSync(path, PRIVATE);
    const problem = judgeDirectory(path, fs.lstatSync(path), process.geteuid?.());
    if (problem) return fault(problem);
    return isWritableByOthers(path) ? fault(refuseOpen(path)) : accept(path, warnOfParent(path));
  } catch (error) {
    return describeFileError(error, path, 'use the directory').failure;
  }
}

function createOnce(path: string): boolean {
  try {
    fs.mkdirSync(path, { mode: PRIVATE });
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
  stat: Pick<fs.Stats, 'isSymbolicLink' | 'isDirectory' | 'uid' | 'mode'>,
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
  process.platform !== 'win32' && (fs.statSync(path).mode & WRITABLE_BY_OTHERS) !== 0;

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
  if (!isWritableByOthers(parent) || (fs.statSync(parent).mode & STICKY) !== 0) return [];
  return [
    warn('runs-root-parent-writable', `${parent} is writable by other users, who could replace ${path}`, {
      target: parent,
      fix: `chmod go-w ${parent}`,
    }),
  ];
}
