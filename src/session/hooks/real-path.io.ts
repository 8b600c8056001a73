import { lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { isCaseBlindSystem, restoreCase } from '../../system/files/letter-case.io.ts';

/** Maximum number of links that are followed; a longer chain is treated as a cycle. */
const MAX_LINKS = 40;

/**
 * Resolves all links in a path, including a link at its end. Parts at the end that do not exist yet are kept as they are, so that
 * the place of a new file is known before it is written.
 */
export function realPathOf(path: string, links = 0): string {
  const missing: string[] = [];
  for (let at = resolve(path); ; at = dirname(at)) {
    const real = realPathIfPresent(at);
    if (real !== undefined) return join(real, ...missing);
    // For a link to a missing file: a write through the link would create its target.
    const target = linkTargetOf(at);
    if (target !== undefined && links < MAX_LINKS)
      return join(realPathOf(resolve(dirname(at), target), links + 1), ...missing);
    if (dirname(at) === at) return resolve(path);
    missing.unshift(basename(at));
  }
}

/** Returns whether a path is below a folder; both must be absolute, with links resolved. */
export function isInside(path: string, folder: string): boolean {
  return path.startsWith(folder + sep);
}

function realPathIfPresent(path: string): string | undefined {
  try {
    return isCaseBlindSystem() ? restoreCase(realpathSync(path)) : realpathSync(path);
  } catch {
    return undefined;
  }
}

function linkTargetOf(path: string): string | undefined {
  try {
    return lstatSync(path).isSymbolicLink() ? readlinkSync(path) : undefined;
  } catch {
    return undefined;
  }
}
