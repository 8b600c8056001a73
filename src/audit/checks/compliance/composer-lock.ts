import { isRecord, type Json, parseJson, textIn } from '../../manifests/json.ts';
import type { DependencyLock, LockedPackage } from '../../manifests/locked.ts';

/** Reads composer.lock with the licences of its packages; undefined if the text is not a JSON object. */
export function readComposerLock(text: string): DependencyLock | undefined {
  const json = parseJson(text);
  if (!isRecord(json)) return undefined;
  const read = (key: string, dev: boolean) =>
    (Array.isArray(json[key]) ? json[key].filter(isRecord) : []).map((entry) => toPackage(entry, dev));
  return { packages: [...read('packages', false), ...read('packages-dev', true)] };
}

function toPackage(entry: Json, dev: boolean): LockedPackage {
  const { license } = entry;
  // If Composer lists several licences, the user may choose one of them.
  const licence = Array.isArray(license) && license.length > 0 ? license.join(' OR ') : undefined;
  return {
    name: textIn(entry, 'name') ?? '',
    version: textIn(entry, 'version'),
    licence,
    dev,
    local: false,
    line: 1,
  };
}
