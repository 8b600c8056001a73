import { createHash } from 'node:crypto';
import { constants, copyFileSync, existsSync, lstatSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { WorktreeSettings } from '../../run/ledger/settings.ts';
import { writeAtomic } from '../../system/files/atomic.ts';
import { askGit } from '../../system/git/call.io.ts';
import type { Confine } from '../../system/process/launch.ts';
import { type Diagnostic, ExpectedError, fault, reject, unwrap, warn } from '../../system/result.ts';
import { describeTests, testsPassed } from '../tests/test-result.ts';
import { runTests } from '../tests/test-run.io.ts';
import { findAdminEntry, readTextIfExists } from './admin.io.ts';
import { worktreePath } from './names.ts';
import { assignPorts } from './ports.io.ts';
import type { Site } from './site.io.ts';
import { listUncommittedPaths } from './tree-work.io.ts';
import { preparationProblems } from './wording.ts';

export interface PreparationContext {
  env: Readonly<Record<string, string | undefined>>;
  /** Throws an ExpectedError if no human has approved the setup command. */
  requireApproval(setup: string): Promise<void>;
  /** Puts the setup command into the run's sandbox. */
  confine: Confine;
  /** Folder for the output of the setup command. */
  logs: string;
  signal?: AbortSignal;
}

/** The file in git's entry for a worktree that tells that it is prepared. */
const PREPARED = 'sao-prepared';
const MAX_COPIED_FILES = 1000;

/**
 * Makes a worktree ready to work in, as the project's configuration says: its ports, copies of ignored files of the checkout, the setup command.
 * Does nothing if that is done already, and completes it after a crash. Throws an ExpectedError if it fails; nothing may be started then.
 */
export async function prepareWorktree(
  site: Site,
  module: string,
  settings: WorktreeSettings,
  context: PreparationContext,
): Promise<void> {
  const { copy, setup, ports } = settings;
  if (copy.length === 0 && setup === undefined && ports === undefined) return;
  const place = worktreePath(site, module);
  const entry = findAdminEntry(site.repo, place);
  if (entry === undefined) return;
  const donePath = join(entry.path, PREPARED);
  const wanted = createHash('sha256').update(JSON.stringify(settings)).digest('hex');
  if (readTextIfExists(donePath) === wanted) return;
  if (ports) await assignPorts(site, entry.path, ports, context.env);
  await copyIgnoredFiles(site.repo.directory, place, copy);
  if (setup !== undefined) await runSetup({ module, place, setup, timeout: settings.setupTimeout }, context);
  writeAtomic(donePath, wanted);
}

/** Whether the project's configuration puts ignored files into a new worktree. */
export function makesIgnoredFiles({ copy, setup }: WorktreeSettings): boolean {
  return copy.length > 0 || setup !== undefined;
}

/** Lets the next call of `prepareWorktree` copy the files and run the setup command again. */
export function forgetPreparation(site: Site, module: string): void {
  const entry = findAdminEntry(site.repo, worktreePath(site, module));
  if (entry !== undefined) rmSync(join(entry.path, PREPARED), { force: true });
}

/** Copies regular files that git ignores; never through a link, and never over a file. */
async function copyIgnoredFiles(project: string, place: string, globs: readonly string[]): Promise<void> {
  for (const path of await listIgnoredFiles(project, globs)) copyFile(join(project, path), place, path);
}

/**
 * Checks before a run exists what its worktrees will get copies of. Throws an ExpectedError for too many files, and for files that git does not
 * ignore; warns of a glob that matches no file to copy.
 */
export async function examineCopies(project: string, globs: readonly string[]): Promise<Diagnostic[]> {
  await listIgnoredFiles(project, globs);
  const warnings: Diagnostic[] = [];
  for (const glob of globs) {
    if ((await listIgnoredFiles(project, [glob])).length > 0) continue;
    const tracked = await askGit(project, ['ls-files', '-z', '--', `:(glob)${glob}`]);
    const { message, ...rest } = preparationProblems.copiesNothing(glob, tracked !== '');
    warnings.push(warn('worktree-copy-nothing', message, rest));
  }
  return warnings;
}

async function listIgnoredFiles(project: string, globs: readonly string[]): Promise<string[]> {
  if (globs.length === 0) return [];
  const patterns = globs.map((glob) => `:(glob)${glob}`);
  const list = async (...options: string[]) =>
    (await askGit(project, ['ls-files', '-z', '--others', ...options, '--', ...patterns]))
      .split('\0')
      .filter((path) => path !== '' && !path.endsWith('/'));
  // A file that git does not ignore would become a part of a commit.
  const [exposed] = await list('--exclude-standard');
  if (exposed !== undefined)
    throw new ExpectedError(reject(preparationProblems.notIgnored(project, exposed)));
  const paths = await list('--ignored', '--exclude-standard');
  if (paths.length > MAX_COPIED_FILES)
    throw new ExpectedError(reject(preparationProblems.tooMany(project, paths.length, MAX_COPIED_FILES)));
  return paths;
}

function copyFile(source: string, place: string, path: string): void {
  const target = join(place, path);
  if (!lstatSync(source).isFile() || lstatSync(target, { throwIfNoEntry: false })) return;
  if (!isPlainFolder(place, dirname(path))) return;
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(source, target, constants.COPYFILE_EXCL);
}

/** Whether a folder in a worktree and those above it are no links; a missing folder can be made. */
function isPlainFolder(place: string, folder: string): boolean {
  if (folder === '.') return true;
  const stat = lstatSync(join(place, folder), { throwIfNoEntry: false });
  return (stat === undefined || stat.isDirectory()) && isPlainFolder(place, dirname(folder));
}

interface SetupOrder {
  module: string;
  place: string;
  setup: string;
  /** In seconds. */
  timeout: number;
}

async function runSetup(
  { module, place, setup, timeout }: SetupOrder,
  { env, requireApproval, confine, logs, signal }: PreparationContext,
): Promise<void> {
  await requireApproval(setup);
  const before = new Set(await listUncommittedPaths(place));
  const outputPath = join(logs, `setup-${module}.log`);
  const options = { timeoutMs: timeout * 1000, env, confine, outputPath, ...(signal ? { signal } : {}) };
  const run = unwrap(await runTests(setup, place, options));
  if (!testsPassed(run))
    throw new ExpectedError(fault(preparationProblems.setupFailed(place, setup, describeTests(run), run)));
  // New files would be taken for the work of the module's builder.
  const left = (await listUncommittedPaths(place)).filter((path) => !before.has(path));
  if (left.length > 0) throw new ExpectedError(reject(preparationProblems.setupLeft(place, setup, left)));
}

/** Whether a worktree of the run exists and can be prepared. */
export function hasWorktree(site: Site, module: string): boolean {
  return existsSync(join(worktreePath(site, module), '.git'));
}
