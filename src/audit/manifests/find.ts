import { isSample, isTest, isVendored } from '../../source/kinds.ts';
import type { SourceFile, SourceTree } from '../../source/source-tree.ts';

/** A manifest of the project itself, not of an example, a fixture or a vendored package. */
export function findManifests(tree: SourceTree, name: RegExp): SourceFile[] {
  return tree.files.filter(
    ({ path }) => name.test(nameOf(path)) && !isVendored(path) && !isTest(path) && !isSample(path),
  );
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** With a final slash; empty for the root. */
export function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}

/** The folder itself and all above it, nearest first. */
export function foldersUp(folder: string): string[] {
  const parts = folder.split('/').slice(0, -1);
  return [...parts.map((_, i) => `${parts.slice(0, parts.length - i).join('/')}/`), ''];
}
