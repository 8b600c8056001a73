import { lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';

/** More links in a row lead nowhere. */
const MOST_LINKS = 40;

/**
 * Where a path really leads, also where its last parts are not there yet: a link anywhere on the way, the file itself too, must not
 * pass for what it is called.
 */
export function realPathOf(path: string, links = 0): string {
  const missing: string[] = [];
  for (let at = resolve(path); ; at = dirname(at)) {
    const real = tryReal(at);
    if (real !== undefined) return join(real, ...missing);
    // A link to something that is not there yet: what is written through it, is written there.
    const target = linkAt(at);
    if (target !== undefined && links < MOST_LINKS)
      return join(realPathOf(resolve(dirname(at), target), links + 1), ...missing);
    if (dirname(at) === at) return resolve(path);
    missing.unshift(basename(at));
  }
}

export function isInside(path: string, folder: string): boolean {
  return path.startsWith(folder + sep);
}

function tryReal(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

function linkAt(path: string): string | undefined {
  try {
    return lstatSync(path).isSymbolicLink() ? readlinkSync(path) : undefined;
  } catch {
    return undefined;
  }
}
