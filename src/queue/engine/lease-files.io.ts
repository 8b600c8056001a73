import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { writeAtomic } from '../../system/files/atomic.ts';
import { describeFileError } from '../../system/files/file-error.ts';
import { removeFile } from '../../system/files/lock-file.ts';
import { readWithoutLink } from '../../system/files/own-file.ts';
import type { Lease, Token } from '../model/types.ts';
import { isToken } from '../model/types.ts';

/** Reads all leases of a queue; one that is damaged counts as lost, so its claim is over. */
export function readLeases(folder: string): Lease[] {
  return listTokens(folder).flatMap((token) => readLease(folder, token) ?? []);
}

function listTokens(folder: string): string[] {
  try {
    return readdirSync(folder).filter(isToken);
  } catch (error) {
    throw describeFileError(error, folder, 'list the leases');
  }
}

export function readLease(folder: string, token: Token): Lease | undefined {
  if (!isToken(token)) return undefined;
  const text = readWithoutLink(join(folder, token));
  if (text === undefined) return undefined;
  try {
    const { v, ...lease } = JSON.parse(text) as Lease & { v: number };
    const isWhole = v === 1 && typeof lease.until === 'number' && typeof lease.task === 'string';
    return isWhole ? lease : undefined;
  } catch {
    return undefined;
  }
}

/** Writes a lease; not synced to disk, since a lost one only ends the claim earlier. */
export function writeLease(folder: string, lease: Lease): void {
  writeAtomic(join(folder, lease.token), JSON.stringify({ v: 1, ...lease }), {
    mode: 0o600,
    durable: false,
  });
}

export function removeLease(folder: string, token: Token): void {
  if (isToken(token)) removeFile(join(folder, token));
}
