import type { DependencyLock, LockedPackage } from './locked.ts';

/**
 * Reads yarn.lock of version 1 and of later versions; undefined if the text is invalid. Both formats are blocks of a
 * heading and indented fields.
 */
export function readYarnLock(text: string): DependencyLock | undefined {
  if (!/^# yarn lockfile v1|^__metadata:/m.test(text)) return undefined;
  const packages: LockedPackage[] = [];
  let current: LockedPackage | undefined;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (/^["\w@]/.test(line) && line.endsWith(':') && line !== '__metadata:') {
      current = startBlock(line, index + 1);
      packages.push(current);
    } else if (current && /^ {2}\w/.test(line)) {
      readField(current, line.trim());
    }
  }
  return { packages };
}

function startBlock(heading: string, line: number): LockedPackage {
  const name = /^"?(@?[^@"]+)@/.exec(heading)?.[1] ?? heading;
  return { name, dev: false, local: /@(?:workspace|link|portal|file|patch):/.test(heading), line };
}

function readField(current: LockedPackage, field: string): void {
  const [, key, value = ''] = /^(\w+):?\s+"?([^"]*)"?$/.exec(field) ?? [];
  if (key === 'version') current.version = value;
  if (key === 'resolved') current.source = value;
  if (key === 'integrity' || key === 'checksum') current.integrity = value;
  // Yarn writes no checksum for a package that it installs only on some systems.
  if (key === 'conditions') current.integrity ??= 'by condition';
  if (key === 'resolution' && /@(?:git|https?)|#commit=/.test(value))
    current.source = value.replace(/^@?[^@]+@/, '');
  // Yarn 1 writes the hash of old packages only after the address.
  if (key === 'resolved' && /#[0-9a-f]{40}$/.test(value) && !isGit(value)) current.integrity ??= 'sha1-';
}

function isGit(source: string): boolean {
  return /^git|\.git#|codeload\.github/.test(source);
}
