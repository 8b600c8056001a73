import {
  closeSync,
  fchmodSync,
  fsyncSync,
  lstatSync,
  openSync,
  renameSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { randomHex } from '../random-hex.ts';
import { describeFileError } from './file-error.ts';

export { describeFileError } from './file-error.ts';

export interface WriteAtomicOptions {
  /** Mode of a new file (default 0666 minus the umask). A replaced file keeps its mode. */
  mode?: number;
  /** If false, the file is not synced to disk: for files that can be regenerated. Default true. */
  durable?: boolean;
}

/**
 * Replaces a file as a whole: readers, also after a crash, see either the old or the new content, never a part of it.
 * A link at `path` is replaced, not followed. Throws an ExpectedError that names the path.
 */
export function writeAtomic(path: string, data: string | Uint8Array, options: WriteAtomicOptions = {}): void {
  const { durable = true } = options;
  const temp = join(dirname(path), `.${basename(path).slice(0, 40)}.${randomHex(12)}.tmp`);
  try {
    writeWhole(temp, data, { mode: options.mode, keep: readMode(path), durable });
    renameSync(temp, path);
  } catch (error) {
    removeTemporary(temp);
    throw describeFileError(error, path, 'write the file');
  }
  if (durable) syncDirectory(dirname(path));
}

function removeTemporary(temp: string): void {
  try {
    unlinkSync(temp);
  } catch {
    // The file was never created. The caller reports the first error.
  }
}

function writeWhole(
  temp: string,
  data: string | Uint8Array,
  how: { mode: number | undefined; keep: number | undefined; durable: boolean },
): void {
  const fd = openSync(temp, 'wx', how.keep ?? how.mode ?? 0o666);
  try {
    // The umask reduced the mode of the replaced file.
    if (how.keep !== undefined) fchmodSync(fd, how.keep);
    writeFileSync(fd, data);
    // Without fsync, a crash of the machine can leave an empty file under the new name.
    if (how.durable) fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function readMode(path: string): number | undefined {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  return stat?.isFile() ? stat.mode & 0o777 : undefined;
}

/** Best effort: some file systems cannot sync a directory, and the content is on disk already. */
function syncDirectory(path: string): void {
  try {
    const fd = openSync(path, 'r');
    try {
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  } catch {
    // The rename itself has succeeded.
  }
}
