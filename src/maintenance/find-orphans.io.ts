import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { findLeftoverAgents } from '../headless/leftovers.io.ts';
import { isActive, isRunDir } from '../run/ledger/locate.io.ts';
import { isRunId, treesOf } from '../run/ledger/names.ts';
import { findMainRepository, findRepository } from '../run/ledger/project.io.ts';
import { openRunRoots, type RootChoice, TREES_FOLDER } from '../run/ledger/roots.io.ts';
import { readRunState } from '../run/ledger/run-state.io.ts';
import { listRunDirs, readManifest } from '../run/ledger/store.io.ts';
import { isMissing } from '../system/files/is-missing.ts';
import { askGit } from '../system/git/call.io.ts';
import { type Diagnostic, ExpectedError } from '../system/result.ts';
import { INTEGRATION, runOfBranch } from '../workspace/worktree/names.ts';
import { describeOrphan, type Orphan } from './orphans.ts';

/** Names what is left of runs without their other parts: of a project, or with `everywhere` of all runs of this user. Changes nothing. */
export async function findOrphans(
  choice: RootChoice,
  project: string,
  scope: 'project' | 'everywhere',
): Promise<Diagnostic[]> {
  const roots = openRunRoots(choice);
  if (!roots.ok) return [];
  const { markers, all } = roots.value;
  const dirs = listRunDirs(...all).filter(isRunDir);
  try {
    const branches = await findBranches(project, dirs);
    const others =
      scope === 'project'
        ? []
        : [...(await findTreeFolders(markers, dirs, branches)), ...findRunsWithoutProject(dirs)];
    const own = dirs.filter((dir) => scope === 'everywhere' || projectOf(dir) === project);
    return [...branches, ...others, ...own.flatMap(findProcesses)].map(describeOrphan);
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    return error.failure.diagnostics.map((found) => ({ ...found, severity: 'warning' }));
  }
}

function projectOf(dir: string): string | undefined {
  const manifest = readManifest(dir);
  return manifest.ok ? manifest.value.project : undefined;
}

type OrphanBranches = Extract<Orphan, { kind: 'branches' }>;

/** Branches of builds in the repository of a project that have no run directory. */
async function findBranches(project: string, dirs: readonly string[]): Promise<OrphanBranches[]> {
  if (findRepository(project) === undefined) return [];
  const format = '--format=%(refname:lstrip=2)%00%(worktreepath)';
  const lines = (await askGit(project, ['for-each-ref', format, 'refs/heads/orchestration'])).split('\n');
  const byRun = new Map<string, { branches: string[]; places: string[] }>();
  for (const line of lines) {
    const [branch = '', place = ''] = line.split('\0');
    const run = runOfBranch(branch);
    if (run === undefined || dirs.some((dir) => basename(dir) === run)) continue;
    const { branches, places } = byRun.get(run) ?? { branches: [], places: [] };
    byRun.set(run, {
      branches: [...branches, branch],
      places: existsSync(place) ? [...places, place] : places,
    });
  }
  const orphans: OrphanBranches[] = [];
  for (const [run, { branches, places }] of byRun) {
    // The run is in another folder, which was chosen for it.
    if (places.some((place) => isRunDir(dirname(dirname(place))))) continue;
    const isMerged = await areMerged(project, branches);
    orphans.push({ kind: 'branches', run, project, branches, isMerged, place: places[0] });
  }
  return orphans;
}

async function areMerged(project: string, branches: readonly string[]): Promise<boolean> {
  const refs = branches.map((branch) => `refs/heads/${branch}`);
  const others = ['--not', '--exclude=orchestration/*', '--branches', '--remotes'];
  return (await askGit(project, ['rev-list', '--max-count=1', ...refs, ...others])) === '';
}

/** Folders with worktrees of builds that are kept elsewhere, without their run directories. */
async function findTreeFolders(
  markers: string,
  dirs: readonly string[],
  known: readonly OrphanBranches[],
): Promise<Orphan[]> {
  const isNamed = (run: string) =>
    known.some((each) => each.run === run) || dirs.some((dir) => basename(dir) === run);
  const folders = listFolders(join(markers, TREES_FOLDER)).filter((run) => isRunId(run) && !isNamed(run));
  const orphans: Orphan[] = [];
  for (const run of folders) {
    const folder = join(markers, TREES_FOLDER, run);
    const places = listFolders(join(folder, 'builds'))
      .map((name) => join(folder, 'builds', name))
      .filter((place) => existsSync(join(place, '.git')));
    const project = places
      .flatMap((place) => findMainRepository(place) ?? [])
      .find((found) => found !== folder && existsSync(join(found, '.git')));
    const branches = project === undefined ? [] : await findBranches(project, dirs);
    const isResumable = branches.some((each) => each.run === run && !each.isMerged);
    orphans.push({ kind: 'worktrees', run, folder, project, isResumable, place: places[0] });
  }
  return orphans;
}

function listFolders(path: string): string[] {
  if (!existsSync(path)) return [];
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? [entry.name] : [],
  );
}

/** Runs whose project is gone. An audit of a build has its integration worktree as project, which is removed at the end. */
function findRunsWithoutProject(dirs: readonly string[]): Orphan[] {
  const builds = new Set<string>();
  const gone: Extract<Orphan, { kind: 'run' }>[] = [];
  for (const dir of dirs) {
    const manifest = readManifest(dir);
    if (!manifest.ok) continue;
    const { id: run, project, mode } = manifest.value;
    if (mode === 'build') builds.add(join(treesOf(dir, manifest.value), INTEGRATION));
    const isOpenBuild = mode === 'build' && !isCurated(dir);
    if (isMissing(project)) gone.push({ kind: 'run', run, project, dir, isOpenBuild });
  }
  return gone.filter(({ project }) => !builds.has(project));
}

/** Whether all work of a build is in its target, and its worktrees are not needed any more. */
function isCurated(dir: string): boolean {
  try {
    return readRunState(dir).build.curated !== undefined;
  } catch (error) {
    if (error instanceof ExpectedError) return false;
    throw error;
  }
}

function findProcesses(dir: string): Orphan[] {
  if (!isActive(dir)) return [];
  const run = basename(dir);
  const pids = findLeftoverAgents(readRunState(dir)).map(({ pid }) => pid);
  return pids.length === 0 ? [] : [{ kind: 'processes', run, pids }];
}
