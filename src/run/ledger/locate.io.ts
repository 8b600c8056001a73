import { lstatSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { plainText } from '../../findings/plain-text.ts';
import { isMissing } from '../../system/files/is-missing.ts';
import { accept, ExpectedError, type Failure, fault, type Result, reject } from '../../system/result.ts';
import { isRunId } from './names.ts';
import { findProject } from './project.io.ts';
import { findRunsRoot, openMarkersRoot, openRunRoots, type RootChoice } from './roots.io.ts';
import { readRunState } from './run-state.io.ts';
import { runsOfSession, sessionOf } from './sessions.io.ts';
import { listRunDirs, readManifest } from './store.io.ts';

export interface FoundRun {
  dir: string;
  /** The runs root with the session markers, even if the run itself is elsewhere. */
  root: string;
}

/** Finds a run by id, unique prefix or path; by default, the session's newest active run, else the project's. */
export function locateRun(given: string | undefined, choice: RootChoice): Result<FoundRun> {
  const roots = openRunRoots(choice);
  if (!roots.ok) return roots;
  const { markers, all } = roots.value;
  const own = runsOfCaller(markers, choice);
  const dir = given === undefined ? newestActive(all, own, choice) : named(given, all, own, choice.cwd);
  const refused = dir.ok ? refuseAdopting(dir.value) : undefined;
  if (refused) return refused;
  if (dir.ok) return accept({ dir: dir.value, root: markers }, roots.diagnostics);
  return { ...dir, diagnostics: [...dir.diagnostics, ...roots.diagnostics] };
}

/** A build that was being made anew from its branches when the engine was killed has half a ledger: stages would be repeated. */
function refuseAdopting(dir: string): Failure | undefined {
  const manifest = readManifest(dir);
  if (!manifest.ok || manifest.value.adopting === undefined) return undefined;
  const { id } = manifest.value;
  return reject({
    code: 'run-adopting',
    message: `the run ${id} is not complete: it is being made anew from its branches, or that was interrupted`,
    target: id,
    fix: `sao build --resume ${id}`,
  });
}

/**
 * The folder with the markers of the sessions that have this run. A build that is kept in the user's state folder has them in the usual folder, and
 * inside of a session so have all runs.
 */
export function markersOf(dir: string, choice: RootChoice): string {
  const manifest = readManifest(dir);
  const isApart = manifest.ok && manifest.value.trees !== undefined;
  if (!isApart) return openMarkersRoot(dirname(dir), { ...choice, flag: dirname(dir) });
  const usual = findRunsRoot(choice);
  return usual.ok ? usual.value : dirname(dir);
}

/** The directory of the run with this id. */
export function findRunDir(id: string, choice: RootChoice): string | undefined {
  const roots = isRunId(id) ? openRunRoots(choice) : undefined;
  return roots?.ok ? roots.value.all.map((root) => join(root, id)).find(isRunDir) : undefined;
}

/** `own`: the runs of the calling session, which may be elsewhere. */
function named(given: string, roots: readonly string[], own: readonly string[], cwd: string): Result<string> {
  if (given.includes('/') || given === '.' || given === '..') return atPath(resolve(cwd, given));
  // A complete id is unique, so do not list the roots, which may have hundreds of runs.
  const whole = isRunId(given) ? roots.map((root) => join(root, given)) : [];
  const found = whole.find(isRunDir) ?? own.find((dir) => basename(dir) === given);
  if (found !== undefined) return accept(found);
  for (const path of whole) {
    const blocked = refuseNoDirectory(path);
    if (blocked) return blocked;
  }
  const matches = /^[0-9a-f-]+$/.test(given)
    ? [...new Set([...listRunDirs(...roots), ...own])].filter((dir) => basename(dir).startsWith(given))
    : [];
  const [only] = matches;
  if (only !== undefined && matches.length === 1) return accept(only);
  if (matches.length > 1) {
    return reject({
      code: 'run-ambiguous',
      message: `${matches.length} runs start with "${given}"`,
      target: given,
      fix: `write more of the id: ${matches
        .slice(0, 3)
        .map((dir) => basename(dir))
        .join(', ')}`,
    });
  }
  return reject({
    code: 'run-unknown',
    message: `there is no run "${given}" in ${roots.join(' or ')}`,
    target: given,
    fix: 'run `sao list`',
  });
}

/** Files of which a run has at least one, even if the others are lost. */
const RUN_FILES = ['run.json', 'ledger.jsonl', 'plan.json'];

/** Returns whether a path is a run directory and not a link. A directory that cannot be searched counts: reading it gives the reason. */
export function isRunDir(path: string): boolean {
  return isDirectory(path) && RUN_FILES.some((name) => isPresent(join(path, name)));
}

function isDirectory(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  } catch {
    return false;
  }
}

// What cannot be looked at may be there.
function isPresent(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return true;
  }
}

/** The failure for a run whose place is taken by something else than a directory. */
function refuseNoDirectory(path: string): Result<string> | undefined {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (!stat || stat.isDirectory() || stat.isSymbolicLink()) return undefined;
  return fault({
    code: 'run-not-a-directory',
    message: `${path} is not a directory, so the run cannot be read`,
    target: path,
    fix: `look at it (\`ls -l ${path}\`) and restore the directory of the run, or name another run (\`sao list\`)`,
  });
}

