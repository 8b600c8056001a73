import { hashContent } from '../system/content-hash.ts';
import type { ContractFiles } from './contract-files.ts';

/** Hash that binds an approval to every path and character of a contract, test commands included: a SHA-256 in hex, independent of the order of the files. */
export function hashContract(files: ContractFiles): string {
  const entries = [...files].sort(([a], [b]) => Number(a > b) - Number(a < b));
  return hashContent(JSON.stringify(entries));
}

// Hooks import this file, so it must not load a schema library.

/** Hash of a conflict report's text (SHA-256 in hex). */
export function hashReport(text: string): string {
  return hashContent(text);
}

/** Hash that binds a resolution to the current contract and to the exact report (SHA-256 in hex). */
export function conflictHash(files: ContractFiles, { name, hash }: { name: string; hash: string }): string {
  const text = JSON.stringify(['conflict', hashContract(files), name, hash]);
  return hashContent(text);
}
