import { existsSync, lstatSync, realpathSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { listNamesIfReadable } from '../../system/files/bounded.ts';
import { isEnvironmentOfModel } from '../../system/process/caller.ts';
import { findProgram } from '../../system/process/find-program.ts';
import { listUserFolders } from '../../system/process/program-folders.ts';
import { makeMountPoints } from '../../system/sandbox/mount-points.io.ts';
import type { PathRule } from '../../system/sandbox/path-rules.ts';
import { realHomesOfUser } from '../../system/user-home.io.ts';
import type { UserConfig } from '../ledger/config.io.ts';
import { listPrivateKeys } from './private-keys.io.ts';
import { listStartUpTexts, START_UP_FOLDERS } from './start-up-files.ts';
import { CLIENT_SETTINGS, isClientState, TOOL_FOLDERS, TOOL_VARIABLES } from './tool-folders.ts';

type Env = Readonly<Record<string, string | undefined>>;

export interface MachineOrder {
  /** The top of the checkout that agents work in. */
  project: string;
  env: Env;
  config: Pick<UserConfig, 'sandboxWritable' | 'signingKey'>;
}

/**
 * The rules for the rest of the machine, where all is read-only: what agents may write besides their work, and what they must not see. The folders of
 * programs are read-only also below a folder that can be written: the user and the engine start programs from there.
 */
export function listMachineRules({ project, env, config }: MachineOrder): PathRule[] {
  const homes = listHomes(env);
  const inProject = homes.filter((home) => isAtOrBelow(home, project));
  for (const home of inProject) {
    // A client there reads it as the settings of the project. The other settings are made with the client's rules.
    const settings = join(home, '.claude', 'settings.local.json');
    makeMountPoints([join(home, '.claude')], { [settings]: '{}\n' });
  }
  const own = listWritable(config, homes);
  const writable = [
    ...listTemporaryFolders(env),
    ...homes.flatMap((home) => listToolFolders(home, env, project)),
    ...listMovedFolders(env),
  ];
  const rules = [
    ...listTemporaryFolders(env).map(writableRule),
    // A home may lie in a folder that can be written.
    ...homes.map(readOnly),
    ...writable.map(writableRule),
    ...homes.flatMap((home) => listClientRules(home, chosenBy(env, 'CLAUDE_CONFIG_DIR')[0])),
    ...homes.flatMap((home) => existing(join(home, '.cache', 'sao'))).map(readOnly),
    writableRule(project),
    ...own.map(writableRule),
    ...inProject.flatMap((home) => listStartUpFiles(home, env.PATH)).map(readOnly),
    ...homes
      .flatMap(listLinkTargets)
      .filter((path) => !isAtOrBelow(project, path) && !writable.includes(path))
      .map(readOnly),
    ...listProgramFolders(env, project).map(readOnly),
  ];
  return [...rules, ...listPrivateKeys(homes, config.signingKey).map(empty)];
}

/** The rules for git of the engine: as for agents, but without the caches of tools and the client's folder. */
export function listGitMachineRules({ project, env, config }: MachineOrder): PathRule[] {
  const homes = listHomes(env);
  const temporary = listTemporaryFolders(env);
  const own = listWritable(config, homes);
  return [
    ...temporary.map(writableRule),
    ...homes.map(readOnly),
    ...own.map(writableRule),
    ...homes
      .filter((home) => isAtOrBelow(home, project))
      .flatMap((home) => listStartUpFiles(home, env.PATH))
      .map(readOnly),
    ...homes
      .flatMap(listLinkTargets)
      .filter((path) => !isAtOrBelow(project, path) && !temporary.includes(path))
      .map(readOnly),
    ...listProgramFolders(env, project).map(readOnly),
    ...listPrivateKeys(homes, config.signingKey).map(empty),
  ];
}

/** The real paths that the user lets agents write. */
export function listWritable(
  { sandboxWritable }: Pick<UserConfig, 'sandboxWritable'>,
  homes: readonly string[],
): string[] {
  return sandboxWritable.map((path) => expandHome(path, homes)).flatMap(realOf);
}

/** The real paths of the user's homes: that of the password database, and that which git and shells take. */
export function listHomes({ HOME }: Env): string[] {
  const named = HOME !== undefined && isAbsolute(HOME) ? [HOME] : [];
  return [...new Set([...realHomesOfUser(), ...named].flatMap(realOf))].filter((home) => home !== '/');
}

function listTemporaryFolders(env: Env): string[] {
  const usual = process.platform === 'darwin' ? ['/tmp', '/private/var/folders'] : ['/tmp', '/var/tmp'];
  return [...new Set([...usual, ...chosenBy(env, 'TMPDIR')].flatMap(realOf))];
}

function listToolFolders(home: string, env: Env, project: string): string[] {
  const around = { cwd: home, env: { PATH: env.PATH } };
  const needed = TOOL_FOLDERS.filter(({ path, program, manifest }) => {
    if (program === undefined) return false;
    if (existsSync(join(home, path))) return true;
    const isUsed = manifest === undefined || hasManifest(project, manifest);
    return isUsed && findProgram(program, around) !== undefined;
  });
  makeMountPoints(needed.map(({ path }) => join(home, path)));
  // The folders above them are read-only, so that a link there is the user's.
  return TOOL_FOLDERS.flatMap(({ path }) => realOf(join(home, path)));
}

/** Whether a file with such a name is at the top of the project or in a folder there. */
function hasManifest(project: string, manifest: RegExp): boolean {
  const names = listNamesIfReadable(project);
  if (names.some((name) => manifest.test(name))) return true;
  const folders = names.filter((name) => !name.startsWith('.') && name !== 'node_modules');
  return folders.some((name) =>
    listNamesIfReadable(join(project, name)).some((inner) => manifest.test(inner)),
  );
}

function listMovedFolders(env: Env): string[] {
  return TOOL_VARIABLES.flatMap(({ name, parts = [''] }) =>
    chosenBy(env, name).flatMap((folder) => parts.flatMap((part) => existing(join(folder, part)))),
  );
}

/** An absolute path in a variable that no model has chosen. */
function chosenBy(env: Env, name: string): string[] {
  const path = env[name];
  return path !== undefined && isAbsolute(path) && !isEnvironmentOfModel(env) ? [path] : [];
}

/** The client keeps its sessions in its folder; its settings, and the programs that they name, are the user's. `moved`: the folder that a variable names. */
function listClientRules(home: string, moved: string | undefined): PathRule[] {
  const [folder] = realOf(moved ?? join(home, '.claude'));
  if (folder === undefined) return [];
  // The file is in the home itself if no variable moves the folder.
  const files = { ...CLIENT_SETTINGS.files, ...(moved === undefined ? {} : { '.claude.json': '{}\n' }) };
  makeMountPoints(
    CLIENT_SETTINGS.folders.map((name) => join(folder, name)),
    Object.fromEntries(Object.entries(files).map(([name, text]) => [join(folder, name), text])),
  );
  const kept = listNamesIfReadable(folder).filter((name) => !isClientState(name));
  return [writableRule(folder), ...kept.flatMap((name) => inside(folder, name)).map(readOnly)];
}

/** The former place of the client's settings, where it is missing: an empty file there would hide the user's settings from some versions. */
export function listClientPlants(env: Env): string[] {
  return listHomes(env)
    .map((home) => join(chosenBy(env, 'CLAUDE_CONFIG_DIR')[0] ?? join(home, '.claude'), '.config.json'))
    .filter((path) => !existsSync(path));
}

/**
 * Where the home itself is the project: what programs of the user read when they start, and the programs there. What decides also if it is missing is
 * made first, with a content that changes nothing.
 */
function listStartUpFiles(home: string, path: string | undefined): string[] {
  const programs = listUserFolders(path, []).filter((folder) => isAtOrBelow(folder, home) && folder !== home);
  const files = listStartUpTexts((name) => existsSync(join(home, name)));
  makeMountPoints(
    [...START_UP_FOLDERS.map((name) => join(home, name)), ...programs],
    Object.fromEntries(files.map(([name, text]) => [join(home, name), text])),
  );
  const tools = new Set(TOOL_FOLDERS.map(({ path: folder }) => folder));
  const isKept = (name: string) => name.startsWith('.') && !PROJECT_ENTRIES.test(name) && !tools.has(name);
  const kept = [...listNamesIfReadable(home).filter(isKept), 'bin'];
  return [...kept.flatMap((name) => inside(home, name)), ...programs.flatMap(realOf)];
}

const PROJECT_ENTRIES = /^\.(?:git|gitignore|gitattributes|gitmodules|github|orchestration|claude|cache)$/;

/** What links in the home lead to, such as a repository with start-up files that may be the project. */
function listLinkTargets(home: string): string[] {
  const folders = ['', '.config', '.config/git', '.ssh', '.local/bin'].map((name) => join(home, name));
  return folders.flatMap((folder) =>
    listNamesIfReadable(folder)
      .filter((name) => folder !== home || name.startsWith('.'))
      .map((name) => join(folder, name))
      .filter((path) => lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink())
      .flatMap(realOf),
  );
}

/** The folders of PATH and the usual ones of tools, made where an agent could make them. */
function listProgramFolders(env: Env, project: string): string[] {
  return listUserFolders(env.PATH, [project]).flatMap((folder) => {
    const isTemporary = listTemporaryFolders({}).some((path) => isAtOrBelow(folder, path));
    if (isTemporary) makeMountPoints([folder]);
    return realOf(folder);
  });
}

function expandHome(path: string, homes: readonly string[]): string {
  return /^~(?:\/|$)/.test(path) ? join(homes[0] ?? '/', path.slice(1)) : path;
}

/** The real path of an entry below a folder; none if it is missing or a link leads out of the folder. */
function inside(folder: string, name: string): string[] {
  return realOf(join(folder, name)).filter((path) => isAtOrBelow(path, folder));
}

function realOf(path: string): string[] {
  try {
    return [realpathSync(path)];
  } catch {
    return [];
  }
}

const existing = (path: string) => (existsSync(path) ? realOf(path) : []);
const isAtOrBelow = (path: string, folder: string) =>
  path === folder || folder === '/' || path.startsWith(`${folder}/`);
const readOnly = (path: string): PathRule => ({ path, access: 'read-only' });
const writableRule = (path: string): PathRule => ({ path, access: 'writable' });
const empty = (path: string): PathRule => ({ path, access: 'empty' });
