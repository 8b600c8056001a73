import { isSample, isTest, isVendored } from '../../source/kinds.ts';
import type { SourceFile, SourceTree } from '../../source/source-tree.ts';

/** Returns files by name, without those of tests, samples and vendored packages. */
export function findManifests(tree: SourceTree, name: RegExp): SourceFile[] {
  return tree.files.filter(
    ({ path }) => name.test(nameOf(path)) && !isVendored(path) && !isTest(path) && !isSample(path),
  );
}

/** Returns the last part of a path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Returns the folder of a path with a final slash; empty for the root. */
export function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}

/** Returns a folder and all folders above it, nearest first; each has a final slash, the root is empty. */
export function foldersUp(folder: string): string[] {
  const parts = folder.split('/').slice(0, -1);
  return [...parts.map((_, i) => `${parts.slice(0, parts.length - i).join('/')}/`), ''];
}

/** Names of the lock files of npm, yarn, pnpm and bun. */
export const NODE_LOCKS: readonly string[] = [
  'package-lock.json',
  'npm-shrinkwrap.json',
  'yarn.lock',
  'pnpm-lock.yaml',
  'bun.lock',
  'bun.lockb',
];
