import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { CONTRACTS } from '../../contract/contract-files.ts';
import { mayWritePage } from '../../contract/lock-rights.ts';
import { writeTest } from '../../contract/rights.ts';
import { promptFor } from '../../run/dispatch/prompt.io.ts';
import { readSnapshot } from '../../run/dispatch/snapshot.io.ts';
import { admissionErrors as refuseFile } from '../../run/dispatch/wording.ts';
import { configPaths } from '../../run/ledger/config.io.ts';
import type { PlannedAgent } from '../../run/ledger/manifest.ts';
import { isRunId } from '../../run/ledger/names.ts';
import { durableRoot, findRunsRoot, TREES_FOLDER } from '../../run/ledger/roots.io.ts';
import { readManifest, treesFolder } from '../../run/ledger/store.io.ts';
import { writeAtomic } from '../../system/files/atomic.ts';
import { isCaseBlind } from '../../system/files/letter-case.io.ts';
import { packageRoot } from '../../system/package-root.ts';
import { stateFolderOfUser } from '../../system/user-home.io.ts';
import { mayWriteSettings, openSettingsTest } from './client-settings.io.ts';
import { lockOn } from './locks.io.ts';
import { allow, deny, type HookAnswer, type HookInput, textOf } from './protocol.ts';
import { isInside, realPathOf } from './real-path.io.ts';
import { builderOf, type Tree, treeAt } from './trees.io.ts';
import { type Caller, findCaller, runsOf } from './who.io.ts';
import { refusalText } from './wording.ts';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Judges a write. An agent may write its own output and the paths of its globs in its worktree without a question; the rest of the run
 * directory is refused. A shell command that writes is judged in `tree-bash.io.ts`, if at all.
 */
export function onWrite(input: HookInput, env: Env): HookAnswer {
  const path = pathOf(input);
  if (path === undefined) return undefined;
  const runs = runsOf(input, env);
  if (runs.length === 0) return refuseProtected(input, env, path);
  return (
    refuseSettings(input, env, path) ??
    judgeRunWrite(input, env, path, runs) ??
    refuseProtected(input, env, path)
  );
}

/** Keeps the agents in a session with a run from the client's settings, which could turn the hooks off; the conversation itself is the user's. */
function refuseSettings(input: HookInput, env: Env, path: string): HookAnswer {
  const isAgent = input.agent_id !== undefined || env.SAO_AGENT_ID !== undefined;
  if (!isAgent) return undefined;
  const isSetting = openSettingsTest(input, env);
  if (!isSetting(path) && !isSetting(givenPathOf(input) ?? path)) return undefined;
  const caller = findCaller(input, env);
  return caller && mayWriteSettings(caller.agent, path) ? undefined : deny(refusalText.clientSettings(path));
}

const ENGINE_FOLDERS: readonly string[] = ['.sessions', '.clients', TREES_FOLDER];

/**
 * Refuses a write to what decides about runs: the files of runs, the markers beside them, the user's configuration and state, the plugin, the
 * conversation. An agent writes nothing below a run but what was allowed before; the parent may write beside the engine's files.
 */
function refuseProtected(input: HookInput, env: Env, path: string): HookAnswer {
  const root = findRunsRoot({ env, cwd: input.cwd });
  const tops = [...(root.ok ? [root.value] : []), durableRoot({ env })].map(realPathOf);
  const top = tops.find((each) => isInside(path, each));
  if (top !== undefined) {
    const [entry = '', ...below] = placeIn(top, path).split('/');
    // The content of a worktree, RUN/builds/MODULE/…, decides nothing.
    if (entry === TREES_FOLDER && below.length > 3) return undefined;
    // The user may have chosen a folder with other files for the runs, such as the home folder.
    if (ENGINE_FOLDERS.includes(entry)) return deny(refusalText.protectedFile(path));
    const isAgent = input.agent_id !== undefined || env.SAO_AGENT_ID !== undefined;
    if (isRunId(entry) && (isAgent || isEngineFile(path, join(top, entry))))
      return deny(refuseFile.engineFile(entry));
    if (isRunId(entry)) return undefined;
  }
  return isKept(input, env, path) ? deny(refusalText.protectedFile(path)) : undefined;
}

/** Whether a path belongs to the user's configuration or state, to the conversation, or to the plugin, unless the plugin itself is the project. */
function isKept({ transcript_path: transcript, cwd }: HookInput, env: Env, path: string): boolean {
  const plugin = realPathOf(packageRoot());
  const place = realPathOf(cwd);
  const isPlugin = isInside(path, plugin) && place !== plugin && !isInside(place, plugin);
  const files = configPaths(env).map(realPathOf);
  const folders = [...configPaths(env).map(dirname), stateFolderOfUser()].map(realPathOf);
  const isOfConversation = transcript !== undefined && isConversation(path, realPathOf(transcript));
  const isOfUser = files.includes(path) || folders.some((folder) => isInside(path, folder));
  return isPlugin || isOfConversation || isOfUser;
}

