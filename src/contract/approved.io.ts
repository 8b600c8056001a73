import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeAtomic } from '../system/files/atomic.ts';
import { describeFileError } from '../system/files/file-error.ts';
import { resolveInside } from '../system/files/safe-dir.ts';
import { randomHex } from '../system/random-hex.ts';
import { type Result, unwrap } from '../system/result.ts';
import type { ContractFiles } from './contract-files.ts';
import { hashContract } from './hash.ts';
import { readFolder } from './read.io.ts';

/**
 * Copies the contract that a human approves into the run's directory, so that it can be compared with later versions. Call it before the
 * approval is recorded; it can be repeated after a crash. Throws an ExpectedError that names the path.
 */
export function keepApproved(dir: string, files: ContractFiles): void {
  const { folder, before } = placesOf(dir);
  const made = `${folder}.${randomHex(12)}.tmp`;
  try {
    for (const [path, text] of files) {
      const full = unwrap(resolveInside(dir, `${made.slice(dir.length + 1)}/${path}`));
      mkdirSync(dirname(full), { recursive: true, mode: 0o700 });
      writeAtomic(full, text);
    }
    rmSync(before, { recursive: true, force: true });
    if (existsSync(folder)) renameSync(folder, before);
    renameSync(made, folder);
    rmSync(before, { recursive: true, force: true });
  } catch (error) {
    throw describeFileError(error, folder, 'keep the approved contract');
  }
}

/** The last approved contract; undefined if there is none, or if the copy does not have this hash. */
export function readApproved(dir: string, hash?: string): Result<ContractFiles | undefined> {
  const { folder, before } = placesOf(dir);
  // If the process was killed between the two renames, only the earlier copy exists.
  const read = readFolder(existsSync(folder) ? folder : before);
  if (!read.ok) return read;
  const isMeant = read.value.size > 0 && (hash === undefined || hashContract(read.value) === hash);
  return { ...read, value: isMeant ? read.value : undefined };
}

function placesOf(dir: string): { folder: string; before: string } {
  const folder = join(dir, 'approved', 'contracts');
  return { folder, before: `${folder}.before` };
}
