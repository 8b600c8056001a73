import { existsSync, lstatSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { ExpectedError, reject, unwrap } from '../system/result.ts';
import {
  ARCHITECTURE,
  CONTRACTS,
  type ContractFiles,
  LOCKS,
  MODULES,
  moduleOfInterface,
  parseDecisionPath,
  SHARED_TYPES,
} from './contract-files.ts';
import { readFolder } from './read.io.ts';
import { contractErrors } from './wording.ts';

/**
 * Reads the changed files of a contract that a human names: files, recognised by their names, and folders with the layout of a contract or
 * with a contract inside. Throws an ExpectedError for anything else, including links.
 */
export function readChanged(given: readonly string[], cwd: string): ContractFiles {
  const changed = new Map<string, string>();
  for (const path of given) {
    const full = resolve(cwd, path);
    const found = lstatSync(full, { throwIfNoEntry: false });
    const files = found?.isDirectory() ? readLaidOut(full) : found?.isFile() ? readOne(full) : new Map();
    if (files.size === 0) throw new ExpectedError(reject(contractErrors.notOfContract(path)));
    for (const [name, text] of files) changed.set(name, text);
  }
  return changed;
}

function readLaidOut(folder: string): Map<string, string> {
  const inner = join(folder, CONTRACTS);
  const files = unwrap(readFolder(existsSync(inner) ? inner : folder));
  return new Map([...files].filter(([path]) => isOfContract(path)));
}

function readOne(full: string): Map<string, string> {
  const name = basename(full);
  const places = [name, `interfaces/${name}`, `decisions/${name}`];
  const path = places.find(isOfContract);
  const text = path === undefined ? undefined : unwrap(readFolder(dirname(full), [name])).get(name);
  return path === undefined || text === undefined ? new Map() : new Map([[path, text]]);
}

function isOfContract(path: string): boolean {
  return (
    [ARCHITECTURE, MODULES, LOCKS, SHARED_TYPES].includes(path) ||
    parseDecisionPath(path) !== undefined ||
    moduleOfInterface(path) !== undefined
  );
}
