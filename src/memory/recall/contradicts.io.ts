import { readLocks } from '../../contract/contract.ts';
import { readContractFiles } from '../../contract/read.io.ts';
import { readBrains } from '../brains/brains.io.ts';
import { findContradictions } from '../brains/contradictions.ts';
import { readNames } from '../training/project-facts.io.ts';
import { nounsOf } from '../training/subjects.ts';
import type { MemoryRecord } from './record.schema.ts';

/** A name that no brain has. */
const RECALL = '.recall';

/** Makes a test of whether a record contradicts a lock or a brain of a tree. Reads them once, when the test is first used. */
export function contradictionTest(root: string): (record: MemoryRecord) => boolean {
  let facts: ReturnType<typeof readFacts> | undefined;
  return (record) => {
    facts ??= readFacts(root);
    const { brains, locks, nouns } = facts;
    const own = `## Decisions\n\n- ${record.title}\n- ${record.text}\n`;
    return findContradictions(new Map([...brains, [RECALL, own]]), locks, nouns).some(({ a, b }) =>
      [a, b].some(({ source }) => source.includes(RECALL)),
    );
  };
}

function readFacts(root: string) {
  const files = readContractFiles(root);
  const pages = files.ok ? files.value : new Map();
  const brains = readBrains(root);
  const locks = readLocks(pages);
  return {
    brains: brains.ok ? brains.value : new Map<string, string>(),
    locks: locks.ok ? locks.value : [],
    nouns: nounsOf(readNames(root, pages)),
  };
}
