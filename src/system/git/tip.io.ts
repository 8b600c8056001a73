import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/**
 * The object id of the commit that is checked out in a linked worktree. It is read from git's files, because callers ask often and a
 * git process is slow. Undefined if the files do not give it.
 */
export function readTip(place: string): string | undefined {
  const gitDir = /^gitdir: (.+)\n?$/.exec(readText(join(place, '.git')) ?? '')?.[1];
  if (gitDir === undefined) return undefined;
  const head = readText(join(gitDir, 'HEAD'))?.trim() ?? '';
  const ref = /^ref: (.+)$/.exec(head)?.[1];
  if (ref === undefined) return objectId(head);
  const common = resolve(gitDir, readText(join(gitDir, 'commondir'))?.trim() ?? '.');
  return objectId(readText(join(common, ref))) ?? packed(readText(join(common, 'packed-refs')), ref);
}

function packed(text: string | undefined, ref: string): string | undefined {
  const line = text?.split('\n').find((each) => each.endsWith(` ${ref}`));
  return objectId(line?.split(' ')[0]);
}

function objectId(text: string | undefined): string | undefined {
  return /^([0-9a-f]{40}|[0-9a-f]{64})$/.exec(text?.trim() ?? '')?.[1];
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
