import { existsSync, realpathSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { CLIENT_FOLDER, CLIENT_SERVERS, CLIENT_STATE_FOLDERS } from '../client/project-settings.ts';
import { makeMountPoints } from './mount-points.io.ts';
import type { PathRule } from './path-rules.ts';

export interface SettingsOrder {
  /** The top of the user's checkout. */
  top: string;
  /** Where the run's agents work: the top, or a folder below it. */
  project: string;
  /** The user's homes. The client's folder there is no project's, and has rules of its own. */
  homes: readonly string[];
  /** Paths that the user lets agents write. */
  writable: readonly string[];
}

/**
 * Returns a function that lists the rules for the client's settings of a checkout, by its top: agents read them, because the client would start what they
 * name outside of the sandbox. A missing setting is made first as an empty folder, also in the place of a file: git does not show it, and it is
 * removed again (makeMountPoints). What the user has named as writable is left out, in a worktree of the project too.
 */
export function openClientSettings(order: SettingsOrder): (top: string) => PathRule[] {
  const { top, homes, writable } = order;
  const folders = listFolders(top, order.project).map((folder) => relative(top, folder));
  const settings = folders
    .flatMap((folder) => [CLIENT_FOLDER, CLIENT_SERVERS].map((name) => join(folder, name)))
    .filter((path) => !writable.includes(join(top, path)));
  const made = new Set<string>();
  return (tree) => {
    const paths = settings
      .map((path) => join(tree, path))
      .filter((path) => !homes.some((home) => path === join(home, CLIENT_FOLDER)));
    const inTree = paths.filter((path) => existsSync(dirname(path)));
    const missing = inTree.filter((path) => !made.has(path) || !existsSync(path));
    if (missing.length > 0) makeMountPoints(missing);
    for (const path of missing) made.add(path);
    return inTree.flatMap((path) => protect(path, tree));
  };
}

/** A folder and those above it, up to the top of its checkout. */
function listFolders(top: string, folder: string): string[] {
  const isBelow = folder.startsWith(`${top}/`);
  return isBelow ? [...listFolders(top, dirname(folder)), folder] : [top];
}

/** Links lead to the real path. One that leads out of the checkout needs no rule of its own. */
function protect(path: string, tree: string): PathRule[] {
  const real = realOf(path).filter((each) => each.startsWith(`${tree}/`));
  const state = CLIENT_STATE_FOLDERS.flatMap((name) => realOf(join(path, name)));
  return [
    ...real.map((each): PathRule => ({ path: each, access: 'read-only' })),
    ...state
      .filter((each) => real.some((folder) => each.startsWith(`${folder}/`)))
      .map((each): PathRule => ({ path: each, access: 'writable' })),
  ];
}

function realOf(path: string): string[] {
  try {
    return [realpathSync(path)];
  } catch {
    return [];
  }
}