function isConversation(path: string, transcript: string): boolean {
  return path === transcript || isInside(path, join(transcript.replace(/\.jsonl$/, ''), 'subagents'));
}

function judgeRunWrite(input: HookInput, env: Env, path: string, runs: readonly string[]): HookAnswer {
  const caller = findCaller(input, env);
  if (caller && path === outputOf(caller)) return allow();
  if (caller?.agent.tree !== undefined) return judgeOwnTree(caller, caller.agent.tree, path);
  const tree = treeAt(runs, path);
  if (caller && tree) return deny(refuseFile.write(caller.agent.id, outputOf(caller)));
  const strange = caller ? undefined : judgeStranger(input, env, path, tree);
  if (strange) return strange;
  const run = runs.find((dir) => isInside(path, realPathOf(dir)) || isBesideTrees(path, dir));
  if (run === undefined) return undefined;
  if (caller) return deny(refuseFile.write(caller.agent.id, outputOf(caller)));
  return isBesideTrees(path, run) || isEngineFile(path, realPathOf(run))
    ? deny(refuseFile.engineFile(basename(run)))
    : undefined;
}

/** Judges a write of an agent with a worktree: its globs apply there, locks apply to the contract, and writes elsewhere are refused. */
function judgeOwnTree(caller: Caller, tree: string, path: string): HookAnswer {
  const { agent } = caller;
  const top = realPathOf(tree);
  const place = isInside(path, top) ? placeIn(top, path) : undefined;
  if (place !== undefined && isContract(place)) return judgePage(caller, tree, top, place);
  if (mayWrite(agent, top, path)) return allow();
  const isOther = place === undefined && agent.writes === undefined;
  if (isOther && !isInside(path, realPathOf(caller.dir))) return undefined;
  return deny(refusalText.rights(agent, tree, outputOf(caller)));
}

/** Judges a write to the contract. The architect may write it; after a human approved it, so may the roles that the page's lock allows. */
function judgePage(caller: Caller, tree: string, top: string, place: string): HookAnswer {
  const { agent, dir, state } = caller;
  if (agent.role === 'architect' && !writeTest(agent.writes ?? ['**'], isCaseBlind(top))(place))
    return deny(refusalText.rights(agent, tree, outputOf(caller)));
  const isApproved = state.gates.get('architect')?.approved !== undefined;
  const lock = isApproved ? lockOn(dir, top, place.slice(CONTRACTS.length + 1)) : undefined;
  if (mayWritePage(agent, lock)) return allow();
  const isHeld = lock !== undefined && lock.lock_level !== 'unlocked' && agent.module === undefined;
  return deny(isHeld ? refusalText.locked(place, lock) : refusalText.contract(agent));
}

/** Returns whether an agent's globs match a path in its worktree; false for every path of the contract. */
function mayWrite(agent: PlannedAgent, top: string, path: string): boolean {
  if (!isInside(path, top)) return false;
  const place = placeIn(top, path);
  if (place.split('/')[0] === '.git' || isContract(place)) return false;
  return agent.writes === undefined || writeTest(agent.writes, isCaseBlind(top))(place);
}

function placeIn(top: string, path: string): string {
  return path
    .slice(top.length + 1)
    .split(sep)
    .join('/');
}

/**
 * Judges a write of an unrecognised caller, such as a builder's helper or the parent: it has the rights of the module's builder in the
 * worktree that it works in or writes to.
 */
function judgeStranger(input: HookInput, env: Env, path: string, at: Tree | undefined): HookAnswer {
  const isAgent = input.agent_id !== undefined || env.SAO_AGENT_ID !== undefined;
  const home = isAgent ? treeAt(runsOf(input, env), realPathOf(input.cwd)) : undefined;
  const tree = home ?? at;
  if (!tree) return undefined;
  const builder = builderOf(tree);
  if (builder && path === realPathOf(join(tree.dir, builder.output))) return allow();
  if (builder && mayWrite(builder, tree.top, path)) return allow();
  if (isInside(path, tree.top) && isContract(path.slice(tree.top.length + 1)))
    return deny(refusalText.contract(builder));
  if (builder) return deny(refusalText.rights(builder, tree.top, join(tree.dir, builder.output)));
  return at ? deny(refusalText.integration(basename(at.dir))) : undefined;
}

