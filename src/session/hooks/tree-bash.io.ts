import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Blueprint } from '../../pipeline/machine/blueprint.ts';
import { findGitCalls, type GitCall, isGitRead, judgeGitCall } from './git-words.ts';
import { isOwnWork } from './own-work.ts';
import { allow, deny, type HookAnswer, type HookInput } from './protocol.ts';
import { isInside, realPathOf } from './real-path.io.ts';
import { readLeadingFolder, startsWithOwnCall } from './shell.ts';
import { treeAt } from './trees.io.ts';
import { type Caller, findCaller, runsOf } from './who.io.ts';
import { refuse } from './wording.ts';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Judges a shell command of an agent with a worktree, or of a helper in one. Refused: a command in another tree, and a git call that changes
 * the work of others. Allowed without a question: reading its branch, committing to it, running an approved test. The files that a command
 * writes are not visible in its text; the branch's diff shows them later.
 */
export function onTreeBash(input: HookInput, env: Env, command: string): HookAnswer {
  const caller = findCaller(input, env);
  const agent = caller?.agent;
  const cwd = realPathOf(input.cwd);
  const top = agent?.tree === undefined ? treeAt(runsOf(input, env), cwd)?.top : realPathOf(agent.tree);
  if (top === undefined) return undefined;
  const isHome = isAt(cwd, top);
  const folder = readLeadingFolder(command);
  const start = folder === undefined ? cwd : realPathOf(resolve(input.cwd, folder));
  const isOwnCall = startsWithOwnCall(command);
  if (agent && !isHome && !isOwnCall && !isAt(start, top)) return deny(refuse.wrongTree(agent, input.cwd));
  for (const call of findGitCalls(command)) {
    const fault = judge(call, isAt(start, top) ? start : top, top);
    if (fault) return deny(refuse.git(fault.what, fault.instead));
  }
  const isInTree = (path: string) => isAt(realPathOf(resolve(input.cwd, path)), top);
  return caller && isHome && isOwnWork(command, approvedTests(caller), isInTree) ? allow() : undefined;
}

/** The test commands of the contract as a person approved it: the engine runs them without a question as well. */
function approvedTests({ dir, state, agent }: Caller): string[] {
  const path = join(dir, 'blueprint.json');
  if (!existsSync(path)) return [];
  const contract = JSON.parse(readFileSync(path, 'utf8')) as Blueprint;
  if (state.gates.get('architect')?.approved !== contract.hash) return [];
  const own = contract.modules.filter(({ name }) => name === agent.module).map((each) => each.testCommand);
  return [contract.testCommand, contract.integrationTestCommand, ...own];
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
