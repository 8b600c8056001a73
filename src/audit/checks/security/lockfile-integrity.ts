import { countOf } from '../../../findings/words.ts';
import type { SourceFile, SourceTree } from '../../../source/source-tree.ts';
import type { CheckResult } from '../../check/check.ts';
import { type Hit, reportHits } from '../../check/report.ts';
import { findManifests, folderOf, nameOf } from '../../manifests/find.ts';
import type { LockReader } from '../../manifests/locked.ts';
import { readNpmLock } from '../../manifests/npm-lock.ts';
import { readPnpmLock } from '../../manifests/pnpm-lock.ts';
import { readYarnLock } from '../../manifests/yarn-lock.ts';
import { judgeMissing, judgeSeveral, judgeStale } from './lock-presence.ts';
import { judgeRegistries, judgeRequirements } from './lock-registries.ts';
import { judgeSources } from './lock-sources.ts';

const READERS: Record<string, LockReader> = {
  'package-lock.json': readNpmLock,
  'npm-shrinkwrap.json': readNpmLock,
  'yarn.lock': readYarnLock,
  'pnpm-lock.yaml': readPnpmLock,
};

/** Reports missing, stale and insecure lock files and registries. */
export async function run(tree: SourceTree): Promise<CheckResult> {
  const locks = findManifests(
    tree,
    /^(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml)$/,
  );
  const unread = locks.filter((file) => file.text() === undefined);
  const hits = locks.filter((file) => !unread.includes(file)).flatMap((file) => judgeLock(tree, file));
  const unchecked: string[] = [];
  const notes = [`Read ${countOf(locks.length - unread.length, 'JavaScript lock file')}.`];
  for (const { path } of unread)
    unchecked.push(`${path} is over 16 MiB or not text, so its entries were not checked.`);
  const projectHits = [judgeMissing, judgeSeveral, judgeRegistries, judgeRequirements].flatMap((judge) =>
    judge(tree),
  );
  return reportHits([...hits, ...projectHits], notes, { unchecked });
}

function judgeLock(tree: SourceTree, file: SourceFile): Hit[] {
  const lock = READERS[nameOf(file.path)]?.(file.text() ?? '');
  if (!lock) return [brokenLock(file.path)];
  const manifest = tree.files.find((f) => f.path === `${folderOf(file.path)}package.json`);
  return [...judgeSources(file.path, lock), ...judgeStale(file.path, lock, manifest?.text())];
}

function brokenLock(path: string): Hit {
  return {
    rule: 'broken-lock',
    severity: 'major',
    title: `broken-lock: ${nameOf(path)} cannot be read`,
    path,
    detail:
      'Installs fail or resolve all versions again; restore the file from git, or regenerate it with the package manager.',
  };
}
