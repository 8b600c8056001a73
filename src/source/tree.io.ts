import { existsSync, lstatSync, realpathSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { isBinaryFileSync } from 'isbinaryfile';
import { readFileStart } from '../system/files/bounded.ts';
import { pathForSystem, readPathBytes } from '../system/files/path-bytes.ts';
import { tryGit } from '../system/git/call.io.ts';
import { accept, type Diagnostic, type Failure, fault, type Result, reject, warn } from '../system/result.ts';
import { decodeText } from './decode.ts';
import { languageOf } from './languages.ts';
import type { SourceFile, SourceTree } from './source-tree.ts';

/** Lock files of large applications and dumps of databases have this size. */
const TEXT_LIMIT_BYTES = 16 * 1024 * 1024;
/** Bytes of code that are cached for later checks; further texts are read again. Only one or two checks read anything but code. */
const CACHE_LIMIT = 48 * 1024 * 1024;

interface Listing {
  paths: Map<string, { tracked: boolean }>;
  git: boolean;
  prefix: string;
  diagnostics: Diagnostic[];
}

/**
 * Lists the files below `path` in order of their paths; texts are read on demand. Rejects a missing path, a file and a
 * bare repository.
 */
export async function readTree(path: string): Promise<Result<SourceTree>> {
  const root = findDirectory(path);
  if (!root.ok) return root;
  const listing = await listFiles(root.value);
  if (!listing.ok) return listing;
  const { paths, git, prefix, diagnostics } = listing.value;
  const open = fileOpener(root.value);
  const files: SourceFile[] = [];
  for (const path of [...paths.keys()].sort(byCodeUnit)) {
    const file = open(path, paths.get(path)?.tracked ?? false);
    if (file) files.push(file);
  }
  return accept({ root: root.value, files, git, prefix }, diagnostics);
}

function byCodeUnit(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function findDirectory(path: string): Result<string> {
  try {
    const root = realpathSync(resolve(path));
    if (lstatSync(root).isDirectory()) return accept(root);
    return reject({
      code: 'audit-path-not-directory',
      message: `${path} is a file, but an audit needs a directory.`,
      target: path,
      fix: `sao audit ${dirname(path)}`,
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return reject({
      code: 'audit-path-missing',
      message: `Cannot open ${path}: ${reason}`,
      target: path,
      fix: 'sao audit .',
    });
  }
}

async function listFiles(root: string): Promise<Result<Listing>> {
  const place = await tryGit(root, [
    'rev-parse',
    '--is-inside-work-tree',
    '--is-inside-git-dir',
    '--show-prefix',
  ]);
  if (!place.ok)
    return isWithoutGit(place) ? accept(await walk(root, place.diagnostics)) : refuse(root, place);
  const [inTree, inGitDir, ...rest] = place.value.split('\n');
  if (inTree === 'true') return listRepository(root, rest.join('\n').replace(/\n$/, ''));
  if (inGitDir !== 'true') return accept(await walk(root, []));
  return reject({
    code: 'audit-bare-repository',
    message: `${root} is a bare repository or a .git folder, so it has no files to audit.`,
    target: root,
    fix: `git clone ${root} checkout && sao audit checkout`,
  });
}

// Without git or a repository, the folder is walked. A repository that git refuses to read is no plain folder.
function isWithoutGit({ diagnostics }: Failure): boolean {
  return diagnostics.some(({ code }) => code === 'git-no-repository' || code === 'git-missing');
}

function refuse(root: string, { diagnostics }: Failure): Failure {
  const [reason] = diagnostics;
  return fault({
    code: 'audit-git-refused',
    message: `git cannot read the repository, so nothing was audited: ${reason?.message ?? 'no reason given'}`,
    target: root,
    ...(reason?.fix === undefined ? {} : { fix: reason.fix }),
  });
}

async function listRepository(root: string, prefix: string): Promise<Result<Listing>> {
  // `-t` puts a tag before each path: `?` if git does not track it.
  const listed = await tryGit(root, ['ls-files', '-z', '-t', '--cached', '--others', '--exclude-standard'], {
    output: 'paths',
  });
  if (!listed.ok) return refuse(root, listed);
  const paths: Listing['paths'] = new Map();
  for (const line of listed.value.split('\0')) {
    const path = line.slice(2);
    if (path !== '' && !path.endsWith('/')) paths.set(path, { tracked: !line.startsWith('?') });
  }
  if (paths.size === 0 && prefix !== '' && (await isIgnored(root))) return accept(await walk(root, []));
  return accept({ paths, git: true, prefix, diagnostics: [] });
}

// A folder that its repository ignores (a checkout in a cache, a home under version control) is a project of its own.
async function isIgnored(root: string): Promise<boolean> {
  const ignored = await tryGit(root, ['check-ignore', '--quiet', '--', root]);
  return ignored.ok;
}

async function walk(root: string, trouble: readonly Diagnostic[]): Promise<Listing> {
  const { glob } = await import('tinyglobby');
  const found = await glob('**/*', {
    cwd: root,
    dot: true,
    onlyFiles: true,
    followSymbolicLinks: false,
    expandDirectories: false,
    ignore: ['**/node_modules/**', '**/.git/**', '**/.hg/**', '**/.svn/**'],
  });
  const paths: Listing['paths'] = new Map(found.map((path) => [path, { tracked: false }]));
  const refused = trouble.filter((t) => t.code !== 'git-no-repository');
  const diagnostics = refused.map((t) =>
    warn('audit-no-git', `Git cannot list the files, so the audit includes ignored files: ${t.message}`, {
      target: root,
    }),
  );
  return { paths, git: false, prefix: '', diagnostics: [...diagnostics, ...warnOfNames(root, found)] };
}

// Outside of a repository names are listed as text, so a name that is not UTF-8 cannot be opened.
function warnOfNames(root: string, found: readonly string[]): Diagnostic[] {
  const lost = found.filter((path) => path.includes('\ufffd') && !existsSync(join(root, path)));
  if (lost.length === 0) return [];
  const message = `${lost.length} files have names that are not UTF-8 and are not in a git repository, so they were not read, such as ${lost[0]}`;
  return [warn('audit-name-not-utf8', message, { target: root, fix: 'git init && git add -A' })];
}

// A linked folder can be outside the root, so each folder is resolved before a file is opened.
function fileOpener(root: string): (path: string, tracked: boolean) => SourceFile | undefined {
  const folders = new Map<string, boolean>();
  const cache = { left: CACHE_LIMIT };
  const isInside = (folder: string) => {
    const known = folders.get(folder);
    if (known !== undefined) return known;
    const inside = liesInside(root, folder);
    folders.set(folder, inside);
    return inside;
  };
  return (path, tracked) => {
    const full = join(root, path);
    if (!isInside(dirname(full))) return undefined;
    const stats = lstatSync(pathForSystem(full), { throwIfNoEntry: false });
    if (!stats?.isFile()) return undefined;
    const text = textReader(full, stats.size, cache);
    const textless = () => (text() === undefined ? reasonOfNoText(full, stats.size) : undefined);
    return { path, size: stats.size, tracked, mode: stats.mode & 0o7777, text, textless };
  };
}

function liesInside(root: string, folder: string): boolean {
  try {
    // Only the native function takes a path as bytes.
    const real = readPathBytes(realpathSync.native(pathForSystem(folder), { encoding: 'buffer' }));
    return real === root || real.startsWith(root.endsWith(sep) ? root : root + sep);
  } catch {
    // The index contains the folder, but the disk does not.
    return false;
  }
}

function reasonOfNoText(full: string, size: number): 'large' | 'binary' | 'unreadable' {
  if (size > TEXT_LIMIT_BYTES) return 'large';
  try {
    readFileStart(pathForSystem(full), 1);
    return 'binary';
  } catch {
    return 'unreadable';
  }
}

function textReader(full: string, size: number, cache: { left: number }): () => string | undefined {
  const isCode = languageOf(full) !== undefined;
  let known: { text: string | undefined } | undefined;
  return () => {
    if (known) return known.text;
    const text = size > TEXT_LIMIT_BYTES ? undefined : readText(full, TEXT_LIMIT_BYTES);
    if (isCode && size <= cache.left) {
      cache.left -= size;
      known = { text };
    }
    return text;
  };
}

function readText(full: string, limit: number): string | undefined {
  try {
    // One byte more than the limit shows that the file has grown.
    const bytes = readFileStart(pathForSystem(full), limit + 1);
    return bytes.length > limit || isBinaryFileSync(bytes) ? undefined : decodeText(bytes);
  } catch {
    // The file was removed or became unreadable after it was listed; checks treat it as a file without text.
    return undefined;
  }
}
