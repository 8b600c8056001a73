import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { askGit } from '../../system/git/call.io.ts';
import { randomHex } from '../../system/random-hex.ts';
import type { Prediction } from './merge-output.ts';

/** What stays ours in a merge. Paths are folders relative to the top of the repository. */
export interface OwnFolders {
  /** Taken from our side as a whole. */
  whole: string;
  /** Taken from our side where both sides conflict. */
  conflicting: string;
}

/**
 * Changes a predicted merge so that our side's folders win: the merged tree has `whole` exactly as our commit has it, and our files where
 * `conflicting` conflicts. Changes no checkout, index or ref.
 */
export async function keepOwnFolders(
  directory: string,
  prediction: Prediction,
  ours: string,
  { whole, conflicting }: OwnFolders,
): Promise<Prediction> {
  const conflicts = prediction.clean ? [] : prediction.conflicts;
  const isOwn = (path: string) => path.startsWith(`${whole}/`) || path.startsWith(`${conflicting}/`);
  const others = conflicts.filter(({ path }) => !isOwn(path));
  const files = conflicts.map(({ path }) => path).filter((path) => path.startsWith(`${conflicting}/`));
  const wanted = await listEntries(directory, ours, [whole, ...files]);
  const merged = await listEntries(directory, prediction.tree, [whole, ...files]);
  const gone = [...merged.keys()].filter((path) => !wanted.has(path));
  const changed = [...wanted].filter(([path, entry]) => merged.get(path) !== entry);
  const lines = [
    ...gone.map((path) => `0 ${'0'.repeat(prediction.tree.length)}\t${path}\0`),
    ...changed.map(([path, entry]) => `${entry}\t${path}\0`),
  ];
  const tree = lines.length === 0 ? prediction.tree : await editTree(directory, prediction.tree, lines);
  return others.length === 0 ? { clean: true, tree } : { clean: false, tree, conflicts: others };
}

/** The files of a tree below these paths, as `mode type id` by path. */
async function listEntries(
  directory: string,
  tree: string,
  paths: readonly string[],
): Promise<Map<string, string>> {
  const args = ['--literal-pathspecs', 'ls-tree', '-r', '-z', '--full-tree', tree, '--', ...paths];
  const entries = (await askGit(directory, args)).split('\0').filter((entry) => entry !== '');
  return new Map(
    entries.map((entry) => {
      const at = entry.indexOf('\t');
      return [entry.slice(at + 1), entry.slice(0, at)];
    }),
  );
}

/** Writes a tree with other entries, with an index of its own. */
async function editTree(directory: string, tree: string, lines: readonly string[]): Promise<string> {
  const common = await askGit(directory, ['rev-parse', '--path-format=absolute', '--git-common-dir']);
  const folder = join(common.slice(0, -1), 'sao');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const index = join(folder, `merge-${randomHex(8)}.index`);
  const env = { GIT_INDEX_FILE: index };
  try {
    await askGit(directory, ['read-tree', tree], { env });
    await askGit(directory, ['update-index', '-z', '--index-info'], { env, input: lines.join('') });
    return (await askGit(directory, ['write-tree'], { env })).trim();
  } finally {
    for (const path of [index, `${index}.lock`]) rmSync(path, { force: true });
  }
}
