import { existsSync, lstatSync, mkdirSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { describeFileError } from '../../system/files/file-error.ts';
import { ensurePrivateDir } from '../../system/files/safe-dir.ts';
import { accept, type Diagnostic, type Result, warn } from '../../system/result.ts';
import { homeOfUser } from '../../system/user-home.io.ts';
import { findMainRepository } from './project.io.ts';
import { sessionOf } from './sessions.io.ts';

const DEFAULT_ROOT = '/tmp/orchestration';
/** Faults of a root that belongs to this user: the user removes the fault and keeps the runs in it. */
const OURS_TO_CLOSE = new Set(['runs-root-writable', 'runs-root-shared']);

export interface RootChoice {
  /** `--runs-dir`, which wins over `SAO_RUNS_DIR`. */
  flag?: string | undefined;
  env: Readonly<Record<string, string | undefined>>;
  cwd: string;
  /** For tests of the fallback. */
  standard?: string;
  /** For tests: the folder of the user's state, which is found otherwise. */
  state?: string;
}

/**
 * Opens the folder of the runs and creates it if it is missing. It has mode 0700 and belongs to this user; otherwise the failure says why.
 * If the default root belongs to another user or is not a directory, a root with the user's id in its name is used; the hooks'
 * shell script decides the same.
 */
export function openRunsRoot(choice: RootChoice): Result<string> {
  return chooseRoot(choice, { openChosen, openUsual: ensurePrivateDir });
}

/** Returns the same folder for a call that only reads: a missing one is not created. */
export function findRunsRoot(choice: RootChoice): Result<string> {
  return chooseRoot(choice, { openChosen: openExisting, openUsual: openExisting });
}

interface RootOpeners {
  openChosen(path: string): Result<string>;
  openUsual(path: string): Result<string>;
}

function chooseRoot(
  { flag, env, cwd, standard = DEFAULT_ROOT }: RootChoice,
  { openChosen, openUsual }: RootOpeners,
): Result<string> {
  if (flag !== undefined) return openChosen(resolve(cwd, expandHome(flag, env)));
  if (env.SAO_RUNS_DIR) return openChosen(resolveVariable(expandHome(env.SAO_RUNS_DIR, env), env, cwd));
  const usual = openUsual(standard);
  if (usual.ok || usual.diagnostics.some(({ code }) => OURS_TO_CLOSE.has(code))) return usual;
  const own = openUsual(`${standard}-${process.getuid?.() ?? 'user'}`);
  if (!own.ok) return own;
  const why = usual.diagnostics.map(({ message }) => message).join('; ');
  const fix = usual.diagnostics[0]?.fix;
  return accept(own.value, [
    warn('runs-root-fallback', `${why}: runs are kept in ${own.value}`, {
      target: standard,
      ...(fix === undefined ? {} : { fix }),
    }),
  ]);
}

const openExisting = (path: string): Result<string> =>
  isMissing(path) ? accept(path) : ensurePrivateDir(path);

/** Where a new build is kept. */
export interface BuildsRoot {
  /** The folder of the run directory. */
  root: string;
  /** The folder that tells which sessions have a run. */
  markers: string;
  /** The folder of the worktrees; undefined if they are in the run directory. */
  trees?: string;
}

/**
 * Opens the folder for a build's run directory: the user's state folder, which a reboot does not empty. Its worktrees stay in the usual folder of
 * the runs, because they can be made again. A folder that the user chose holds both.
 */
export function openBuildsRoot(choice: RootChoice): Result<BuildsRoot> {
  const usual = openRunsRoot(choice);
  if (!usual.ok) return usual;
  if (isChosen(choice))
    return accept({ root: usual.value, markers: openMarkersRoot(usual.value, choice) }, usual.diagnostics);
  const markers = usual.value;
  const durable = openChosen(durableRoot(choice));
  if (durable.ok) {
    const trees = join(markers, TREES_FOLDER);
    return accept({ root: durable.value, markers, trees }, [...usual.diagnostics, ...durable.diagnostics]);
  }
  const why = durable.diagnostics.map(({ message }) => message).join('; ');
  const doubt = warn(
    'runs-root-not-durable',
    `${why}: the build is kept in ${markers}, which a reboot may empty`,
    {
      target: durableRoot(choice),
      fix: 'make the folder usable, or choose another one with --runs-dir or SAO_RUNS_DIR',
    },
  );
  return accept({ root: markers, markers }, [...usual.diagnostics, doubt]);
}

/** The folder below the usual runs root with the worktrees of builds that are kept elsewhere. */
export const TREES_FOLDER = '.trees';

export interface RunRoots {
  /** The folder that tells which sessions have a run. */
  markers: string;
  /** All folders with runs, the chosen or the usual one first. */
  all: string[];
}

/**
 * Returns the folders in which runs are found, without creating one: the chosen one, or the usual one and that of builds, if it exists. Warns if that of builds is not safe to
 * use, because its runs are not found then.
 */
export function openRunRoots(choice: RootChoice): Result<RunRoots> {
  const usual = findRunsRoot(choice);
  if (!usual.ok) return usual;
  const markers = openMarkersRoot(usual.value, choice, findRunsRoot);
  const durable = isChosen(choice) ? undefined : durableRoot(choice);
  if (durable === undefined || !existsSync(durable))
    return accept({ markers, all: [usual.value] }, usual.diagnostics);
  const opened = ensurePrivateDir(durable);
  const doubts: Diagnostic[] = opened.diagnostics.map((found) => ({
    ...found,
    severity: 'warning',
    message: opened.ok ? found.message : `builds are not found: ${found.message}`,
  }));
  return accept({ markers, all: [usual.value, ...(opened.ok ? [durable] : [])] }, [
    ...usual.diagnostics,
    ...doubts,
  ]);
}

/** The folders in which runs may be, without a check, and without making them. */
export function listRootFolders(choice: RootChoice): string[] {
  const { flag, env, cwd, standard = DEFAULT_ROOT } = choice;
  const own = `${standard}-${process.getuid?.() ?? 'user'}`;
  const named = [
    ...(flag === undefined ? [] : [resolve(cwd, expandHome(flag, env))]),
    ...(env.SAO_RUNS_DIR ? [resolveVariable(expandHome(env.SAO_RUNS_DIR, env), env, cwd)] : []),
  ];
  return [...named, standard, own, durableRoot(choice)].filter((path) => existsSync(path));
}

/** Whether a folder could be created at this path, but is not there: a call that only reads does not create it. */
function isMissing(path: string): boolean {
  try {
    if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) return false;
  } catch {
    // A part of the path is a file, or may not be searched: opening the folder says so.
    return false;
  }
  let parent = dirname(path);
  while (!existsSync(parent)) parent = dirname(parent);
  return statSync(parent).isDirectory();
}

