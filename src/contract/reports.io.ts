import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { treesFolder } from '../run/ledger/store.io.ts';
import { readBoundedText } from '../system/files/bounded.ts';
import { type Diagnostic, warn } from '../system/result.ts';
import { INTEGRATION } from '../workspace/worktree/names.ts';
import { conflictPath } from './conflict.ts';
import { CONFLICTS } from './rights.ts';

const LIMIT_BYTES = 256 * 1024;

/** A conflict report in a tree. */
export interface ConflictReport {
  name: string;
  /** Absolute path of the report. */
  place: string;
  text: string;
}

/** The worktrees of a run: first the integration worktree, which has all merged work, then the modules by name. */
export function treesOfRun(dir: string): string[] {
  const builds = treesFolder(dir);
  if (!lstatSync(builds, { throwIfNoEntry: false })?.isDirectory()) return [];
  const names = readdirSync(builds, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort((a, b) => Number(a !== INTEGRATION) - Number(b !== INTEGRATION) || Number(a > b) - Number(a < b));
  return names.map((name) => join(builds, name));
}

/** Reads the conflict reports in a tree. Links, and files that are too large or not text, cause a warning. */
export function readReports(
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
    if (stat.isFile() && stat.size <= LIMIT_BYTES) return [{ name, place, text: readBoundedText(place) }];
    const why = stat.isFile() ? `has ${stat.size} bytes, above ${LIMIT_BYTES}` : 'is no regular file';
    const fix = 'put a text file of the form of a conflict report in its place';
    diagnostics.push(warn('conflict-unreadable', `${conflictPath(name)} ${why}`, { target: place, fix }));
    return [];
  });
}
