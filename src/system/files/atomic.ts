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
  /** Mode of a new file (default 0666 less the umask); a file that is replaced keeps its own. */
  mode?: number;
  /** false: not synced to the disk, for a file that can be made anew from others (default true). */
  durable?: boolean;
}

/**
 * Replaces a file as a whole: a reader, and a crash at any moment, sees the old content or the new one, never a part.
 * A link at `path` is replaced, not followed. Throws an ExpectedError that names the path.
 */
export function writeAtomic(path: string, data: string | Uint8Array, options: WriteAtomicOptions = {}): void {
  const { durable = true } = options;
  const temp = join(dirname(path), `.${basename(path).slice(0, 40)}.${randomHex(12)}.tmp`);
  try {
    writeWhole(temp, data, { mode: options.mode, keep: modeOf(path), durable });
    renameSync(temp, path);
  } catch (error) {
    discard(temp);
    throw describeFileError(error, path, 'write the file');
  }
  if (durable) syncDirectory(dirname(path));
}

function discard(temp: string): void {
  try {
    unlinkSync(temp);
  } catch {
    // It was never created, and the first error is the one to tell.
  }
}

function writeWhole(
  temp: string,
  data: string | Uint8Array,
  how: { mode: number | undefined; keep: number | undefined; durable: boolean },
): void {
  const fd = openSync(temp, 'wx', how.keep ?? how.mode ?? 0o666);
  try {
    // The umask has cut the mode that a replaced file had.
    if (how.keep !== undefined) fchmodSync(fd, how.keep);
    writeFileSync(fd, data);
    // Without it a crash of the machine can leave the new name on an empty file.
    if (how.durable) fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function modeOf(path: string): number | undefined {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  return stat?.isFile() ? stat.mode & 0o777 : undefined;
}

/** Best effort: some file systems refuse to sync a directory, and the content is safe without it. */
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
