import { createHash } from 'node:crypto';
import type { ContractFiles } from './contract-files.ts';

/** What an approval is bound to: every path and every character of a contract, test commands too. 16 hex characters; in any order the same. */
export function hashContract(files: ContractFiles): string {
  const entries = [...files].sort(([a], [b]) => Number(a > b) - Number(a < b));
  return createHash('sha256').update(JSON.stringify(entries)).digest('hex').slice(0, 16);
}
