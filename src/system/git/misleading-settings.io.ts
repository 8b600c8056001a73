import { existsSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { readTextIfReadable } from '../files/bounded.ts';
import type { MisleadingSetting } from './failure.ts';

/** What git says when such a setting sends it to no checkout, or to another folder. */
const SAYS_SO = /must be run in a work tree|not a git repository|cannot chdir|invalid path|no such file/i;

/**
 * The setting in a repository's own configuration with which git does not find the checkout around `directory`; undefined if there is none. `stderr`:
 * what git said, if it failed. Reads files only, because no git command works in such a repository.
 */
export function findMisleadingSetting(directory: string, stderr?: string): MisleadingSetting | undefined {
  if (stderr !== undefined && !SAYS_SO.test(stderr)) return undefined;
  const top = findCheckoutAround(directory);
  if (top === undefined) return undefined;
  const core = readCore(join(top, '.git', 'config'));
  if (/^(?:true|yes|on|1|)$/i.test(core.get('bare') ?? 'false')) return 'core.bare';
  const worktree = core.get('worktree');
  if (worktree === undefined || isSamePlace(resolve(top, '.git', worktree), top)) return undefined;
  return 'core.worktree';
}

/** The nearest folder whose `.git` is a folder with an index: a repository that has had a checkout there. */
function findCheckoutAround(directory: string): string | undefined {
  for (let folder = resolve(directory); ; folder = dirname(folder)) {
    const stat = statSync(join(folder, '.git'), { throwIfNoEntry: false });
    if (stat) return stat.isDirectory() && existsSync(join(folder, '.git', 'index')) ? folder : undefined;
    if (folder === dirname(folder)) return undefined;
  }
}

function isSamePlace(one: string, other: string): boolean {
  return existsSync(one) && realpathSync(one) === realpathSync(other);
}

/** The settings of the section `core`; the last value of each counts. */
function readCore(path: string): Map<string, string> {
  const values = new Map<string, string>();
  let isCore = false;
  for (const line of readTextIfReadable(path).split('\n')) {
    const [, section, rest = line] = /^\s*\[\s*([^\]]*?)\s*\](.*)$/.exec(line) ?? [];
    if (section !== undefined) isCore = section.toLowerCase() === 'core';
    const [, key, value = ''] = /^\s*([A-Za-z]+)\s*(?:=\s*(.*?)\s*)?$/.exec(rest) ?? [];
    if (isCore && key !== undefined) values.set(key.toLowerCase(), value.replace(/^"(.*)"$/, '$1'));
  }
  return values;
}