/** Judges a read: without a question, an agent may read its worktree and the files that its prompt names, and the parent the results. */
export function onRead(input: HookInput, env: Env, now: Date): HookAnswer {
  const path = pathOf(input);
  if (path === undefined) return undefined;
  const run = runsOf(input, env).find((dir) => isInside(path, realPathOf(dir)));
  const caller = run === undefined && input.agent_id === undefined ? undefined : findCaller(input, env);
  if (run === undefined) return caller && readInTree(caller, input, path);
  if (caller && path === join(realPathOf(caller.dir), 'prompts', `${caller.agent.id}.md`))
    return readOwnPrompt(caller, input, now);
  if (caller) return isReadable(caller, path) ? allow() : undefined;
  const isResult = /^(report\.\w+|plan\.md|synthesis\/.*)$/.test(path.slice(realPathOf(run).length + 1));
  return input.agent_id === undefined && isResult ? allow() : undefined;
}

/** Gives an agent that reads its prompt the prompt of its attempt: with the gaps below it and the fault of the attempt before. */
function readOwnPrompt({ dir, plan, agent, state }: Caller, input: HookInput, now: Date): HookAnswer {
  const attempt = state.agents.get(agent.id)?.running?.attempt;
  if (attempt === undefined) return undefined;
  // A headless agent got this prompt on standard input, and its run cannot be written from the sandbox.
  if (input.agent_id === undefined) return undefined;
  // A file of its own: the prompt below prompts/ is the same for each attempt.
  const path = join(realPathOf(dir), 'attempts', `${agent.id}.prompt.md`);
  writeAtomic(path, promptFor(readSnapshot(dir, now), plan, agent, attempt), { durable: false });
  return allow({ ...input.tool_input, file_path: path });
}

/**
 * Reads a file of the user's checkout from the agent's worktree instead. The client starts a session's agents in the checkout and completes
 * relative paths there.
 */
function readInTree({ dir, agent }: Caller, input: HookInput, path: string): HookAnswer {
  const { tree } = agent;
  const manifest = tree === undefined ? undefined : readManifest(dir);
  if (tree === undefined || !manifest?.ok) return undefined;
  const project = realPathOf(manifest.value.project);
  const twin = isInside(path, project) ? join(realPathOf(tree), path.slice(project.length + 1)) : undefined;
  return twin !== undefined && existsSync(twin) && isInside(realPathOf(twin), realPathOf(tree))
    ? allow({ ...input.tool_input, file_path: twin })
    : undefined;
}

/** A search: an agent with a worktree searches there, without a question. */
export function onSearch(input: HookInput, env: Env): HookAnswer {
  const caller = input.agent_id === undefined ? undefined : findCaller(input, env);
  if (caller?.agent.tree === undefined) return undefined;
  const tree = realPathOf(caller.agent.tree);
  const manifest = readManifest(caller.dir);
  const project = manifest.ok ? realPathOf(manifest.value.project) : tree;
  const given = realPathOf(resolve(input.cwd, textOf(input, 'path') ?? ''));
  const isHome = given === tree || isInside(given, tree);
  if (!isHome && given !== project && !isInside(given, project)) return undefined;
  const path = isHome ? given : realPathOf(join(tree, given.slice(project.length + 1)));
  return path === tree || isInside(path, tree) ? allow({ ...input.tool_input, path }) : undefined;
}

function isReadable({ dir, plan, agent }: Caller, path: string): boolean {
  if (agent.tree !== undefined && isInside(path, realPathOf(agent.tree))) return true;
  const inputs = plan.agents.filter(({ id }) => agent.inputs.includes(id) || id === agent.id);
  return inputs.some(({ output }) => path === join(realPathOf(dir), output));
}

function outputOf({ dir, agent }: Caller): string {
  return join(realPathOf(dir), agent.output);
}

/** The real path of the file that a file tool accesses. */
function pathOf(input: HookInput): string | undefined {
  const given = givenPathOf(input);
  return given === undefined ? undefined : realPathOf(given);
}

function givenPathOf(input: HookInput): string | undefined {
  const given = textOf(input, 'file_path') ?? textOf(input, 'notebook_path');
  return given === undefined ? undefined : resolve(input.cwd, given);
}

// Ignore case, because some disks do.
function isContract(place: string): boolean {
  return /^\.orchestration[\\/]contracts(?:[\\/]|$)/i.test(place);
}

/** Whether a path is a file of the engine in the folder of a run's worktrees. */
function isBesideTrees(path: string, dir: string): boolean {
  const folder = realPathOf(treesFolder(dir));
  return isInside(path, folder) && !path.slice(folder.length + 1).includes(sep);
}

function isEngineFile(path: string, run: string): boolean {
  return /^((run|plan|plan-next|blueprint|contract-seen)\.json|ledger\.jsonl|[^/]*\.lock[^/]*|(workers|synthesis|prompts|attempts|outbox|qc|approved)\/.*|builds\/[^/]+)$/.test(
    path.slice(run.length + 1),
  );
}
