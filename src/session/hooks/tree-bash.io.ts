import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { readBlueprint } from '../../pipeline/machine/view.io.ts';
import { isDispatcher, membersOf } from '../../run/dispatch/standing.ts';
import type { PlannedAgent } from '../../run/ledger/manifest.ts';
import { quoteCommand } from '../../system/command-line.ts';
import { readAgentVariables } from '../../system/git/worktree-variables.io.ts';
import { homeOfUser } from '../../system/user-home.io.ts';
import { listSaoCalls } from './agent-calls.ts';
import { mayWriteSettings, openSettingsTest } from './client-settings.io.ts';
import { listCommandPaths } from './command-paths.io.ts';
import { findGitCalls, type GitCall, isGitRead, judgeGitCall } from './git-words.ts';
import { isOwnWork, onlyReads } from './own-work.ts';
import { allow, deny, type HookAnswer, type HookInput } from './protocol.ts';
import { isInside, realPathOf } from './real-path.io.ts';
import { parsePlainCall, readLeadingFolder } from './shell.ts';
import { treeAt } from './trees.io.ts';
import { type Caller, findCaller, runsOf } from './who.io.ts';
import { refusalText } from './wording.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** `answer`: the decision, if there is one. `moved`: the same command, started in the agent's worktree with its variables. */
export interface TreeJudgement {
  answer?: HookAnswer;
  moved?: string;
}

/**
 * Judges a shell command of an agent with a worktree, of a helper in one, or of a coordinator that starts its own workers. Refused: a command in
 * another tree, a git call that changes the work of others, and for such a coordinator everything but a call of `sao`. Allowed without a question: reading files and its branch, committing to it, running an approved test. The files that a
 * command writes are not visible in its text; the branch's diff shows them later.
 */
export function onTreeBash(input: HookInput, env: Env, command: string): TreeJudgement {
  const caller = findCaller(input, env);
  const foreign = findForeignCall(command, caller);
  if (foreign !== undefined) return { answer: deny(foreign) };
  // A plain call of sao names its run; it works from every directory.
  if (parsePlainCall(command)) return {};
  // With another command it could write its workers' files, which would count as if they had run.
  if (caller && isDispatcher(caller.plan, caller.state, caller.agent))
    return { answer: deny(refusalText.dispatcherBash(caller.agent)) };
  const tree = caller?.agent.tree;
  const runs = runsOf(input, env);
  const starts = [input.cwd, ...(tree === undefined ? [] : [tree])];
  const paths = runs.length === 0 ? [] : listCommandPaths(command, starts, env.HOME);
  if (caller && namesRunsRoot(input.cwd, caller.dir, paths) && !onlyReads(command))
    return { answer: deny(refusalText.runFolder(caller.agent, join(caller.dir, caller.agent.output))) };
  if (caller && tree === undefined && namesRunFolder(command, caller, paths))
    return { answer: deny(refusalText.runFolder(caller.agent, join(caller.dir, caller.agent.output))) };
  const fault = caller === undefined ? findFolderFault(command, runs, paths, starts) : undefined;
  const refusal = fault ?? findSettingFault(input, env, command, { caller, paths, starts });
  if (refusal !== undefined) return { answer: deny(refusal) };
  const top = tree === undefined ? treeAt(runs, realPathOf(input.cwd))?.top : realPathOf(tree);
  return top === undefined ? {} : judgeInTree(input, env, command, { caller, top });
}

/** Reason to refuse a call of `sao` that starts an agent which the caller does not start, or asks for another domain. */
function findForeignCall(command: string, caller: Caller | undefined): string | undefined {
  for (const words of command.includes('sao') ? listSaoCalls(command) : []) {
    const [name = '', , id = ''] = words.filter((word) => !word.startsWith('-'));
    if (name === 'prompt' && words.includes('--start') && !(caller && isOwnAgent(caller, id)))
      return refusalText.otherStart(id);
    if (name === 'next' && caller && domainIn(words) !== caller.agent.domain)
      return refusalText.otherDomain(caller.agent);
  }
  return undefined;
}

function isOwnAgent({ agent, plan, state }: Caller, id: string): boolean {
  if (id === agent.id) return true;
  return isDispatcher(plan, state, agent) && membersOf(plan, agent).some((member) => member.id === id);
}

function domainIn(words: readonly string[]): string | undefined {
  const at = words.indexOf('--domain');
  return at >= 0
    ? words[at + 1]
    : words.find((word) => word.startsWith('--domain='))?.slice('--domain='.length);
}

/** Whether a command names a place in the run's folder other than the agent's own file, also through a link. A path that a shell puts together is not seen. */
function namesRunFolder(command: string, { agent, dir }: Caller, paths: readonly string[]): boolean {
  const real = realPathOf(dir);
  const output = join(real, agent.output);
  if (paths.some((path) => path !== output && isAt(path, real))) return true;
  const folders = [dir, real];
  const rest = folders.reduce((text, folder) => withoutPath(text, join(folder, agent.output)), command);
  return folders.some((folder) => rest.includes(folder));
}

/** Reason to refuse a command of an agent of the session's own that names a file of a run and does more than read. */
function findFolderFault(
  command: string,
  runs: readonly string[],
  paths: readonly string[],
  starts: readonly string[],
): string | undefined {
  const path = findRunPath(runs, paths);
  if (path === undefined) return undefined;
  const isWritten = (word: string) => findRunPath(runs, listCommandPaths(word, starts)) !== undefined;
  return onlyReads(command, isWritten) ? undefined : refusalText.foreignFolder(path);
}

