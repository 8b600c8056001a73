import { isRecord, type Json, parseJson, textIn } from '../../manifests/json.ts';
import type { Lock, LockedPackage } from '../../manifests/locked.ts';

/** Reads composer.lock, which names the licences of all packages. */
export function readComposerLock(text: string): Lock | undefined {
  const json = parseJson(text);
  if (!isRecord(json)) return undefined;
  const read = (key: string, dev: boolean) =>
    (Array.isArray(json[key]) ? json[key].filter(isRecord) : []).map((entry) => toPackage(entry, dev));
  return { packages: [...read('packages', false), ...read('packages-dev', true)] };
}

function toPackage(entry: Json, dev: boolean): LockedPackage {
  const { license } = entry;
  // Several mean that one may be chosen.
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
