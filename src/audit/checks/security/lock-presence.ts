import { compareText } from '../../../findings/compare-text.ts';
import type { SourceFile, SourceTree } from '../../../source/source-tree.ts';
import type { Hit } from '../../check/report.ts';
import { findManifests, folderOf, foldersUp, NODE_LOCKS, nameOf } from '../../manifests/find.ts';
import { isRecord, parseJson, recordIn } from '../../manifests/json.ts';
import type { DependencyLock } from '../../manifests/locked.ts';

/** Lock files by manifest, and whether the text of a manifest requires a lock file. */
const MANIFESTS: readonly { manifest: RegExp; locks: readonly string[]; needs: (text: string) => boolean }[] =
  [
    {
      manifest: /^package\.json$/,
      locks: NODE_LOCKS,
      needs: isApplication,
    },
    {
      manifest: /^composer\.json$/,
      locks: ['composer.lock'],
      needs: (t) =>
        /"require"\s*:\s*\{[^}]*\//.test(t) &&
        !/"type"\s*:\s*"(?!project)|"name"\s*:(?![\s\S]*"type"\s*:\s*"project")/.test(t),
    },
    {
      manifest: /^Gemfile$/,
      locks: ['Gemfile.lock'],
      needs: (t) => /^\s*gem\s/m.test(t) && !/^\s*gemspec\b/m.test(t),
    },
    { manifest: /^Pipfile$/, locks: ['Pipfile.lock'], needs: () => true },
    {
      manifest: /^pyproject\.toml$/,
      locks: ['poetry.lock', 'uv.lock', 'pdm.lock'],
      needs: (t) => /^\[tool\.poetry\.dependencies\]/m.test(t),
    },
    { manifest: /^go\.mod$/, locks: ['go.sum'], needs: (t) => /^require\b/m.test(t) },
    { manifest: /^Cargo\.toml$/, locks: ['Cargo.lock'], needs: (t) => /^\[\[bin\]\]/m.test(t) },
  ];

// A published library is installed with the versions that its user locks.
function isApplication(text: string): boolean {
  const json = parseJson(text);
  const isLibrary = isRecord(json) && json.private !== true && 'name' in json && 'version' in json;
  if (isLibrary) return false;
  const names = [recordIn(json, 'dependencies'), recordIn(json, 'devDependencies')].flatMap(Object.keys);
  return names.length > 0;
}

/** Reports manifests without a lock file in the same folder or a folder above. */
export function judgeMissing(tree: SourceTree): Hit[] {
  const paths = new Set(tree.files.map((f) => f.path));
  return MANIFESTS.flatMap(({ manifest, locks, needs }) =>
    findManifests(tree, manifest)
      .filter((file) => needs(file.text() ?? ''))
      .filter(
        (file) => !foldersUp(folderOf(file.path)).some((up) => locks.some((lock) => paths.has(up + lock))),
      )
      .map((file): Hit => missingLock(file, locks[0] ?? '')),
  );
}

function missingLock(file: SourceFile, lock: string): Hit {
  return {
    rule: 'missing-lock',
    severity: 'minor',
    title: `missing-lock: ${nameOf(file.path)} has no ${lock} or similar`,
    path: file.path,
    detail: 'Two installs can install different code; commit the lock file that your package manager writes.',
  };
}

const MANAGERS: Record<string, string> = {
  'package-lock.json': 'npm',
  'npm-shrinkwrap.json': 'npm',
  'yarn.lock': 'yarn',
  'pnpm-lock.yaml': 'pnpm',
  'bun.lock': 'bun',
  'bun.lockb': 'bun',
};

/** Reports lock files of several package managers in one folder. */
export function judgeSeveral(tree: SourceTree): Hit[] {
  const byFolder = new Map<string, Map<string, string>>();
  for (const { path } of findManifests(tree, /lock/)) {
    const manager = MANAGERS[nameOf(path)];
    if (!manager) continue;
    const found = byFolder.get(folderOf(path)) ?? new Map<string, string>();
    byFolder.set(folderOf(path), found.set(manager, path));
  }
  return [...byFolder.values()]
    .filter((found) => found.size > 1)
    .map((found): Hit => {
      const managers = [...found.keys()].sort(compareText);
      return {
        rule: 'several-locks',
        severity: 'minor',
        title: `several-locks: lock files of ${managers.join(' and ')} in one folder`,
        path: found.get(managers[0] ?? '') ?? '',
        detail:
          'Only one of them is used and the others become outdated; delete the lock files of the other managers.',
      };
    });
}

/** Reports an npm lock file that does not match its package.json; `npm ci` refuses such a pair. */
export function judgeStale(lockPath: string, lock: DependencyLock, manifest: string | undefined): Hit[] {
  const json = parseJson(manifest);
  const { asked } = lock;
  if (!isRecord(json) || !asked) return [];
  const different = (['dependencies', 'devDependencies', 'optionalDependencies'] as const).flatMap((kind) =>
    differences(withoutOptional(recordIn(json, kind), json, kind), withoutOptional(asked[kind], asked, kind)),
  );
  if (different.length === 0) return [];
  return [
    {
      rule: 'stale-lock',
      severity: 'major',
      title: `stale-lock: ${different.slice(0, 3).join(', ')} differ from package.json`,
      path: lockPath,
      detail: '`npm ci` refuses this lock file; run `npm install` and commit the lock file.',
    },
  ];
}

// npm lists an optional dependency in one group only, even if the manifest lists it in two.
function withoutOptional(
  asked: Record<string, unknown>,
  all: unknown,
  kind: string,
): Record<string, unknown> {
  if (kind === 'optionalDependencies') return asked;
  const optional = recordIn(all, 'optionalDependencies');
  return Object.fromEntries(Object.entries(asked).filter(([name]) => !(name in optional)));
}

function differences(wanted: Record<string, unknown>, locked: Record<string, unknown>): string[] {
  const names = new Set([...Object.keys(wanted), ...Object.keys(locked)]);
  return [...names].filter((name) => wanted[name] !== locked[name]).sort(compareText);
}
