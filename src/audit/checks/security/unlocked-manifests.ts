import type { SourceTree } from '../../../source/source-tree.ts';
import { findManifests, folderOf, foldersUp, NODE_LOCKS } from '../../manifests/find.ts';
import { parseJson, recordIn } from '../../manifests/json.ts';

/** A manifest whose dependencies no advisory tool can compare without a lock file. */
interface UnlockedKind {
  manifest: RegExp;
  /** Lock files of the same folder or one above that make the manifest checkable. */
  locks: readonly string[];
  hasDependencies(text: string): boolean;
}

const KINDS: readonly UnlockedKind[] = [
  {
    manifest: /^package\.json$/,
    locks: NODE_LOCKS,
    hasDependencies: (text) => Object.keys(recordIn(parseJson(text), 'dependencies')).length > 0,
  },
  {
    manifest: /^pyproject\.toml$/,
    locks: ['poetry.lock', 'uv.lock', 'pdm.lock', 'Pipfile.lock', 'requirements.txt'],
    hasDependencies: (text) =>
      /^\s*dependencies\s*=\s*\[\s*[^\]\s]|^\[tool\.poetry\.dependencies\]/m.test(text),
  },
  { manifest: /^pom\.xml$/, locks: [], hasDependencies: (text) => /<dependency>/.test(text) },
  {
    manifest: /^build\.gradle(?:\.kts)?$/,
    locks: ['gradle.lockfile'],
    hasDependencies: (text) => /\b(?:implementation|api|compile|runtimeOnly)\b[ (]*["']/.test(text),
  },
  {
    manifest: /\.(?:cs|fs|vb)proj$/,
    locks: ['packages.lock.json'],
    hasDependencies: (text) => /<PackageReference\b/.test(text),
  },
  {
    manifest: /^composer\.json$/,
    locks: ['composer.lock'],
    hasDependencies: (text) =>
      Object.keys(recordIn(parseJson(text), 'require')).some((name) => name.includes('/')),
  },
];

/** Lists manifests with dependencies and no lock file: nothing says which versions are installed, so no advisory was looked up. */
export function listUnlocked(tree: SourceTree): string[] {
  const paths = new Set(tree.files.map(({ path }) => path));
  return KINDS.flatMap(({ manifest, locks, hasDependencies }) =>
    findManifests(tree, manifest)
      .filter((file) => hasDependencies(file.text() ?? ''))
      .filter(
        ({ path }) => !foldersUp(folderOf(path)).some((up) => locks.some((lock) => paths.has(up + lock))),
      )
      .map(
        ({ path }) =>
          `${path}: its dependencies were not compared with advisories, because it has no lock file.`,
      ),
  );
}
