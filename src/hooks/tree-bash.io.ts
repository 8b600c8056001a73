import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { findGitCalls, type GitCall, isGitRead, judgeGitCall } from './git-words.ts';
import { deny, type HookAnswer, type HookInput } from './protocol.ts';
import { isInside, realPathOf } from './real-path.io.ts';
import { treeAt } from './trees.io.ts';
import { findCaller, runsOf } from './who.io.ts';
import { refuse } from './wording.ts';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * A shell command of an agent that has a worktree, or of a helper that works in one: not in another tree, and no call of git that would
 * touch the work of others. Which files a command writes cannot be told from its text; the branch's diff tells it later.
 */
export function onTreeBash(input: HookInput, env: Env, command: string): HookAnswer {
  const agent = findCaller(input, env)?.agent;
  const cwd = realPathOf(input.cwd);
  const top = agent?.tree === undefined ? treeAt(runsOf(input, env), cwd)?.top : realPathOf(agent.tree);
  if (top === undefined) return undefined;
  const isHome = isAt(cwd, top);
  const first = /^\s*cd\s+(?:--\s+)?('[^']*'|"[^"$`\\]*"|[^\s;&|'"$`\\]+)\s*(?:&&|;|\n|$)/.exec(command)?.[1];
  const start = first === undefined ? cwd : realPathOf(resolve(input.cwd, first.replace(/^['"]|['"]$/g, '')));
  const isOwnCall = /^\s*sao\s/.test(command);
  if (agent && !isHome && !isOwnCall && !isAt(start, top)) return deny(refuse.wrongTree(agent, input.cwd));
  for (const call of findGitCalls(command)) {
    const fault = judge(call, isAt(start, top) ? start : top, top);
    if (fault) return deny(refuse.git(fault.what, fault.instead));
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
