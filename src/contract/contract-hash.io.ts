import { hashContract } from './hash.ts';
import { readContractFiles } from './read.io.ts';

/** Hash of the contract in a tree; undefined if the contract is missing or unreadable. Loads no schema, because `sao next` calls it often. */
export function contractHashOf(root: string): string | undefined {
  const files = readContractFiles(root);
  return files.ok && files.value.size > 0 ? hashContract(files.value) : undefined;
}