function atPath(path: string): Result<string> {
  if (isRunDir(path)) return accept(path);
  return reject({
    code: 'run-unknown',
    message: `${path} is not a run directory: it has no run.json`,
    target: path,
    fix: 'name a run by its id (`sao list`) or by the path of its directory',
  });
}

/** Returns whether a run is active: until its report is written and all its agents are done or gaps. */
export function isActive(dir: string): boolean {
  try {
    return !readRunState(dir).reported;
  } catch (error) {
    // An unreadable run is skipped here; a call that names it gets the error.
    if (error instanceof ExpectedError) return false;
    throw error;
  }
}

/** The project's unfinished runs, newest first. */
export function listActiveRuns(
  roots: readonly string[],
  cwd: string,
): Result<{ run: string; dir: string; task: string }[]> {
  const project = findProject(cwd);
  if (!project.ok) return project;
  const active = listRunDirs(...roots).flatMap((dir) => {
    const task = activeTask(dir, project.value);
    return task === undefined ? [] : [{ run: basename(dir), dir, task }];
  });
  return accept(active);
}

function activeTask(dir: string, project: string): string | undefined {
  const manifest = readManifest(dir);
  // An attempt at a task of a queue is driven by its executor alone.
  if (!manifest.ok || manifest.value.mode === 'task' || manifest.value.project !== project) return undefined;
  return isActive(dir) ? manifest.value.task : undefined;
}

/** The runs of the calling session, the latest first; with `--runs-dir` only those in that folder. */
function runsOfCaller(markers: string, { flag, env, cwd }: RootChoice): string[] {
  const session = sessionOf(env);
  if (session === undefined) return [];
  const runs = runsOfSession(markers, session).reverse().filter(isRunDir);
  return flag === undefined ? runs : runs.filter((dir) => dirname(dir) === resolve(cwd, flag));
}

// Prefer the session's own runs, so that two sessions in one project do not drive each other's runs.
function newestActive(roots: readonly string[], own: readonly string[], { cwd }: RootChoice): Result<string> {
  const ownRun = own.find(isActive);
  if (ownRun !== undefined) return refuseSecondBuild(ownRun, own);
  const project = findProject(cwd);
  if (!project.ok) return project;
  const dirs = listRunDirs(...roots);
  const dir = dirs.find((candidate) => activeTask(candidate, project.value) !== undefined);
  if (dir !== undefined) return refuseSecondBuild(dir, dirs);
  const [lost] = listActiveBuilds(dirs, isMissing);
  if (lost !== undefined) return refuseMovedProject(lost.run, project.value);
  const last = dirs.find((candidate) => isFinished(candidate, project.value));
  const run = last && basename(last);
  return reject({
    code: 'run-none-active',
    message: `no active run for ${project.value} in ${roots.join(' or ')}${run ? `; the latest, ${run}, is done` : ''}`,
    target: project.value,
    fix: run
      ? `read its report (\`sao report ${run}\`), or name a run (\`sao list\`)`
      : 'name a run (`sao list`), or start one with `sao init`',
  });
}

/** The failure in a project without an active run, while a build is open whose project is missing: it may have been moved here. */
function refuseMovedProject(run: string, project: string): Result<string> {
  return reject({
    code: 'run-none-active',
    message: `no active run for ${project}; the project of the unfinished build ${run} is missing`,
    target: project,
    fix: `if that project was moved here: \`sao build --resume ${run}\`; otherwise name a run (\`sao list\`), or start one with \`sao init\``,
  });
}

function isFinished(dir: string, project: string): boolean {
  const manifest = readManifest(dir);
  if (!manifest.ok || manifest.value.mode === 'task' || manifest.value.project !== project) return false;
  try {
    return readRunState(dir).reported;
  } catch (error) {
    if (error instanceof ExpectedError) return false;
    throw error;
  }
}

/** Accepts the newest active run, unless it is a build and the project has another active build: the user has to say which one is meant. */
function refuseSecondBuild(dir: string, candidates: readonly string[]): Result<string> {
  const manifest = readManifest(dir);
  if (!manifest.ok || manifest.value.mode !== 'build') return accept(dir);
  const { project } = manifest.value;
  const builds = listActiveBuilds(
    candidates.filter((candidate) => candidate !== dir),
    (other) => other === project,
  );
  if (builds.length === 0) return accept(dir);
  const named = [{ run: basename(dir), task: manifest.value.task }, ...builds].map(
    ({ run, task }) => `${run} (${plainText(task, 60)})`,
  );
  return reject({
    code: 'run-several-builds',
    message: `${named.length} builds of ${project} are active: ${named.join(', ')}`,
    target: project,
    fix: `add the id of the run that you mean to the command, for example: sao status ${basename(dir)}`,
  });
}

/** The unfinished builds among these runs whose project passes the test, in the given order. */
export function listActiveBuilds(
  dirs: readonly string[],
  isProject: (project: string) => boolean,
): { run: string; task: string }[] {
  return dirs.flatMap((dir) => {
    const manifest = readManifest(dir);
    if (!manifest.ok || manifest.value.mode !== 'build' || !isProject(manifest.value.project)) return [];
    return isActive(dir) ? [{ run: basename(dir), task: manifest.value.task }] : [];
  });
}
