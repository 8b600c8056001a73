import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeFileError } from '../adapters/files/file-error.ts';
import { accept, type Diagnostic, type Result, warn } from '../result.ts';
import { INTEGRATION } from '../worktree/names.ts';
import { type Conflict, conflictPath, decisionOf, parseConflict } from './conflict.ts';
import { type Decision, decisionsOf, readModules } from './contract.ts';
import type { ContractFiles } from './contract-files.ts';
import { CONFLICTS } from './rights.ts';

export interface KnownConflict extends Conflict {
  state: 'open' | 'resolved';
  /** Where its report lies, absolute. */
  place: string;
  /** The decision that resolved it. */
  resolution?: Decision;
}

const LIMIT_BYTES = 256 * 1024;

/** The worktrees of a run: integration first, then the modules by name. Only the first has what is already merged. */
export function treesOfRun(dir: string): string[] {
  const builds = join(dir, 'builds');
  if (!lstatSync(builds, { throwIfNoEntry: false })?.isDirectory()) return [];
  const names = readdirSync(builds, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort((a, b) => Number(a !== INTEGRATION) - Number(b !== INTEGRATION) || Number(a > b) - Number(a < b));
  return names.map((name) => join(builds, name));
}

/**
 * The conflicts that builders have reported in these trees, by name; of a report that lies in several, the last tree's counts: a
 * module's own worktree. What cannot be read is a warning.
 */
export function readConflicts(trees: readonly string[], contract: ContractFiles): Result<KnownConflict[]> {
  const modules = readModules(contract);
  const names = modules.ok ? modules.value.modules.map(({ name }) => name) : [];
  const decisions = decisionsOf(contract);
  const found = new Map<string, KnownConflict>();
  const diagnostics: Diagnostic[] = modules.ok ? [] : modules.diagnostics;
  try {
    for (const tree of trees) {
      for (const { name, place, text } of readReports(tree, diagnostics)) {
        const read = parseConflict(name, text, names);
        diagnostics.push(...read.diagnostics.map((each) => ({ ...each, severity: 'warning' as const })));
        if (!read.ok) continue;
        const resolution = decisionOf(read.value, decisions);
        const state = resolution ? ('resolved' as const) : ('open' as const);
        found.set(name, { ...read.value, place, state, ...(resolution ? { resolution } : {}) });
      }
    }
  } catch (error) {
    return describeFileError(error, trees.join(', '), 'read the conflicts').failure;
  }
  const sorted = [...found.values()].sort((a, b) => Number(a.name > b.name) - Number(a.name < b.name));
  return accept(sorted, diagnostics);
}

function readReports(
  tree: string,
  diagnostics: Diagnostic[],
): { name: string; place: string; text: string }[] {
  const folder = join(tree, CONFLICTS);
  const way = [join(tree, '.orchestration'), folder];
  if (!way.every((path) => lstatSync(path, { throwIfNoEntry: false })?.isDirectory())) return [];
  const files = readdirSync(folder).filter((file) => file.endsWith('.md'));
  return files.sort().flatMap((file) => {
    const name = file.slice(0, -'.md'.length);
    const place = join(folder, file);
    const stat = lstatSync(place);
    if (stat.isFile() && stat.size <= LIMIT_BYTES)
      return [{ name, place, text: readFileSync(place, 'utf8') }];
    const why = stat.isFile() ? `has ${stat.size} bytes, above ${LIMIT_BYTES}` : 'is no regular file';
    const fix = 'put a text file of the form of a conflict report in its place';
    diagnostics.push(warn('conflict-unreadable', `${conflictPath(name)} ${why}`, { target: place, fix }));
    return [];
  });
}
