import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { countOf } from '../../findings/words.ts';
import { askGit } from '../../system/git/call.io.ts';

const MOST_FOLDERS = 30;
const README_LINES = 20;
const READMES = ['README.md', 'README', 'README.txt', 'README.rst'];

/** What an architect has to know of a project before it looks itself: how much of what is where, and what it says of itself. Null for an empty one. */
export async function describeCodebase(root: string): Promise<string | null> {
  const listed = await askGit(root, ['ls-files', '-z']);
  const paths = listed.split('\0').filter((path) => path !== '' && !path.startsWith('.orchestration/'));
  if (paths.length === 0) return null;
  const readme = READMES.map((name) => join(root, name)).find((path) => existsSync(path));
  const words = readme === undefined ? [] : readFileSync(readme, 'utf8').split('\n').slice(0, README_LINES);
  return [
    `${countOf(paths.length, 'file')}: ${countBy(paths, endingOf, 8)}`,
    `By folder: ${countBy(paths, folderOf, MOST_FOLDERS)}`,
    ...(words.length > 0 ? ['', 'It says of itself:', ...words] : []),
  ].join('\n');
}

function countBy(paths: readonly string[], keyOf: (path: string) => string, most: number): string {
  const counts = new Map<string, number>();
  for (const key of paths.map(keyOf)) counts.set(key, (counts.get(key) ?? 0) + 1);
  const sorted = [...counts].sort((a, b) => b[1] - a[1]);
  const shown = sorted.slice(0, most).map(([key, count]) => `${key} ${count}`);
  return [...shown, ...(sorted.length > most ? [`and ${sorted.length - most} more`] : [])].join(', ');
}

function endingOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return name.includes('.', 1) ? name.slice(name.lastIndexOf('.')) : 'without ending';
}

function folderOf(path: string): string {
  return path.includes('/') ? `${path.slice(0, path.indexOf('/'))}/` : './';
}
