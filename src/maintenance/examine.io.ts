import { existsSync, readFileSync, statfsSync, unlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { clientLimit } from '../run/ledger/client-limit.ts';
import { findProject, findRepository } from '../run/ledger/project.io.ts';
import { durableRoot, openRunRoots, type RootChoice, type RunRoots } from '../run/ledger/roots.io.ts';
import { readRunState } from '../run/ledger/run-state.io.ts';
import { listRunDirs, warnOfDamage } from '../run/ledger/store.io.ts';
import { chooseSandbox, readSandboxSetting } from '../run/sandbox/open-confinement.io.ts';
import { writeAtomic } from '../system/files/atomic.ts';
import { ensurePrivateDir } from '../system/files/safe-dir.ts';
import { warnOfNestedPrograms } from '../system/git/nested-repositories.io.ts';
import { packageRoot } from '../system/package-root.ts';
import { readVersion } from '../system/process/version.ts';
import { accept, type Diagnostic, ExpectedError, type Result } from '../system/result.ts';
import { examineUserConfig } from './examine-config.io.ts';
import {
  type Checkup,
  judgeBundle,
  judgeClaude,
  judgeGit,
  judgeHooks,
  judgeLedgers,
  judgeNode,
  judgeSandbox,
  judgeSpace,
} from './judge.ts';

/** Number of recent runs that are checked for hooks and ledger damage. */
const MAX_EXAMINED_RUNS = 20;

/** Checks everything that `sao` needs. */
export async function examineMachine(choice: RootChoice): Promise<Checkup[]> {
  const place = { cwd: choice.cwd, env: { ...choice.env } };
  const bin = join(packageRoot(), 'bin', 'sao');
  const [git, claude, bundle] = await Promise.all([
    readVersion('git', ['--version'], place),
    readVersion('claude', ['--version'], place),
    readVersion(process.execPath, [bin, '--version'], place),
  ]);
  const roots = openRunRoots(choice);
  return [
    judgeNode(process.versions.node),
    judgeGit(git),
    judgeClaude(claude),
    ...(roots.ok ? examineRuns(roots.value.all) : []),
    ...examineRoots(roots, choice),
    examineLimit(choice.env),
    ...examineUserConfig(choice.env),
    ...(await examineSandbox(choice)),
    judgeBundle(bundle, packageVersion()),
    ...(await examineNested(choice.cwd)),
  ];
}

/** Checks each folder with runs. The folder of builds does not exist before the first build. */
function examineRoots(roots: Result<RunRoots>, choice: RootChoice): Checkup[] {
  if (!roots.ok) return [describeFault(roots.diagnostics[0])];
  const [usual = '', ...others] = roots.value.all;
  const durable = durableRoot(choice);
  const isSkipped =
    choice.flag === undefined && !choice.env.SAO_RUNS_DIR && others.length === 0 && existsSync(durable);
  return [
    examineRoot(accept(usual, roots.diagnostics)),
    ...[...others, ...(isSkipped ? [durable] : [])].map((root) => examineRoot(ensurePrivateDir(root))),
  ];
}

function examineRoot(root: Result<string>): Checkup {
  if (!root.ok) return describeFault(root.diagnostics[0]);
  const folder = findExistingFolder(root.value);
  const probe = join(folder, `.doctor-${process.pid}`);
  try {
    writeAtomic(probe, 'sao doctor was here\n');
    unlinkSync(probe);
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    return describeFault(error.failure.diagnostics[0]);
  }
  const { bavail, bsize } = statfsSync(folder);
  const checkup = judgeSpace(root.value, bavail * bsize);
  const [doubt] = root.diagnostics;
  return doubt && checkup.level === 'ok' ? { ...describeFault(doubt), level: 'warn' } : checkup;
}

/** The folder itself or, if it is missing, the one in which it would be made. */
function findExistingFolder(path: string): string {
  return existsSync(path) ? path : findExistingFolder(dirname(path));
}

function describeFault(found: { message: string; fix?: string } | undefined): Checkup {
  const { message = 'the runs root cannot be used', fix } = found ?? {};
  return { check: 'runs', level: 'fail', message, ...(fix === undefined ? {} : { fix }) };
}

function examineLimit(env: RootChoice['env']): Checkup {
  const limit = clientLimit(env);
  if (limit.ok) return { check: 'limits', level: 'ok', message: `at most ${limit.value} agents at once` };
  const [found] = limit.diagnostics;
  return { ...describeFault(found), check: 'limits' };
}

/** A project that cannot be read, or a wrong configuration, is reported elsewhere. */
async function examineSandbox({ env, cwd }: RootChoice): Promise<Checkup[]> {
  const project = findProject(cwd);
  const setting = project.ok ? readSandboxSetting(project.value, env) : project;
  return setting.ok ? [judgeSandbox(await chooseSandbox(setting.value), setting.value)] : [];
}

/** Names repositories inside of the project whose configuration starts a program when the user starts git. */
async function examineNested(cwd: string): Promise<Checkup[]> {
  const top = findRepository(cwd);
  const found = top === undefined ? [] : await warnOfNestedPrograms(top);
  return found.map((each) => ({ ...describeFault(each), check: 'nested', level: 'warn' }));
}

function examineRuns(roots: readonly string[]): Checkup[] {
  const recent = listRunDirs(...roots)
    .slice(0, MAX_EXAMINED_RUNS)
    .map((dir) => ({ dir, ...examineRun(dir) }));
  const seen = recent.find(({ hooksSeen }) => hooksSeen);
  return [
    judgeHooks(seen && basename(seen.dir), recent.length),
    ...judgeLedgers(recent.flatMap(({ doubts }) => doubts)),
  ];
}

function examineRun(dir: string): { hooksSeen: boolean; doubts: Diagnostic[] } {
  try {
    return { hooksSeen: readRunState(dir).hooksSeen, doubts: warnOfDamage(dir) };
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    return { hooksSeen: false, doubts: error.failure.diagnostics };
  }
}

function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as {
    version: string;
  };
  return version;
}
