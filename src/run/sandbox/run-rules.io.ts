import { existsSync, mkdirSync, readdirSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { packageRoot } from '../../system/package-root.ts';
import { makeMountPoints } from '../../system/sandbox/mount-points.io.ts';
import type { PathRule } from '../../system/sandbox/path-rules.ts';
import { stateFolderOfUser } from '../../system/user-home.io.ts';
import { configPaths } from '../ledger/config.io.ts';
import { isRunId } from '../ledger/names.ts';
import {
  listRootFolders,
  openRunRoots,
  type RootChoice,
  stateFolder,
  TREES_FOLDER,
} from '../ledger/roots.io.ts';
import { listHomes } from './machine-rules.io.ts';

/** The parts of the plugin that are started or read; the others matter only where the plugin itself is the project. */
const PLUGIN_PARTS = [
  'bin',
  'hooks',
  'templates',
  'agents',
  'commands',
  'skills',
  '.claude-plugin',
  'package.json',
];
const ENGINE_FOLDERS: readonly string[] = ['.sessions', '.clients', TREES_FOLDER];

/**
 * The rules for all code of agents of one run: it changes no run, no session marker, neither the user's configuration nor the plugin, and sees no key
 * of approvals. `dir`: the run; `project`: where its agents work.
 */
export function listRunRules(dir: string, project: string, choice: RootChoice): PathRule[] {
  makeFolder(stateFolderOfUser());
  // An agent could make them otherwise.
  makeMountPoints(configPaths(choice.env).map(dirname));
  const roots = openRunRoots(choice);
  const all = new Set(
    [dirname(dir), ...(roots.ok ? [roots.value.markers, ...roots.value.all] : [])].map(realOf),
  );
  return listEngineRules(all, project, choice);
}

/** The same for git of the engine, where no run is known; makes no folder. `project`: the real path of a checkout. */
export function listStateRules(project: string, choice: RootChoice): PathRule[] {
  return listEngineRules(new Set(listRootFolders(choice).map(realOf)), project, choice);
}

function listEngineRules(roots: ReadonlySet<string>, project: string, choice: RootChoice): PathRule[] {
  const state = stateFolderOfUser();
  // With XDG_STATE_HOME the queues are elsewhere than the keys.
  const queues = join(stateFolder(choice.env), 'sao', 'queues');
  const configurations = configPaths(choice.env).map(dirname);
  const needed = [project, ...listHomes(choice.env), tmpdir()].map(realOf);
  const existing = (path: string) => (existsSync(path) ? [realOf(path)] : []);
  return [
    ...[state, queues].flatMap(existing).map((path): PathRule => ({ path, access: 'hidden' })),
    ...configurations.flatMap(existing).map(readOnly),
    ...listPluginParts(realOf(packageRoot()), realOf(project)).map(readOnly),
    ...[...roots].flatMap((root) => listRootParts(root, needed)).map(readOnly),
  ];
}

/** Makes a folder that must not be made by an agent. */
function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch {
    // Then an agent cannot make it either.
  }
}

function listPluginParts(root: string, project: string): string[] {
  if (!isAtOrBelow(project, root)) return [root];
  return PLUGIN_PARTS.map((name) => join(root, name)).filter((path) => existsSync(path));
}

/** A folder of runs; if the user chose one that holds other things, such as the home folder, only what belongs to runs. */
function listRootParts(root: string, needed: readonly string[]): string[] {
  if (!existsSync(root)) return [];
  if (!needed.some((path) => isAtOrBelow(path, root))) return [root];
  return readdirSync(root)
    .filter((name) => isRunId(name) || ENGINE_FOLDERS.includes(name))
    .map((name) => join(root, name));
}

function isAtOrBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

const readOnly = (path: string): PathRule => ({ path, access: 'read-only' });
