import { closeSync, constants, fstatSync } from 'node:fs';
import { openWithoutLink, refuseLarge } from '../../system/files/own-file.ts';

/** Maximum size of a ledger in bytes: the longest string that Node can make. */
export const MAX_LEDGER_BYTES = 500 * 1024 * 1024;

/** Opens a ledger for reading and returns its descriptor. Throws an ExpectedError that names the path, also if the ledger is too large. */
export function openLedger(path: string): number {
  const fd = openWithoutLink(path, constants.O_RDONLY, 'read the ledger');
  const { size } = fstatSync(fd);
  if (size <= MAX_LEDGER_BYTES) return fd;
  closeSync(fd);
  throw refuseLarge(path, size, MAX_LEDGER_BYTES);
}
