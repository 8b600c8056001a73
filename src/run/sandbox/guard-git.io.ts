import { existsSync, realpathSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readTextIfReadable } from '../../system/files/bounded.ts';
import {
  type Checkout,
  findCheckoutAround,
  findCommonDir,
  isGitFolder,
} from '../../system/git/checkout.io.ts';
import { placeOfCommand } from '../../system/git/command-kind.ts';
import type { GitGuard, GuardedCall } from '../../system/git/guard.ts';
import { findProgram } from '../../system/process/find-program.ts';
import type { LaunchCommand } from '../../system/process/launch.ts';
import { findSandbox } from '../../system/sandbox/find-sandbox.ts';
import { type GitWork, listGitRules, listMissingRedirections } from '../../system/sandbox/git-rules.ts';
import { listAliasRules, readMounts } from '../../system/sandbox/mount-aliases.ts';
import { dropNeedlessRules, type PathRule } from '../../system/sandbox/path-rules.ts';
import { wrapCommand } from '../../system/sandbox/sandbox.ts';
import { listServiceRules } from '../../system/sandbox/service-rules.ts';
import { readUserConfig } from '../ledger/config.io.ts';
import type { RootChoice } from '../ledger/roots.io.ts';
import { guardRemote } from './guard-remote.io.ts';
import { listGitMachineRules } from './machine-rules.io.ts';
import { listNestedRules } from './nested-rules.io.ts';
import { readSandboxSetting } from './open-confinement.io.ts';
import { listStateRules } from './run-rules.io.ts';
import { readUserSsh } from './user-ssh.io.ts';

/** No remote of a repository is asked for objects that are missing: its settings name the program that does so. */
const NO_REMOTES = { GIT_ALLOW_PROTOCOL: 'none' };

const settings = new Map<string, boolean>();
const nestedRules = new Map<string, readonly PathRule[]>();
const machines = new Map<string, readonly PathRule[]>();

/**
 * Guards a git command of the engine where the sandbox is in force: a command that may start a program which a repository names runs in the sandbox,
 * with the rights of an agent and those that git itself needs. Where no sandbox works, or the configuration turns it off, a command starts as it is.
 */
export async function guardGitCall(call: GuardedCall, choice: RootChoice): Promise<GitGuard | undefined> {
  const checkout = findCheckoutAround(call.directory, call.args.slice(0, placeOfCommand(call.args)));
  const top = realOf(checkout?.workTree ?? call.directory);
  const unguarded = await startRemote(call);
  if (!isInForce(top, choice)) return unguarded;
  const sandbox = await findSandbox();
  if (sandbox.kind !== 'bwrap') return unguarded;
  const remote = call.kind === 'remote' ? await guardRemote(call) : undefined;
  if (remote?.isOutside) return { args: remote.args, env: unguarded?.env ?? {} };
  const isPlain = (call.kind === 'plain' && !names(checkout, FETCHES)) || isHarmless(call, checkout);
  if (isPlain) return { args: call.args, env: isClone(call.args) ? {} : NO_REMOTES };
  const work = workOf(call);
  const planted = work === 'looks' ? [] : listMissingRedirections(checkout);
  const nested = work === 'looks' || checkout === undefined ? [] : await findNestedRules(top, checkout);
  const order = {
    top,
    checkout,
    work,
    nested,
    index: call.env.GIT_INDEX_FILE,
    others: remote?.writable ?? [],
  };
  const confine = (command: LaunchCommand) => {
    if (findProgram(command.file, command) === undefined) return command;
    return wrapCommand(sandbox, listRules(order, choice), command);
  };
  const finish = () => {
    for (const path of planted) rmSync(path, { recursive: true, force: true });
  };
  return { args: call.args, env: {}, confine, finish };
}

/** How a command that talks to a remote starts without a sandbox; undefined for another command. */
async function startRemote({ directory, args, kind }: GuardedCall): Promise<GitGuard | undefined> {
  return kind === 'remote' ? { args, env: await readUserSsh(directory) } : undefined;
}

