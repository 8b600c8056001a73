import { compareText } from '../../../findings/compare-text.ts';
import { countOf } from '../../../findings/words.ts';
import type { SourceFile, SourceTree } from '../../../source/source-tree.ts';
import type { CheckResult, Fact } from '../../check/check.ts';
import { reportHits } from '../../check/report.ts';
import { findManifests, nameOf } from '../../manifests/find.ts';
import type { LockReader } from '../../manifests/locked.ts';
import { readNpmLock } from '../../manifests/npm-lock.ts';
import { readPnpmLock } from '../../manifests/pnpm-lock.ts';
import { readYarnLock } from '../../manifests/yarn-lock.ts';

const READERS: Record<string, LockReader> = {
  'package-lock.json': readNpmLock,
  'yarn.lock': readYarnLock,
  'pnpm-lock.yaml': readPnpmLock,
};

/** A package with fewer versions in a lock file is not listed. */
const MANY_VERSIONS = 3;
const MAX_LISTED = 10;

/** Lists the npm packages that a lock file installs in the most versions. */
export async function run(tree: SourceTree): Promise<CheckResult> {
  const locks = findManifests(tree, /^(?:package-lock\.json|yarn\.lock|pnpm-lock\.yaml)$/);
  return reportHits([], [`Read ${countOf(locks.length, 'lock file')}.`], {
    numbers: locks.flatMap(listDuplicates),
  });
}

function listDuplicates(file: SourceFile): Fact[] {
  const packages = READERS[nameOf(file.path)]?.(file.text() ?? '')?.packages ?? [];
  const versions = new Map<string, Set<string>>();
  for (const { name, version = '', dev, local } of packages) {
    if (!dev && !local) versions.set(name, (versions.get(name) ?? new Set()).add(version));
  }
  return [...versions]
    .filter(([, list]) => list.size >= MANY_VERSIONS)
    .sort(([a, x], [b, y]) => y.size - x.size || compareText(a, b))
    .slice(0, MAX_LISTED)
    .map(([name, list]) => ({
      topic: 'Duplicate versions',
      text: `${name} in ${list.size} versions (${[...list].sort(compareText).join(', ')}) in ${file.path}`,
    }));
}