/** Reason to refuse a command that names a setting of the client and does more than read. */
function findSettingFault(
  input: HookInput,
  env: Env,
  command: string,
  given: { caller: Caller | undefined; paths: readonly string[]; starts: readonly string[] },
): string | undefined {
  const { caller, paths, starts } = given;
  const isSetting = openSettingsTest(input, env);
  const setting = paths.find(
    (path) => isSetting(path) && !(caller && mayWriteSettings(caller.agent, realPathOf(path))),
  );
  const isWritten = (word: string) => listCommandPaths(word, starts, env.HOME).some(isSetting);
  return setting === undefined || onlyReads(command, isWritten)
    ? undefined
    : refusalText.clientSettings(setting);
}

/** The first path in the folder of a run, apart from its worktrees, in which helpers work. */
function findRunPath(runs: readonly string[], paths: readonly string[]): string | undefined {
  const folders = paths.length === 0 ? [] : runs.map(realPathOf);
  return paths.find((path) => folders.some((run) => isAt(path, run) && !isInside(path, join(run, 'builds'))));
}

/** Whether a command names the folder of all runs itself. A folder with other files does not count: the user may have chosen the home for the runs. */
function namesRunsRoot(cwd: string, dir: string, paths: readonly string[]): boolean {
  const root = realPathOf(dirname(dir));
  const shared = [cwd, homeOfUser(), tmpdir(), '/tmp'].map(realPathOf);
  return paths.includes(root) && !shared.some((folder) => isAt(folder, root));
}

/** A command without a path, where the path does not go on. */
function withoutPath(command: string, path: string): string {
  const parts = command.split(path);
  return parts.reduce((text, part) => text + (/^[\w./-]/.test(part) ? path : '') + part);
}

function judgeInTree(
  input: HookInput,
  env: Env,
  command: string,
  { caller, top }: { caller: Caller | undefined; top: string },
): TreeJudgement {
  const cwd = realPathOf(input.cwd);
  // The client starts a session's agents in the session's directory.
  const isElsewhere = !isAt(cwd, top);
  const start = locateStart(command, isElsewhere ? top : input.cwd);
  const misplaced = caller && isElsewhere ? refuseMisplaced(caller.agent, start.folder, top) : undefined;
  const fault = misplaced ?? findGitFault(command, isAt(start.folder, top) ? start.folder : top, top);
  if (fault !== undefined) return { answer: deny(fault) };
  const isMoved = isElsewhere && !start.isAbsolute;
  const moved = prepareCommand(
    command,
    isMoved ? `cd ${quoteCommand([top])} && ` : '',
    formatVariables(top, env),
  );
  const locate = (path: string) => realPathOf(resolve(start.home, path));
  const places = {
    isHome: (path: string) => isAt(locate(path), top),
    isTop: (path: string) => locate(path) === top,
  };
  if (!caller || !isOwnWork(command, approvedTests(caller), places)) return moved ?? {};
  return { answer: allow(moved && { ...input.tool_input, command: moved.moved }) };
}

/** The command with what must run before it; undefined if that is nothing. */
function prepareCommand(command: string, ...before: string[]): { moved: string } | undefined {
  const preparation = before.join('');
  return preparation === '' ? undefined : { moved: `${preparation}${command}` };
}

/** The start of a command that gives it the variables of its worktree. */
function formatVariables(top: string, env: Env): string {
  const variables = Object.entries(readAgentVariables(top, env)).map(([name, value]) => `${name}=${value}`);
  return variables.length === 0 ? '' : `export ${variables.join(' ')} && `;
}

/** Reason why a command cannot run in the worktree that it is moved to. */
function refuseMisplaced(agent: PlannedAgent, folder: string, top: string): string | undefined {
  // Without the worktree, the part of a command after `;` would run in the user's checkout.
  if (!existsSync(join(top, '.git'))) return refusalText.treeGone(agent);
  return isAt(folder, top) ? undefined : refusalText.wrongTree(agent, folder);
}

interface CommandStart {
  /** Where the command is started. */
  home: string;
  /** Where it is after a `cd` that it begins with; without links. */
  folder: string;
  /** Whether it begins with a `cd` to an absolute path. */
  isAbsolute: boolean;
}

function locateStart(command: string, home: string): CommandStart {
  const folder = readLeadingFolder(command) ?? '';
  return { home, folder: realPathOf(resolve(home, folder)), isAbsolute: isAbsolute(folder) };
}

/** The test commands of the approved contract, which also the engine runs without a question. */
function approvedTests({ dir, state, agent }: Caller): string[] {
  const contract = readBlueprint(dir);
  if (!contract || state.gates.get('architect')?.approved !== contract.hash) return [];
  const own = contract.modules.filter(({ name }) => name === agent.module).map((each) => each.testCommand);
  return [contract.testCommand, contract.integrationTestCommand, ...own];
}

/** Reason to refuse the first git call of a command that would change the work of others. */
function findGitFault(command: string, from: string, top: string): string | undefined {
  for (const call of findGitCalls(command)) {
    const fault = judge(call, from, top);
    if (fault) return refusalText.git(fault.what, fault.instead);
  }
  return undefined;
}

function judge(call: GitCall, from: string, top: string): { what: string; instead: string } | undefined {
  const place = realPathOf(resolve(from, ...call.places));
  if (!isAt(place, top) && !isGitRead(call))
    return { what: `git ${call.name} in ${place}`, instead: `Your worktree is ${top}.` };
  return judgeGitCall(call, (name) => existsSync(resolve(place, name)));
}

function isAt(path: string, top: string): boolean {
  return path === top || isInside(path, top);
}
