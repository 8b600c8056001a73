import { describeFileError } from '../system/files/file-error.ts';
import { accept, type Diagnostic, type Result } from '../system/result.ts';
import { type Conflict, decisionOf, parseConflict } from './conflict.ts';
import { type Decision, decisionsOf, readModules } from './contract.ts';
import type { ContractFiles } from './contract-files.ts';
import { readReports } from './reports.io.ts';

export interface KnownConflict extends Conflict {
  state: 'open' | 'resolved';
  /** Absolute path of its report. */
  place: string;
  /** The decision that resolved it. */
  resolution?: Decision;
}

/**
 * Reads the conflicts that builders reported in these trees, sorted by name. If several trees have a report, the one in the last tree
 * counts, which is a module's own worktree. Unreadable reports cause a warning.
 */
export function readConflicts(trees: readonly string[], contract: ContractFiles): Result<KnownConflict[]> {
  const modules = readModules(contract);
  const names = modules.ok ? modules.value.modules.map(({ name }) => name) : [];
  const decisions = decisionsOf(contract);
  const found = new Map<string, KnownConflict>();
  // Continue without a valid contract: the reports can still be shown.
  const diagnostics: Diagnostic[] = modules.ok ? [] : modules.diagnostics.map(asWarning);
  try {
    for (const tree of trees) {
      for (const { name, place, text } of readReports(tree, diagnostics)) {
        const read = parseConflict(name, text, names);
        diagnostics.push(...read.diagnostics.map(asWarning));
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

const asWarning = (each: Diagnostic): Diagnostic => ({ ...each, severity: 'warning' });
