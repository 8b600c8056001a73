import { readLocks } from '../../contract/contract.ts';
import { readContractFiles } from '../../contract/read.io.ts';
import { accept, type Result } from '../../system/result.ts';
import { readNames } from '../training/project-facts.io.ts';
import { nounsOf } from '../training/subjects.ts';
import { readBrains } from './brains.io.ts';
import { type Contradiction, findContradictions } from './contradictions.ts';

/** What the brains of a tree say against its locks and against one another; locks that cannot be read are left out. */
export function listContradictions(root: string): Result<Contradiction[]> {
  const files = readContractFiles(root);
  if (!files.ok) return files;
  const brains = readBrains(root);
  if (!brains.ok) return brains;
  const locks = readLocks(files.value);
  const nouns = nounsOf(readNames(root, files.value));
  return accept(findContradictions(brains.value, locks.ok ? locks.value : [], nouns));
}
