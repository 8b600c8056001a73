import { parseDocument } from 'yaml';
import { lineFinder } from '../../source/lines.ts';
import { isRecord, recordIn, textIn } from './json.ts';
import type { DependencyLock, LockedPackage } from './locked.ts';

/** Reads the packages of pnpm-lock.yaml, versions 5 to 9; undefined if the text is invalid. */
export function readPnpmLock(text: string): DependencyLock | undefined {
  const document = parseDocument(text, { logLevel: 'silent' });
  if (document.errors.length > 0) return undefined;
  const json: unknown = document.toJS();
  if (!isRecord(json) || json.lockfileVersion === undefined) return undefined;
  const lineOf = lineFinder(text);
  const packages = Object.entries(recordIn(json, 'packages')).map(([key, entry]): LockedPackage => {
    const resolution = recordIn(entry, 'resolution');
    const source = textIn(resolution, 'tarball') ?? textIn(resolution, 'repo');
    return {
      ...splitKey(key),
      source: resolution.type === 'git' ? `git+${source}#${textIn(resolution, 'commit') ?? ''}` : source,
      integrity: textIn(resolution, 'integrity'),
      dev: isRecord(entry) && entry.dev === true,
      local: textIn(resolution, 'directory') !== undefined,
      line: lineOf(Math.max(0, text.indexOf(`\n  ${key}`), text.indexOf(`\n  '${key}'`)) + 1),
    };
  });
  return { packages };
}

// Keys are `/name/1.0.0`, `/name@1.0.0(peer)` or `name@1.0.0`, depending on the version.
function splitKey(key: string): { name: string; version?: string } {
  const plain = key.replace(/^\//, '').replace(/\(.*$/, '');
  const [, name, version] = /^(@?[^@]+?)[@/](\d[^/]*)$/.exec(plain) ?? [];
  return name && version ? { name, version } : { name: plain };
}
