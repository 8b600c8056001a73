import { ExpectedError, fault } from '../result.ts';

type Wording = { code: string; message: string; fix: string };

/** The message and the fix for each error code of the file system. */
const ERRORS: Record<string, Wording> = {
  ENOSPC: {
    code: 'disk-full',
    message: 'the disk is full',
    fix: 'Free some space (`df -h`), then run the same command again.',
  },
  EDQUOT: {
    code: 'disk-full',
    message: 'the disk quota is used up',
    fix: 'Free some space in your quota, then run the same command again.',
  },
  EFBIG: {
    code: 'file-too-large',
    message: 'the file would exceed the size limit',
    fix: 'Raise the limit (`ulimit -f unlimited`), then run the same command again.',
  },
  EROFS: {
    code: 'read-only',
    message: 'the file system is read-only',
    fix: 'Use a writable directory, or remount the file system writable.',
  },
  EACCES: {
    code: 'no-permission',
    message: 'permission denied',
    fix: 'Check the owner and mode of the path and of every directory above it (`ls -ld`).',
  },
  EPERM: {
    code: 'no-permission',
    message: 'the operation is not permitted',
    fix: 'Check the owner, mode and flags of the path (`ls -ld`), and whether a sandbox forbids the operation.',
  },
  ENOENT: {
    code: 'file-missing',
    message: 'no such file or directory',
    fix: 'Check the path, and create its directory if that is missing.',
  },
  ENOTDIR: {
    code: 'not-a-directory',
    message: 'a part of the path is not a directory',
    fix: 'Move the file that is in place of a directory (`ls -ld` on each part of the path).',
  },
  EISDIR: {
    code: 'is-a-directory',
    message: 'the path is a directory, not a file',
    fix: 'Move the directory to another name.',
  },
  ELOOP: {
    code: 'link-loop',
    message: 'the path contains a loop of links',
    fix: 'Remove the link that points to itself (`ls -l`).',
  },
  ENAMETOOLONG: {
    code: 'name-too-long',
    message: 'the name is too long',
    fix: 'Use a shorter path.',
  },
  EMFILE: {
    code: 'too-many-files',
    message: 'too many files are open',
    fix: 'Raise the limit (`ulimit -n 4096`), then run the same command again.',
  },
  ENFILE: {
    code: 'too-many-files',
    message: 'too many files are open on this machine',
    fix: 'Close other programs, then run the same command again.',
  },
};

/** What is refused when a file is opened for reading (`bounded.ts`), by the same codes. */
const REFUSALS: Record<string, Wording> = {
  EFBIG: {
    code: 'file-too-large',
    message: 'it is larger than such a file can be',
    fix: 'Look at it (`ls -l`), and put the right file in its place.',
  },
  EINVAL: {
    code: 'file-irregular',
    message: 'it is not a regular file',
    fix: 'Look at it (`ls -l`), and put a regular file in its place.',
  },
};

/** The system's code of an error (`ENOENT`); undefined if the error did not come from the system. */
export function systemErrorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('syscall' in error)) return undefined;
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === 'string' ? code : undefined;
}

const isRefusal = (error: unknown) => (error as NodeJS.ErrnoException).syscall === 'open';

/**
 * Turns the system's error of a file operation into an environment fault that names the path.
 * `what` completes "Cannot …", e.g. `write the plan`. Rethrows any other error, because it is a bug.
 */
export function describeFileError(error: unknown, path: string, what: string): ExpectedError {
  if (error instanceof ExpectedError) return error;
  const code = systemErrorCode(error);
  if (code === undefined) throw error;
  const {
    code: name,
    message,
    fix,
  } = (isRefusal(error) ? REFUSALS[code] : undefined) ??
    ERRORS[code] ?? {
      code: 'file-failed',
      message: `the system returned ${code}`,
      fix: 'Check the disk and the path, then run the same command again.',
    };
  const problem = { code: name, message: `Cannot ${what}: ${message} (${path})`, target: path, fix };
  return new ExpectedError(fault(problem), { cause: error });
}