/**
 * The folder with the markers of a run in `root`. A session's hooks know nothing of `--runs-dir`, so inside of a session it is the folder
 * in which they look.
 */
export function openMarkersRoot(
  root: string,
  { flag, ...choice }: RootChoice,
  open: typeof openRunsRoot = openRunsRoot,
): string {
  if (flag === undefined || sessionOf(choice.env) === undefined) return root;
  const seen = open(choice);
  return seen.ok ? seen.value : root;
}

const isChosen = ({ flag, env }: RootChoice) => flag !== undefined || Boolean(env.SAO_RUNS_DIR);

/** The folder for runs of builds in the user's state folder. */
export function durableRoot({ env, state = stateFolder(env) }: Pick<RootChoice, 'env' | 'state'>): string {
  return join(state, 'sao', 'runs');
}

// A model can set variables of the programs that it starts: inside a session neither HOME nor XDG_STATE_HOME chooses the folder.
export function stateFolder(env: RootChoice['env']): string {
  const isOfModel = Boolean(env.CLAUDECODE || env.CLAUDE_CODE_SESSION_ID || env.SAO_AGENT_ID);
  const { XDG_STATE_HOME: xdg } = env;
  if (!isOfModel && xdg !== undefined && isAbsolute(xdg)) return xdg;
  return join(homeOfUser(), '.local', 'state');
}

/**
 * A relative path of the variable starts at the repository: a settings file sets it for all folders of the project and for its worktrees. Hooks
 * know the folder in which the session was started, and commands only their own; both are in the repository.
 */
function resolveVariable(path: string, env: RootChoice['env'], cwd: string): string {
  if (isAbsolute(path)) return resolve(path);
  const start = env.CLAUDE_PROJECT_DIR || cwd;
  return resolve(findMainRepository(start) ?? start, path);
}

/** `~` and `~/…`, which a shell expands and a settings file does not. */
function expandHome(path: string, { HOME }: RootChoice['env']): string {
  return HOME !== undefined && /^~(?:\/|$)/.test(path) ? join(HOME, path.slice(1)) : path;
}

// Create the missing parents of a folder that the user named one by one, so that none is created through a planted link.
function openChosen(path: string): Result<string> {
  const missing: string[] = [];
  for (let folder = dirname(path); !existsSync(folder); folder = dirname(folder)) missing.unshift(folder);
  for (const folder of missing) {
    try {
      mkdirSync(folder, { mode: 0o700 });
    } catch (error) {
      return describeFileError(error, folder, 'make the folder for runs').failure;
    }
  }
  return ensurePrivateDir(path);
}
