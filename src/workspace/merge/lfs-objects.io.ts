import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { askGit, callGit } from '../../system/git/call.io.ts';
import { findCheckoutAround, findCommonDir } from '../../system/git/checkout.io.ts';

/** Content that Git LFS keeps beside git's objects, and the file it belongs to. */
interface LfsObject {
  oid: string;
  path: string;
}

/** The commits that a push makes known to a remote. */
export interface PushedCommit {
  remote: string;
  /** Object id. */
  target: string;
}

const PUSH_TIMEOUT_MS = 3_600_000;
const LIST_TIMEOUT_MS = 600_000;
/** A pointer of Git LFS has fewer bytes. */
const MAX_POINTER_BYTES = 1024;
const BLOBS_PER_CALL = 20_000;
const OBJECTS_PER_CALL = 500;
/** In the output of `cat-file --batch`: the pointer's own object id, and that of the content. */
const POINTER =
  /^([0-9a-f]{40,64}) blob \d+\nversion https:\/\/[^\n]*\/spec\/v1\n(?:ext-[^\n]*\n)*oid sha256:([0-9a-f]{64})\n/gm;

/**
 * Pushes the content of Git LFS that commits name which the remote does not have: a push without the repository's hooks would leave it here. Returns why
 * that failed; undefined if all is there.
 */
export async function pushLfsObjects(directory: string, pushed: PushedCommit): Promise<string | undefined> {
  const objects = await findLocalObjects(directory, pushed);
  for (let at = 0; at < objects.length; at += OBJECTS_PER_CALL) {
    const ids = objects.slice(at, at + OBJECTS_PER_CALL).map(({ oid }) => oid);
    const args = ['lfs', 'push', '--object-id', pushed.remote, ...ids];
    const { code, stdout, stderr } = await callGit(directory, args, { timeoutMs: PUSH_TIMEOUT_MS });
    if (code !== 0) return describeFailure(objects.slice(at), stderr.trim() || stdout.trim());
  }
  return undefined;
}

function describeFailure(objects: readonly LfsObject[], said: string): string {
  const names = objects.slice(0, 5).map(({ path, oid }) => path || oid.slice(0, 12));
  const more = objects.length > names.length ? ' …' : '';
  const reason = /is not a git command/.test(said) ? 'git-lfs is not installed' : said.slice(-500);
  return `the content of its Git LFS files was not pushed (${names.join(', ')}${more}): ${reason}`;
}

/** The objects of commits that the remote does not have, as far as this machine has them. */
async function findLocalObjects(directory: string, pushed: PushedCommit): Promise<LfsObject[]> {
  const storage = await findStorage(directory);
  if (storage === undefined) return [];
  const blobs = await listSmallBlobs(directory, pushed);
  const ids = [...blobs.keys()];
  const found = new Map<string, string>();
  for (let at = 0; at < ids.length; at += BLOBS_PER_CALL) {
    const input = ids
      .slice(at, at + BLOBS_PER_CALL)
      .map((id) => `${id}\n`)
      .join('');
    const text = await askGit(directory, ['cat-file', '--batch'], { input, timeoutMs: LIST_TIMEOUT_MS });
    for (const [, blob = '', oid = ''] of text.matchAll(POINTER)) found.set(oid, blobs.get(blob) ?? '');
  }
  return [...found]
    .map(([oid, path]) => ({ oid, path }))
    .filter(({ oid }) => existsSync(join(storage, oid.slice(0, 2), oid.slice(2, 4), oid)));
}

/** The folder of this repository's LFS objects; undefined if it has none. */
async function findStorage(directory: string): Promise<string | undefined> {
  const checkout = findCheckoutAround(directory, []);
  if (checkout === undefined) return undefined;
  const common = findCommonDir(checkout.gitDir);
  const { stdout } = await callGit(directory, ['config', '--type=path', '--get', 'lfs.storage']);
  const folder = join(resolve(common, stdout.trim() || 'lfs'), 'objects');
  return existsSync(folder) && readdirSync(folder).length > 0 ? folder : undefined;
}

/** The paths of the small blobs in commits that the remote does not have, by object id. */
async function listSmallBlobs(
  directory: string,
  { remote, target }: PushedCommit,
): Promise<Map<string, string>> {
  const filter = `--filter=combine:object:type=blob+blob:limit=${MAX_POINTER_BYTES}`;
  const args = ['rev-list', '--objects', filter, target, '--not', `--remotes=${remote}`];
  const output = await askGit(directory, args, { timeoutMs: LIST_TIMEOUT_MS });
  const lines = output.split('\n').filter((line) => line !== '');
  return new Map(
    lines.map((line): [string, string] => {
      const [id = '', ...path] = line.split(' ');
      return [id, path.join(' ')];
    }),
  );
}
