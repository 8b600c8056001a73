import { lstatSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { redact } from '../../findings/redact.ts';
import type { BuildState } from '../../run/ledger/build-state.ts';
import {
  type ChangedPath,
  compareProject,
  describeProjectChange,
  isSameProject,
  type ProjectChange,
  type ProjectDifference,
  type ProjectSeen,
} from '../../run/ledger/project-change.ts';
import type { RunState } from '../../run/ledger/state.ts';
import { hashContent } from '../../system/content-hash.ts';
import { readBoundedBytes } from '../../system/files/bounded.ts';
import { callGit } from '../../system/git/call.io.ts';
import { askLookUp } from '../../system/git/look-up.io.ts';
import { readOwnSettings } from '../../system/git/own-settings.io.ts';
import { findCommit } from '../../system/git/repository.io.ts';
import { isPredictedMerge } from '../../workspace/merge/base.io.ts';
import { hasShippingNote } from '../../workspace/merge/shipping.io.ts';
import type { Site } from '../../workspace/worktree/site.io.ts';
import { listBaseMoves } from '../machine/base-moves.ts';
import { type Engine, recordEvents } from '../machine/engine.io.ts';

const STATUS_TIMEOUT_MS = 300_000;
/** Paths beyond these are counted together. */
const MAX_PATHS = 500;
const MAX_COMMITS = 100;
const MAX_READ_BYTES = 256 * 1024;

/**
 * Compares the base branch, the user's checkout and the repository's own settings and hooks with what the engine saw last, and records a difference together with the agents that were at
 * work meanwhile. Resets nothing. Returns whether it recorded an event. Does nothing before the build has begun and after it has ended.
 */
export async function watchProject(engine: Engine, state: RunState): Promise<boolean> {
  const { build, agents } = state;
  const { base, curated, projectSeen } = build;
  if (base === undefined || curated !== undefined) return false;
  const moves = listBaseMoves(state);
  // The files of the checkout are half written; the next step completes the move.
  if (moves.isPending && hasShippingNote(engine.site)) return false;
  const seen = await readProject(engine, base.branch);
  const isSame = projectSeen !== undefined && isSameProject(projectSeen, seen);
  // Agents that have ended are not suspected of a later change.
  const hasEnded = [...build.atWork].some((id) => agents.get(id)?.running === undefined);
  if (isSame && !hasEnded) return false;
  const news = isSame ? {} : await describeNews(engine, build, { ...base, seen, ownTips: moves.tips });
  recordEvents(engine, { type: 'project-seen', ...news });
  return true;
}

async function describeNews(
  engine: Engine,
  build: BuildState,
  { branch, commit, seen, ownTips }: { branch: string; commit: string; seen: ProjectSeen; ownTips: string[] },
): Promise<{ seen: ProjectSeen; change?: ProjectChange }> {
  const before = build.projectSeen ?? { ...seen, base: commit };
  const isOwn = await isOwnMerge(engine.site, before.base, seen.base, ownTips.at(-1));
  const difference = compareProject(before, seen, isOwn ? [...ownTips, seen.base ?? ''] : ownTips);
  if (!difference) return { seen };
  const paths = difference.paths.map((path) => describeGone(engine.site.repo.directory, path, before.paths));
  const change = await describeDifference(engine, branch, { ...difference, paths }, build);
  engine.reportProgress(`changed outside of the build: ${describeProjectChange(change)}`);
  return { seen, change };
}

/** Whether the base branch is at a merge that the engine made, because others had moved the branch before. */
async function isOwnMerge(
  site: Site,
  before: string | null,
  tip: string | null,
  source: string | undefined,
): Promise<boolean> {
  if (before === null || tip === null || source === undefined || tip === before) return false;
  return await isPredictedMerge(site, tip, { before, source });
}

/** Tells a file that was removed from one that was committed or restored. */
function describeGone(directory: string, changed: ChangedPath, before: ProjectSeen['paths']): ChangedPath {
  const wasThere = changed.how === 'gone' && !/^\S*D/.test(before[changed.path] ?? '');
  const isDeleted =
    wasThere && lstatSync(join(directory, changed.path), { throwIfNoEntry: false }) === undefined;
  return isDeleted ? { ...changed, how: 'deleted' } : changed;
}

async function readProject({ site, dir }: Engine, base: string): Promise<ProjectSeen> {
  const { directory } = site.repo;
  const args = ['status', '--porcelain=v2', '--branch', '-z', '--untracked-files=all', '--no-renames'];
  const records = (await askLookUp(directory, args, { timeoutMs: STATUS_TIMEOUT_MS })).split('\0');
  const header = (name: string) =>
    records.find((record) => record.startsWith(`# branch.${name} `))?.slice(`# branch.${name} `.length) ?? '';
  const branch = header('head');
  const tip = branch === base ? header('oid') : await findCommit(directory, `refs/heads/${base}`);
  const own = await readOwnSettings(site.repo);
  const runs = `${relative(directory, dirname(dir))}/`;
  const paths = records
    .flatMap((record) => parseStatusRecord(record) ?? [])
    .filter(({ path }) => !path.startsWith(runs));
  return {
    base: tip ?? null,
    head: branch === '(detached)' ? header('oid') : branch,
    paths: digestPaths(directory, paths),
    ...own,
    // A key may be an address with a password.
    settings: mapKeys(own.settings, redact),
  };
}

const mapKeys = (entries: Readonly<Record<string, string>>, change: (key: string) => string) =>
  Object.fromEntries(Object.entries(entries).map(([key, value]) => [change(key), value]));

interface StatusRecord {
  path: string;
  /** Git's letters for the staged and the unstaged state. */
  state: string;
}

/** Parses `1 XY sub mH mI mW hH hI path`, `u XY sub m1 m2 m3 mW h1 h2 h3 path` and `? path`. */
function parseStatusRecord(record: string): StatusRecord | undefined {
  if (record.startsWith('? ')) return { path: record.slice(2), state: '??' };
  const [, state, path] =
    /^1 (\S+)(?: \S+){6} ([\s\S]+)$/.exec(record) ?? /^u (\S+)(?: \S+){8} ([\s\S]+)$/.exec(record) ?? [];
  return state === undefined || path === undefined ? undefined : { path, state };
}

function digestPaths(directory: string, records: readonly StatusRecord[]): ProjectSeen['paths'] {
  const sorted = [...records].sort((a, b) => (a.path < b.path ? -1 : 1));
  const digests = sorted.slice(0, MAX_PATHS).map(({ path, state }) => {
    return [path, `${state} ${digestFile(join(directory, path))}`];
  });
  const hidden = sorted.length - digests.length;
  return Object.fromEntries([...digests, ...(hidden > 0 ? [['(others)', `${hidden}`]] : [])]);
}

/** Identifies the content of a small file, and the size and time of any other entry. */
function digestFile(path: string): string {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (!stat) return 'absent';
  const sizeAndTime = `${stat.size} ${Math.floor(stat.mtimeMs)}`;
  if (!stat.isFile() || stat.size > MAX_READ_BYTES) return sizeAndTime;
  try {
    return hashContent(readBoundedBytes(path, MAX_READ_BYTES));
  } catch {
    return sizeAndTime;
  }
}

async function describeDifference(
  { site }: Engine,
  branch: string,
  { base, ...rest }: ProjectDifference,
  { atWork }: BuildState,
): Promise<ProjectChange> {
  const agents = [...atWork];
  if (!base) return { ...rest, agents };
  const range = base.to === null ? [] : [`${base.from}..${base.to}`];
  const args = ['log', '--format=%h %s', `--max-count=${MAX_COMMITS}`, '--end-of-options', ...range];
  const log = base.to === null ? '' : (await callGit(site.repo.directory, args)).stdout;
  const commits = log.split('\n').filter((line) => line !== '');
  return { base: { branch, ...base, commits }, ...rest, agents };
}
