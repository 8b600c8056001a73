import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { countOf } from '../../findings/words.ts';
import { readFileStart } from '../../system/files/bounded.ts';
import { askGit } from '../../system/git/call.io.ts';

const MAX_SHOWN_FOLDERS = 30;
const MAX_README_LINES = 20;
/** The lines that are shown are at the start. */
const MAX_README_BYTES = 64 * 1024;
const README_NAMES = ['README.md', 'README', 'README.txt', 'README.rst'];

/** Summary of a project for the architect: file counts and the top of its README. Null for an empty project. */
export async function describeCodebase(root: string): Promise<string | null> {
  const output = await askGit(root, ['ls-files', '-z']);
  const paths = output.split('\0').filter((path) => path !== '' && !path.startsWith('.orchestration/'));
  if (paths.length === 0) return null;
  const readmePath = README_NAMES.map((name) => join(root, name)).find((path) => existsSync(path));
  const readmeLines =
    readmePath === undefined
      ? []
      : readFileStart(readmePath, MAX_README_BYTES).toString('utf8').split('\n').slice(0, MAX_README_LINES);
  return [
    `${countOf(paths.length, 'file')}: ${describeCounts(paths, extensionOf, 8)}`,
    `By folder: ${describeCounts(paths, folderOf, MAX_SHOWN_FOLDERS)}`,
    ...(readmeLines.length > 0 ? ['', 'Top of its README:', ...readmeLines] : []),
  ].join('\n');
}

function describeCounts(paths: readonly string[], keyOf: (path: string) => string, maxShown: number): string {
  const counts = new Map<string, number>();
  for (const key of paths.map(keyOf)) counts.set(key, (counts.get(key) ?? 0) + 1);
  const sortedCounts = [...counts].sort((a, b) => b[1] - a[1]);
  const shownCounts = sortedCounts.slice(0, maxShown).map(([key, count]) => `${key} ${count}`);
  return [
    ...shownCounts,
    ...(sortedCounts.length > maxShown ? [`and ${sortedCounts.length - maxShown} more`] : []),
  ].join(', ');
}

function extensionOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return name.includes('.', 1) ? name.slice(name.lastIndexOf('.')) : 'without ending';
}

function folderOf(path: string): string {
  return path.includes('/') ? `${path.slice(0, path.indexOf('/'))}/` : './';
}
