import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, unlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ExpectedError, fault } from '../result.ts';
import { stateFolderOfUser } from '../user-home.io.ts';
import { describeFileError, writeAtomic } from './atomic.ts';
import { systemErrorCode } from './file-error.ts';
import { readWithoutLink } from './own-file.ts';

/** The path of the key that seals this user's approvals. */
export function userKeyPath(): string {
  return join(stateFolderOfUser(), 'approval.key');
}

/** Reads the key; undefined if there is none. Throws an ExpectedError if it cannot be read or is damaged. */
export function readUserKey(path = userKeyPath()): string | undefined {
  const key = readWithoutLink(path)?.trim();
  if (key === undefined || /^[0-9a-f]{64}$/.test(key)) return key;
  throw new ExpectedError(
    fault({
      code: 'approval-key-damaged',
      message: `${path} does not hold a key, so no approval can be checked`,
      target: path,
      fix: 'restore the file, or remove it and approve again what was approved with it',
    }),
  );
}

/** Reads the key, and makes one if there is none. Throws an ExpectedError that names the path. */
export function openUserKey(path = userKeyPath()): string {
  return readUserKey(path) ?? makeUserKey(path);
}

// Two processes may make it at once: the first link wins.
function makeUserKey(path: string): string {
  const key = randomBytes(32).toString('hex');
  const own = `${path}.${process.pid}`;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeAtomic(own, `${key}\n`, { mode: 0o600 });
    linkSync(own, path);
    return key;
  } catch (error) {
    const winner = systemErrorCode(error) === 'EEXIST' ? readUserKey(path) : undefined;
    if (winner !== undefined) return winner;
    throw describeFileError(error, path, 'make the key of approvals');
  } finally {
    removeIfThere(own);
  }
}

function removeIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It was never written; the caller reports that.
  }
}
