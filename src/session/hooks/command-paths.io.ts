import { lstatSync, readdirSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { isCaseBlindSystem } from '../../system/files/letter-case.io.ts';
import { homeOfUser } from '../../system/user-home.io.ts';
import { realPathOf } from './real-path.io.ts';

/** Bounds the time for a command that holds a long text. */
const MAX_PATHS = 20_000;
const MAX_CHANGES = 4;
const MAX_PATTERNS = 20;
const MAX_MATCHES = 500;

/**
 * The paths that the words of a shell command name, as they are given and without links: seen from the folders where it may start and from each folder that it changes to. A
 * path that a shell or a program puts together is not seen.
 */
export function listCommandPaths(
  command: string,
  starts: readonly string[],
  home: string | undefined = undefined,
): string[] {
  const homes = [homeOfUser(), ...(home === undefined ? [] : [home])];
  const words = [...new Set(homes.map((each) => expandHome(command, each)))].flatMap(splitWords);
  const changes = words.filter((_, index) => CHANGES_FOLDER.test(words[index - 1] ?? ''));
  const folders = starts.flatMap((start) => followChanges(start, changes.slice(0, MAX_CHANGES)));
  const patterns = words.filter((word) => /[*?[]/.test(word)).slice(0, MAX_PATTERNS);
  const paths = folders.flatMap((folder) => [
    ...words.map((word) => resolve(folder, word)),
    ...patterns.flatMap((pattern) => expandPattern(folder, pattern)),
  ]);
  const realPath = openRealPaths();
  const given = [...new Set(paths)].slice(0, MAX_PATHS);
  return [...new Set([...given.map(realPath), ...given])];
}

/** The present paths that a shell may put in the place of a pattern; more than it does where a name begins with a dot. */
function expandPattern(folder: string, pattern: string): string[] {
  let found = [pattern.startsWith('/') ? '/' : folder];
  for (const part of pattern.split('/').filter((each) => each !== '')) {
    const isMatch = /[*?[]/.test(part) ? patternOf(part) : undefined;
    found = found.flatMap((at) =>
      isMatch
        ? namesIn(at)
            .filter(isMatch)
            .map((name) => join(at, name))
        : [join(at, part)],
    );
    if (found.length > MAX_MATCHES) return [];
  }
  return found;
}

/** A test of a name; a list in brackets counts as any character. */
function patternOf(part: string): (name: string) => boolean {
  const source = part
    .replace(/\[[^\]]*\]/g, '?')
    .replace(/[.+^${}()|\\\][]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replace(/\?/g, '.');
  const matcher = new RegExp(`^${source}$`, 's');
  return (name) => matcher.test(name);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
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
  const words = texts.flatMap((text) => text.split(/[\s'"`;&|<>(){},=]+/)).filter((word) => word !== '');
  // In a script of sed, the name of a file follows its command w without a blank.
  return /\bsed\b/.test(joined)
    ? words.flatMap((word) => [word, ...word.split(/(?<=w)(?=[./~])/).slice(1)])
    : words;
}

function expandHome(command: string, home: string): string {
  return command.replace(/(?<![\w/.~-])~(?=\/)|\$HOME\b|\$\{HOME\}/g, () => home);
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
