import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describeFileError, errorCode } from '../adapters/files/file-error.ts';
import { findUnlinked, readUnlinked } from '../adapters/files/unlinked.ts';
import { accept, type Result } from '../result.ts';
import type { Facts } from './judge-pairs.ts';
import { contractRefsIn, identifiersIn, isResolved, namesInModules } from './subjects.ts';

const LIMIT_BYTES = 1024 * 1024;

/**
 * What the pairs of a tree are judged against: names from `modules.json` and the interface files, conflicts that are open. A contract
 * that is not there, or not whole, gives what can be read of it: `sao contract check` says what is wrong with it.
 */
export function readFacts(root: string): Result<Omit<Facts, 'now'>> {
  const modules = readFolder(root, ['contracts'], /^modules\.json$/);
  if (!modules.ok) return modules;
  const interfaces = readFolder(root, ['contracts', 'interfaces'], /\.md$/);
  if (!interfaces.ok) return interfaces;
  const conflicts = readFolder(root, ['conflicts'], /\.md$/);
  if (!conflicts.ok) return conflicts;
  const { project, names } = namesInModules(modules.value.get('modules.json') ?? '');
  const declared = [...interfaces.value.values()].flatMap(identifiersIn);
  const open = [...conflicts.value].filter(([, text]) => !isResolved(text));
  return accept({
    // A project that nobody has named yet has the name of its folder.
    projectNouns: [
      ...(project === undefined && names.length === 0 ? [basename(root)] : [project ?? '']),
      ...declared,
    ],
    modules: names,
    unresolvedConflicts: open.map(([name, text]) => ({
      id: `conflicts/${name}`,
      refs: contractRefsIn(text),
    })),
  });
}

function readFolder(root: string, parts: readonly string[], wanted: RegExp): Result<Map<string, string>> {
  const folder = findUnlinked(root, ['.orchestration', ...parts]);
  if (!folder.ok) return folder;
  const texts = new Map<string, string>();
  for (const name of namesIn(folder.value).filter((each) => wanted.test(each))) {
    const bytes = readUnlinked(join(folder.value, name), LIMIT_BYTES);
    if (!bytes.ok) return bytes;
    if (bytes.value) texts.set(name, bytes.value.toString('utf8'));
  }
  return accept(texts);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw describeFileError(error, folder, 'list the folder');
  }
}
