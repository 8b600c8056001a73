import { createHash } from 'node:crypto';
import type { ContractFiles } from './contract-files.ts';

/** Hash that binds an approval to every path and character of a contract, test commands included: 16 hex characters, independent of the order of the files. */
export function hashContract(files: ContractFiles): string {
  const entries = [...files].sort(([a], [b]) => Number(a > b) - Number(a < b));
  return createHash('sha256').update(JSON.stringify(entries)).digest('hex').slice(0, 16);
}
