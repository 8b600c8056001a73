import { ExpectedError, fault } from '../result.ts';

type Wording = { code: string; message: string; fix: string };

/** What each refusal of the file system means to a person, and what to do about it. */
const WORDING: Record<string, Wording> = {
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
    message: 'the file would pass the size limit',
    fix: 'Raise the limit (`ulimit -f unlimited`), then run the same command again.',
  },
  EROFS: {
    code: 'read-only',
    message: 'the file system is read-only',
    fix: 'Use a directory that can be written, or mount it writable.',
  },
  EACCES: {
    code: 'no-permission',
    message: 'permission denied',
    fix: 'Check owner and mode of the path and of every directory above it (`ls -ld`).',
  },
  EPERM: {
    code: 'no-permission',
    message: 'the operation is not permitted',
    fix: 'Check owner, mode and flags of the path (`ls -ld`), or a sandbox that forbids it.',
  },
  ENOENT: {
    code: 'file-missing',
    message: 'no such file or directory',
    fix: 'Check the path, and create the directory that should hold it.',
  },
  ENOTDIR: {
    code: 'not-a-directory',
    message: 'a part of the path is not a directory',
    fix: 'Move the file that stands where a directory is needed.',
  },
  EISDIR: {
    code: 'is-a-directory',
    message: 'a directory stands where a file is needed',
    fix: 'Move that directory away.',
  },
  ELOOP: {
    code: 'link-loop',
    message: 'the path has a loop of links',
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

/** The system's code of an error (`ENOENT`), or nothing if it did not come from the system. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('syscall' in error)) return undefined;
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === 'string' ? code : undefined;
}

/**
 * What a failed file operation means: an environment fault that names the path.
 * `what` completes "Cannot …", e.g. `write the plan`. Anything that is not the system's refusal is a bug: thrown as it is.
 */
export function describeFileError(error: unknown, path: string, what: string): ExpectedError {
  if (error instanceof ExpectedError) return error;
  const code = errorCode(error);
  if (code === undefined) throw error;
  const {
    code: name,
    message,
    fix,
  } = WORDING[code] ?? {
    code: 'file-failed',
    message: `the system answered ${code}`,
    fix: 'Check the disk and the path, then run the same command again.',
  };
  const problem = { code: name, message: `Cannot ${what}: ${message} (${path})`, target: path, fix };
  return new ExpectedError(fault(problem), { cause: error });
}
