import { lineFinder } from '../../source/lines.ts';
import { isRecord, type Json, parseJson, recordIn, textIn } from './json.ts';
import type { DependencyLock, LockedPackage } from './locked.ts';

/** Reads package-lock.json and npm-shrinkwrap.json, versions 1 to 3; undefined if the text is invalid. */
export function readNpmLock(text: string): DependencyLock | undefined {
  const json = parseJson(text);
  if (!isRecord(json)) return undefined;
  const lineOfKey = keyFinder(text);
  if (!isRecord(json.packages)) return { packages: readTree(recordIn(json, 'dependencies'), lineOfKey) };
  const packages = Object.entries(json.packages)
    .filter(([path]) => path !== '')
    .map(([path, entry]) => readPackage(path, isRecord(entry) ? entry : {}, lineOfKey(path)));
  return { packages, asked: readAsked(recordIn(json.packages, '')) };
}

function readAsked(root: Json): DependencyLock['asked'] {
  return {
    dependencies: recordIn(root, 'dependencies'),
    devDependencies: recordIn(root, 'devDependencies'),
    optionalDependencies: recordIn(root, 'optionalDependencies'),
  };
}

function readPackage(path: string, entry: Json, line: number): LockedPackage {
  const at = path.lastIndexOf('node_modules/');
  return {
    name: textIn(entry, 'name') ?? (at < 0 ? path : path.slice(at + 'node_modules/'.length)),
    version: textIn(entry, 'version'),
    source: textIn(entry, 'resolved'),
    integrity: textIn(entry, 'integrity'),
    licence: licenceOf(entry),
    dev: entry.dev === true || entry.devOptional === true,
    local: at < 0 || entry.link === true || entry.inBundle === true,
    line,
  };
}

function licenceOf(entry: Json): string | undefined {
  return textIn(entry, 'license') ?? textIn(entry.license, 'type');
}

// Version 1 nests packages like folders.
function readTree(dependencies: Json, lineOfKey: (key: string) => number): LockedPackage[] {
  return Object.entries(dependencies).flatMap(([name, value]) => {
    const entry = isRecord(value) ? value : {};
    const version = textIn(entry, 'version') ?? '';
    const isUrl = /^(?:git|https?|github|file):|^git\+/.test(version);
    const self: LockedPackage = {
      name,
      version,
      source: textIn(entry, 'resolved') ?? (isUrl ? version : undefined),
      integrity: textIn(entry, 'integrity'),
      dev: entry.dev === true,
      local: entry.bundled === true || version.startsWith('file:'),
      line: lineOfKey(name),
    };
    return [self, ...readTree(recordIn(entry, 'dependencies'), lineOfKey)];
  });
}

// One pass finds the lines of all keys; one search per key would be quadratic.
function keyFinder(text: string): (key: string) => number {
  const lineOf = lineFinder(text);
  const lines = new Map<string, number>();
  for (const match of text.matchAll(/^\s*"([^"\n]+)":\s*\{/gm)) {
    const key = match[1] ?? '';
    if (!lines.has(key)) lines.set(key, lineOf(match.index + match[0].indexOf('"')));
  }
  return (key) => lines.get(key) ?? 1;
}
