/** Folders that tools fill from committed files: a rescue of their content would cost much and keep nothing of value. */
const REBUILT = new Set([
  'node_modules',
  '.venv',
  'venv',
  '__pycache__',
  '.pytest_cache',
  '.mypy_cache',
  '.ruff_cache',
  '.tox',
  '.gradle',
  '.next',
  '.nuxt',
  '.turbo',
  '.parcel-cache',
]);

/** Marks a folder as a cache (bford.info/cachedir); cargo, pytest and others write it. */
const CACHE_MARK = 'CACHEDIR.TAG';

/** The files that git ignores in a worktree: `kept` are rescued, `dropped` are folders that tools rebuild, with a slash at the end. */
export interface IgnoredFiles {
  kept: string[];
  dropped: string[];
}

/** Splits the ignored files of a worktree. Pure. */
export function splitIgnored(paths: readonly string[]): IgnoredFiles {
  const caches = paths
    .filter((path) => path.endsWith(`/${CACHE_MARK}`))
    .map((path) => path.slice(0, -CACHE_MARK.length));
  const kept: string[] = [];
  const dropped = new Set<string>();
  for (const path of paths) {
    const folder = findRebuilt(path) ?? caches.find((cache) => path.startsWith(cache));
    if (folder === undefined) kept.push(path);
    else dropped.add(folder);
  }
  return { kept, dropped: [...dropped] };
}

/** Whether a path, with or without a slash at the end, is a folder that tools fill from committed files. Pure. */
export function isRebuiltFolder(path: string): boolean {
  const name = path.replace(/\/$/, '').split('/').at(-1) ?? '';
  return REBUILT.has(name);
}

function findRebuilt(path: string): string | undefined {
  const parts = path.split('/');
  // The last part is a file, or empty after the name of a nested repository.
  const at = parts.slice(0, -1).findIndex((part) => REBUILT.has(part));
  return at < 0 ? undefined : `${parts.slice(0, at + 1).join('/')}/`;
}
