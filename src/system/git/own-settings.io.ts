import { lstatSync, readdirSync } from 'node:fs';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { hashContent } from '../content-hash.ts';
import { readBoundedBytes } from '../files/bounded.ts';
import { askGit } from './call.io.ts';
import type { Repository } from './repository.io.ts';

/** What decides how git works in a repository besides its commits. */
export interface OwnSettings {
  /** Digests of the values in the repository's own configuration, by key. A value may be a secret. */
  settings: Record<string, string>;
  /** Digests of the hooks, and of other files in git's folder that change what git shows, by path. */
  files: Record<string, string>;
}

const MAX_HOOKS = 200;
const MAX_READ_BYTES = 1024 * 1024;
/** Files in git's folder that hide files, filter them, or add other objects. */
const VIEW_FILES = ['info/attributes', 'info/exclude', 'info/grafts', 'info/sparse-checkout', 'shallow'];
const OBJECT_FILES = ['objects/info/alternates'];

/** Reads what decides how git works in a repository, starts none of its programs and reads no configuration of the user. */
export async function readOwnSettings({
  directory,
  commonDir,
}: Pick<Repository, 'directory' | 'commonDir'>): Promise<OwnSettings> {
  const { values, settings } = await readSettings(directory);
  const folders = [join(commonDir, 'hooks'), ...hooksFolder(directory, values.get('core.hookspath'))];
  const hooks = [...new Set(folders)].flatMap(listHooks);
  const others = [...VIEW_FILES, ...OBJECT_FILES].map((name) => join(commonDir, name));
  const entries = [...hooks, ...others].flatMap((path): [string, string][] => {
    const digest = digestEntry(path);
    return digest === undefined ? [] : [[nameFor(path, directory, commonDir), digest]];
  });
  return { settings, files: Object.fromEntries(entries) };
}

async function readSettings(
  directory: string,
): Promise<{ values: ReadonlyMap<string, string[]>; settings: Record<string, string> }> {
  const fields = (await askGit(directory, ['config', '--list', '--show-scope', '--includes', '-z'])).split(
    '\0',
  );
  const values = new Map<string, string[]>();
  for (let index = 0; index + 1 < fields.length; index += 2) {
    if (fields[index] !== 'local' && fields[index] !== 'worktree') continue;
    const [key = '', ...lines] = (fields[index + 1] ?? '').split('\n');
    values.set(key, [...(values.get(key) ?? []), lines.join('\n')]);
  }
  const digests = [...values].map(([key, all]): [string, string] => [key, hashContent(all.join('\0'))]);
  return { values, settings: Object.fromEntries(digests.sort(([a], [b]) => (a < b ? -1 : 1))) };
}

/** The folder of hooks that the repository's configuration names. */
function hooksFolder(directory: string, values: readonly string[] | undefined): string[] {
  const path = values?.at(-1);
  return path === undefined || path === '' || path.startsWith('~') ? [] : [resolve(directory, path)];
}

function listHooks(folder: string): string[] {
  try {
    const names = readdirSync(folder).filter((name) => !name.endsWith('.sample'));
    return names
      .sort()
      .slice(0, MAX_HOOKS)
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
}

/** Identifies the content and the mode of an entry; undefined if it is missing. */
function digestEntry(path: string): string | undefined {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (!stat || stat.isDirectory()) return undefined;
  const kind = (stat.mode & 0o170111).toString(8);
  if (!stat.isFile() || stat.size > MAX_READ_BYTES) return `${kind} ${stat.size} ${Math.floor(stat.mtimeMs)}`;
  try {
    return `${kind} ${hashContent(readBoundedBytes(path, MAX_READ_BYTES))}`;
  } catch {
    return `${kind} ${stat.size} unreadable`;
  }
}

/** `.git/…` for files in git's folder, otherwise the path from the top of the checkout. */
function nameFor(path: string, directory: string, commonDir: string): string {
  const inGit = relative(commonDir, path);
  if (!inGit.startsWith('..') && !isAbsolute(inGit)) return `.git/${inGit}`;
  const inCheckout = relative(directory, path);
  return inCheckout.startsWith('..') ? path : inCheckout;
}
