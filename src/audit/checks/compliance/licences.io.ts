import { realpathSync } from 'node:fs';
import { join, sep } from 'node:path';
import { countOf } from '../../../findings/words.ts';
import type { SourceFile, SourceTree } from '../../../source/source-tree.ts';
import { readFileStart } from '../../../system/files/bounded.ts';
import type { CheckResult } from '../../check/check.ts';
import { type Hit, reportHits } from '../../check/report.ts';
import { findManifests, folderOf, nameOf } from '../../manifests/find.ts';
import { parseJson, textIn } from '../../manifests/json.ts';
import type { LockReader } from '../../manifests/locked.ts';
import { readNpmLock } from '../../manifests/npm-lock.ts';
import { readPnpmLock } from '../../manifests/pnpm-lock.ts';
import { readYarnLock } from '../../manifests/yarn-lock.ts';
import { readComposerLock } from './composer-lock.ts';
import { judgeDependencies, toDependencies } from './dependency-licences.ts';
import { classifyLicence } from './licence-policy.ts';
import { readOwnLicence } from './own-licence.ts';

/** Maximum size of a package's manifest that is read, in bytes. */
const MAX_MANIFEST_BYTES = 1024 * 1024;

const READERS: Record<string, LockReader> = {
  'package-lock.json': readNpmLock,
  'npm-shrinkwrap.json': readNpmLock,
  'yarn.lock': readYarnLock,
  'pnpm-lock.yaml': readPnpmLock,
  'composer.lock': readComposerLock,
};

const LOCK = /^(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|composer\.lock)$/;
/** Lock files that never contain licences. */
const SILENT = /^(?:Cargo\.lock|Gemfile\.lock|go\.sum|poetry\.lock|uv\.lock|Pipfile\.lock)$/;

/** Reports restrictive and unknown licences of dependencies, and contradictions in the project's own licence. */
export async function run(tree: SourceTree): Promise<CheckResult> {
  const own = readOwnLicence(tree);
  const bond = own.id ? classifyLicence(own.id) : 'unknown';
  const notes = [`The project is under ${own.id ?? 'no licence that this check recognizes'}.`];
  const hits: Hit[] = [...own.hits];
  for (const file of findManifests(tree, LOCK)) {
    const dependencies = readDependencies(tree, file);
    hits.push(...judgeDependencies(file.path, dependencies, bond));
    const silent = dependencies.filter((d) => d.licence === undefined).length;
    notes.push(
      `${file.path}: ${countOf(dependencies.length, 'package')}, ${silent} without a known licence.`,
    );
  }
  for (const { path } of findManifests(tree, SILENT))
    notes.push(`${path} contains no licences, so its packages were not checked.`);
  return reportHits(hits, notes);
}

function readDependencies(tree: SourceTree, file: SourceFile) {
  const lock = READERS[nameOf(file.path)]?.(file.text() ?? '');
  const modules = join(tree.root, folderOf(file.path), 'node_modules');
  return toDependencies(lock?.packages ?? [], (name) => readInstalled(tree.root, join(modules, name)));
}

// A package outside the tree, reached through a link, is not read.
function readInstalled(root: string, folder: string): string | undefined {
  try {
    const manifest = realpathSync(join(folder, 'package.json'));
    if (!manifest.startsWith(root + sep)) return undefined;
    const json = parseJson(readFileStart(manifest, MAX_MANIFEST_BYTES).toString('utf8'));
    return textIn(json, 'license');
  } catch {
    // The package is not installed, so only the lock file can state its licence.
    return undefined;
  }
}
