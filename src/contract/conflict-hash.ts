import { createHash } from 'node:crypto';
import type { ContractFiles } from './contract-files.ts';
import { hashContract } from './hash.ts';

// Hooks ask for it: nothing here loads a schema library.

/** Of a conflict report: changes with every character. 16 hex characters. */
export function hashReport(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** What a resolution is bound to: the contract that stands there, and the report to the letter. */
export function conflictHash(files: ContractFiles, { name, hash }: { name: string; hash: string }): string {
  const text = JSON.stringify(['conflict', hashContract(files), name, hash]);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
