import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { askGit } from '../../system/git/call.io.ts';
import { findCheckoutAround, findCommonDir, readCheckout } from '../../system/git/checkout.io.ts';
import { listModules } from '../../system/sandbox/repository-rules.ts';
import { listSubmodules } from '../worktree/submodules.io.ts';
import { isPublished } from '../worktree/tree-work.io.ts';
import type { PushedCommit } from './lfs-objects.io.ts';

/**
 * Why commits that the remote does not have are of no use to others yet: they name a submodule's commit that no remote branch of the submodule has, as
 * far as its copy here knows. Undefined if there is none. A submodule without a copy here is none.
 */
export async function findUnpublishedSubmodule(
  directory: string,
  { remote, target }: PushedCommit,
): Promise<string | undefined> {
  const checkout = findCheckoutAround(directory, []);
  if (checkout === undefined) return undefined;
  const common = findCommonDir(checkout.gitDir);
  const format = ['--format=', '--raw', '-z', '--no-abbrev', '--no-renames', '--ignore-submodules=none'];
  const args = ['log', ...format, '--diff-filter=AMT', target, '--not', `--remotes=${remote}`];
  const links = parseGitlinks(await askGit(directory, args, { timeoutMs: 600_000 }));
  if (links.length === 0) return undefined;
  const submodules = await listSubmodules(directory);
  for (const { path, commit } of links) {
    const name = submodules.find((each) => each.path === path)?.name;
    const copies = [
      ...(name === undefined
        ? []
        : listModules(join(common, 'modules')).filter((each) => each === join(common, 'modules', name))),
      ...(readCheckout(join(directory, path)) === undefined ? [] : [join(directory, path)]),
    ].filter((copy) => existsSync(copy));
    if (copies.length === 0) continue;
    const known = await Promise.all(copies.map((copy) => isPublished(copy, commit)));
    if (!known.includes(true))
      return `it names commit ${commit.slice(0, 12)} of ${path}, which no remote of ${path} has (push it first: git -C ${join(directory, path)} push)`;
  }
  return undefined;
}

/** Parses the raw differences of `git log -z`: headers and paths, each with the commit that is there after it. Pure. */
function parseGitlinks(raw: string): { path: string; commit: string }[] {
  const fields = raw.split('\0');
  const links = fields.flatMap((field, index) => {
    const commit = /:\d{6} 160000 [0-9a-f]+ ([0-9a-f]+) [A-Z]$/.exec(field)?.[1];
    return commit === undefined ? [] : [{ path: fields[index + 1] ?? '', commit }];
  });
  return links;
}
