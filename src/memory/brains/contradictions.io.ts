import { readLocks } from '../../contract/contract.ts';
import { readContractFiles } from '../../contract/read.io.ts';
import { accept, type Result } from '../../system/result.ts';
import { readNames } from '../training/project-facts.io.ts';
import { nounsOf } from '../training/subjects.ts';
import { readBrains } from './brains.io.ts';
import { type Contradiction, findContradictions } from './contradictions.ts';

/** Finds statements of a tree's brains that contradict its locks or each other. Unreadable locks are ignored. */
export function listContradictions(root: string): Result<Contradiction[]> {
  const files = readContractFiles(root);
  if (!files.ok) return files;
  const brains = readBrains(root);
  if (!brains.ok) return brains;
  const locks = readLocks(files.value);
  const nouns = nounsOf(readNames(root, files.value));
  return accept(findContradictions(brains.value, locks.ok ? locks.value : [], nouns));
}
