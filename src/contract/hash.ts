import { createHash } from 'node:crypto';
import type { ContractFiles } from './contract-files.ts';

/** Hash that binds an approval to every path and character of a contract, test commands included: 16 hex characters, independent of the order of the files. */
export function hashContract(files: ContractFiles): string {
  const entries = [...files].sort(([a], [b]) => Number(a > b) - Number(a < b));
  return createHash('sha256').update(JSON.stringify(entries)).digest('hex').slice(0, 16);
}

// Hooks import this file, so it must not load a schema library.

/** Hash of a conflict report's text, as 16 hex characters. */
export function hashReport(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** Hash that binds a resolution to the current contract and to the exact report, as 16 hex characters. */
export function conflictHash(files: ContractFiles, { name, hash }: { name: string; hash: string }): string {
  const text = JSON.stringify(['conflict', hashContract(files), name, hash]);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