function workOf({ kind, args }: GuardedCall): GitWork {
  if (kind === 'looks') return 'looks';
  return args[placeOfCommand(args)] === 'submodule' ? 'submodules' : 'changes';
}

function isInForce(top: string, choice: RootChoice): boolean {
  const known = settings.get(top);
  if (known !== undefined) return known;
  const own = readSandboxSetting(top, choice.env);
  const user = readUserConfig(choice.env);
  const value = own.ok ? own.value : user.ok ? user.value.sandbox : 'auto';
  settings.set(top, value !== 'off');
  return value !== 'off';
}

interface Order {
  top: string;
  checkout: Checkout | undefined;
  work: GitWork;
  nested: readonly PathRule[];
  index: string | undefined;
  others: readonly string[];
}

function listRules({ top, checkout, work, nested, index, others }: Order, choice: RootChoice): PathRule[] {
  const writable = [...others, ...(index === undefined ? [] : [realOf(dirname(index))])];
  const all: PathRule[] = [
    ...listServiceRules(),
    ...listMachine(top, choice),
    ...listGitRules(top, checkout, work),
    ...nested,
    ...writable.map((path): PathRule => ({ path, access: 'writable' })),
  ].filter(({ path }) => existsSync(path));
  return dropNeedlessRules([...all, ...listAliasRules(all, readMounts())]);
}

/** Those of the user's checkout, as they are at the first command of this process; in a worktree agents have made what is inside. */
async function findNestedRules(top: string, { gitDir }: Checkout): Promise<readonly PathRule[]> {
  if (!isGitFolder(gitDir) || findCommonDir(gitDir) !== gitDir) return [];
  const known = nestedRules.get(top) ?? (await listNestedRules(top));
  nestedRules.set(top, known);
  return known;
}

/** The rules that are the same for all commands of this process in a checkout. */
function listMachine(top: string, choice: RootChoice): readonly PathRule[] {
  const known = machines.get(top);
  if (known !== undefined) return known;
  const config = readUserConfig(choice.env);
  const own = config.ok ? config.value : { sandboxWritable: [] };
  const rules = [
    ...listGitMachineRules({ project: top, env: choice.env, config: own }),
    ...listStateRules(top, choice),
  ];
  machines.set(top, rules);
  return rules;
}

/** Words of settings with which git asks a remote for objects that are missing. */
const FETCHES = /promisor|partialclone/i;
/** Words of settings without which a command that enters no nested repository starts no program: names of settings are literal in the file. */
const PROGRAMS = /filter|driver|include|promisor|partialclone/i;

/**
 * Whether the command, which a build runs for each merge, enters no nested repository, and the repository's own configuration names no program for it:
 * agents cannot write that of a repository which the user has made.
 */
function isHarmless({ args }: GuardedCall, checkout: Checkout | undefined): boolean {
  const at = placeOfCommand(args);
  const isCandidate =
    args[at] === 'merge-tree' ||
    (args[at] === 'reset' && args.includes('--hard')) ||
    args[at] === 'checkout-index';
  return isCandidate && checkout !== undefined && isGitFolder(checkout.gitDir) && !names(checkout, PROGRAMS);
}

/** Whether the configuration of a repository has one of these words. */
function names(checkout: Checkout | undefined, words: RegExp): boolean {
  if (checkout === undefined) return false;
  const common = findCommonDir(checkout.gitDir);
  const files = [
    join(common, 'config'),
    join(common, 'config.worktree'),
    join(checkout.gitDir, 'config.worktree'),
  ];
  return files.some((path) => mayHave(path, words));
}

/** Whether a file has one of these words, or cannot be read here. */
function mayHave(path: string, words: RegExp): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return false;
  const text = stat.isFile() ? readTextIfReadable(path) : '';
  return text === '' ? !stat.isFile() || stat.size > 0 : words.test(text);
}

/** A clone reads another repository by its path. */
const isClone = (args: readonly string[]) => args.includes('clone');

function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
