import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { ExpectedError, fault } from '../result.ts';
import { describeFileError, systemErrorCode } from './file-error.ts';

// Windows has no such flag.
const NO_LINK = constants.O_NOFOLLOW ?? 0;
// A named pipe must not make the call wait for its other end.
const NO_WAIT = constants.O_NONBLOCK ?? 0;

/**
 * Opens a file of sao and never follows a link, which could lead to any file. `flags` as in `fs.constants`; `what` completes
 * "Cannot …". Returns the file descriptor. Throws an ExpectedError that names the path.
 */
export function openWithoutLink(path: string, flags: number, what: string): number {
  try {
    return openSync(path, flags | NO_LINK | NO_WAIT, 0o666);
  } catch (error) {
    throw systemErrorCode(error) === 'ELOOP' ? refuseLink(path, error) : describeFileError(error, path, what);
  }
}

/** Maximum size of a document of sao, in bytes: the plan of 10,000 agents has 10 MB. */
const MAX_DOCUMENT_BYTES = 128 * 1024 * 1024;

/** Reads a file of sao and never follows a link; undefined if it does not exist. Throws an ExpectedError that names the path. */
export function readWithoutLink(path: string, maxBytes = MAX_DOCUMENT_BYTES): string | undefined {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, constants.O_RDONLY | NO_LINK | NO_WAIT);
    const stat = fstatSync(descriptor);
    if (!stat.isFile()) throw refuseIrregular(path);
    if (stat.size > maxBytes) throw refuseLarge(path, stat.size, maxBytes);
    return readFileSync(descriptor, 'utf8');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    if (systemErrorCode(error) === 'ELOOP') throw refuseLink(path, error);
    throw describeFileError(error, path, 'read the document');
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** The error for a file of sao that is larger than `maxBytes`. */
export function refuseLarge(path: string, size: number, maxBytes: number): ExpectedError {
  const message = `${path} has ${size} bytes, and such a file has at most ${maxBytes}`;
  const fix = `look at it with \`ls -l ${path}\`, and restore it from a backup or start a new run with \`sao init\``;
  return new ExpectedError(fault({ code: 'document-too-large', message, target: path, fix }));
}

function refuseIrregular(path: string): ExpectedError {
  const message = `${path} is not a regular file`;
  const fix = `look at it with \`ls -l ${path}\`, and remove the run with \`sao clean\` or start a new one with \`sao init\``;
  return new ExpectedError(fault({ code: 'document-irregular', message, target: path, fix }));
}

function refuseLink(path: string, cause: unknown): ExpectedError {
  const problem = {
    code: 'document-link',
    message: `${path} is a link, and links are not followed here`,
    target: path,
    fix: `replace the link with the file itself (\`ls -l ${path}\` shows its target), or start a new run with \`sao init\``,
  };
  return new ExpectedError(fault(problem), { cause });
}
