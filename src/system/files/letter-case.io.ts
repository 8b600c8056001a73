import { lstatSync, readdirSync } from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';

/** Whether the system's usual file systems take `a` and `A` for the same name. */
export function isCaseBlindSystem(platform: NodeJS.Platform = process.platform): boolean {
  return platform === 'darwin' || platform === 'win32';
}

type Identify = (path: string) => string | undefined;

/**
 * Whether the file system of an existing folder takes `a` and `A` for the same name: the folder has the same identity under its name in the other
 * case. False if its path has no letters.
 */
export function isCaseBlind(folder: string, identify: Identify = identifyFile): boolean {
  for (let at = folder; dirname(at) !== at; at = dirname(at)) {
    const name = basename(at);
    const other = swapCase(name);
    if (other === name) continue;
    const identity = identify(at);
    return identity !== undefined && identity === identify(join(dirname(at), other));
  }
  return false;
}

function swapCase(name: string): string {
  return name.replace(/[a-zA-Z]/g, (letter) =>
    letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
  );
}

function identifyFile(path: string): string | undefined {
  try {
    const { dev, ino } = lstatSync(path, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return undefined;
  }
}

/**
 * The path of an existing file with the names as their folders list them: for a file system that finds `LEDGER.JSONL` where `ledger.jsonl` is,
 * with letters composed or decomposed. A folder that cannot be listed keeps the name that was given.
 */
export function restoreCase(path: string, list: (folder: string) => readonly string[] = listNames): string {
  const [root = '', ...names] = path.split(sep);
  return names.reduce((folder, name) => {
    const listed = list(folder === '' ? sep : folder);
    const found = listed.includes(name) ? name : listed.find((each) => fold(each) === fold(name));
    return `${folder}${sep}${found ?? name}`;
  }, root);
}

const fold = (name: string) => name.normalize('NFC').toLowerCase();

function listNames(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
