import { readFileSync } from 'node:fs';
import type { PathRule } from './path-rules.ts';

/** A mount: the folder `root` of the file system `device` is seen at `point`. */
export interface Mount {
  device: string;
  root: string;
  point: string;
}

/** The mounts that this process sees; none where the system does not show them. */
export function readMounts(): Mount[] {
  try {
    return parseMounts(readFileSync('/proc/self/mountinfo', 'utf8'));
  } catch {
    return [];
  }
}

/** Parses /proc/self/mountinfo. */
export function parseMounts(text: string): Mount[] {
  return text.split('\n').flatMap((line) => {
    const [, , device, root, point] = line.split(' ');
    return device && root && point
      ? [{ device, root: decodeEscapes(root), point: decodeEscapes(point) }]
      : [];
  });
}

const decodeEscapes = (text: string) =>
  text.replace(/\\([0-7]{3})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 8)));

/**
 * The rules for the other places at which what a rule protects is seen, because it or a folder around it is mounted a second time. What a rule makes
 * writable stays so only at the path that the rule names.
 */
export function listAliasRules(rules: readonly PathRule[], mounts: readonly Mount[]): PathRule[] {
  const named = new Set(rules.map(({ path }) => path));
  const found = rules
    .filter(({ access }) => access !== 'writable' && access !== 'one-file')
    .flatMap((rule) => aliasesOf(rule.path, mounts).map((path): PathRule => ({ ...rule, path })));
  return found.filter(({ path }) => !named.has(path));
}

/** The other paths of what is at `path`, and of parts of it. */
function aliasesOf(path: string, mounts: readonly Mount[]): string[] {
  const own = mountOf(path, mounts);
  if (own === undefined) return [];
  const source = join(own.root, below(path, own.point));
  return mounts.flatMap((mount) => {
    if (mount === own || mount.device !== own.device) return [];
    if (isAtOrBelow(source, mount.root))
      return seenAt(join(mount.point, below(source, mount.root)), mount, path, mounts);
    return isAtOrBelow(mount.root, source) ? seenAt(mount.point, mount, path, mounts) : [];
  });
}

/** The path, unless a later mount covers it, or it is part of the path itself. */
function seenAt(alias: string, mount: Mount, path: string, mounts: readonly Mount[]): string[] {
  return mountOf(alias, mounts) === mount && !isAtOrBelow(alias, path) ? [alias] : [];
}

/** The mount that shows a path: the deepest, and of several at one point the last. */
function mountOf(path: string, mounts: readonly Mount[]): Mount | undefined {
  let found: Mount | undefined;
  for (const mount of mounts)
    if (isAtOrBelow(path, mount.point) && mount.point.length >= (found?.point.length ?? 0)) found = mount;
  return found;
}

const isAtOrBelow = (path: string, folder: string) =>
  folder === '/' || path === folder || path.startsWith(`${folder}/`);

/** What follows `folder` in `path`, with its slash; empty for the folder itself. */
const below = (path: string, folder: string) => (folder === '/' ? path : path.slice(folder.length));

function join(folder: string, rest: string): string {
  if (rest === '' || rest === '/') return folder;
  return folder === '/' ? rest : folder + rest;
}
