import { lstatSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { isCaseBlindSystem } from '../../system/files/letter-case.io.ts';
import { homeOfUser } from '../../system/user-home.io.ts';
import { realPathOf } from './real-path.io.ts';

/** Bounds the time for a command that holds a long text. */
const MAX_PATHS = 20_000;
const MAX_CHANGES = 4;

/**
 * The paths that the words of a shell command name, without links: seen from the folders where it may start and from each folder that it changes to. A
 * path that a shell or a program puts together is not seen.
 */
export function listCommandPaths(command: string, starts: readonly string[]): string[] {
  const words = splitWords(expandHome(command));
  const changes = words.filter((_, index) => CHANGES_FOLDER.test(words[index - 1] ?? ''));
  const folders = starts.flatMap((start) => followChanges(start, changes.slice(0, MAX_CHANGES)));
  const paths = folders.flatMap((folder) => words.map((word) => resolve(folder, word)));
  const realPath = openRealPaths();
  return [...new Set(paths)].slice(0, MAX_PATHS).map(realPath);
}

/** A folder and those that a command reaches from it by changing its folder. */
function followChanges(start: string, changes: readonly string[]): string[] {
  const folders = [start];
  for (const change of changes) folders.push(resolve(folders.at(-1) ?? start, change));
  return folders;
}

const CHANGES_FOLDER = /^(?:cd|pushd|-C)$/;

/** The words between blanks, quotes and operators, also with quotes and escapes left out, as a shell joins their parts. */
function splitWords(command: string): string[] {
  const joined = command.replace(/\\\n/g, '').replace(/['"\\]/g, '');
  const texts = joined === command ? [command] : [command, joined];
  return texts.flatMap((text) => text.split(/[\s'"`;&|<>(){},=]+/)).filter((word) => word !== '');
}

function expandHome(command: string): string {
  return command.replace(/(?<![\w/.~-])~(?=\/)|\$HOME\b|\$\{HOME\}/g, () => homeOfUser());
}

/** As `realPathOf`, but looks at each folder once: most words of a long command name no file. */
function openRealPaths(): (path: string) => string {
  const known = new Map<string, string>();
  return (path) => {
    if (isCaseBlindSystem() || isLink(path)) return realPathOf(path);
    const folder = dirname(path);
    const real = known.get(folder) ?? realPathOf(folder);
    known.set(folder, real);
    return join(real, basename(path));
  };
}

// A path that is too long for the system names no file.
function isLink(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  } catch {
    return false;
  }
}
