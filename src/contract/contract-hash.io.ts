import { hashContract } from './hash.ts';
import { readContractFiles } from './read.io.ts';

/** Hash of the contract as it stands in a tree; undefined where there is none, or none that can be read. No schema is loaded: `sao next` asks often. */
export function contractHashOf(root: string): string | undefined {
  const files = readContractFiles(root);
  return files.ok && files.value.size > 0 ? hashContract(files.value) : undefined;
}
