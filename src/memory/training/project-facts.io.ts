import { basename } from 'node:path';
import { conflictPath } from '../../contract/conflict.ts';
import { readConflicts } from '../../contract/conflicts.io.ts';
import { type ContractFiles, MODULES } from '../../contract/contract-files.ts';
import { readContractFiles } from '../../contract/read.io.ts';
import { accept, type Result } from '../../system/result.ts';
import type { Facts } from './judge-pairs.ts';
import { contractRefsIn, identifiersIn, namesInModules, type ProjectNames } from './subjects.ts';

/**
 * Reads the facts for judging the pairs of a tree: names from `modules.json` and the interface files, and open conflicts. Reads what it
 * can from a missing or invalid contract, whose faults `sao contract check` reports.
 */
export function readFacts(root: string): Result<Omit<Facts, 'now'>> {
  const files = readContractFiles(root);
  if (!files.ok) return files;
  const conflicts = readConflicts([root], files.value);
  if (!conflicts.ok) return conflicts;
  const open = conflicts.value.filter(({ state }) => state === 'open');
  return accept({
    ...readNames(root, files.value),
    unresolvedConflicts: open.map(({ name, contract, problem }) => ({
      id: conflictPath(name),
      refs: contractRefsIn(contract === '' ? problem : contract),
    })),
  });
}

/** The names of a project. If modules.json names neither the project nor a module, the name of its folder is used. */
export function readNames(root: string, files: ContractFiles): ProjectNames {
  const { project, names } = namesInModules(files.get(MODULES) ?? '');
  const interfaces = [...files].filter(([path]) => path.startsWith('interfaces/'));
  const declared = interfaces.flatMap(([, text]) => identifiersIn(text));
  const isNamed = project !== undefined || names.length > 0;
  return { projectNouns: [isNamed ? (project ?? '') : basename(root), ...declared], modules: names };
}
