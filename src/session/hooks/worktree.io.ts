import { statSync } from 'node:fs';
import type { PlannedAgent } from '../../run/ledger/manifest.ts';
import { openRunsRoot } from '../../run/ledger/roots.io.ts';
import { readManifest, readPlanFile } from '../../run/ledger/store.io.ts';
import { unwrap } from '../../system/result.ts';
import { createWorktree } from '../../workspace/worktree/create.io.ts';
import { isModuleName } from '../../workspace/worktree/names.ts';
import { openSite } from '../../workspace/worktree/site.io.ts';
import { resolveTarget } from '../../workspace/worktree/target.io.ts';
import type { HookInput } from './protocol.ts';
import { realPathOf } from './real-path.io.ts';
import { useTurn } from './turn.io.ts';
import { findRunOfCall } from './who.io.ts';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The worktree that an agent of a run starts in; a builder's is created on its module's branch if it is missing. Undefined for an agent of
 * no run. Throws expected errors.
 */
export async function onWorktreeCreate(input: HookInput, env: Env): Promise<string | undefined> {
  const root = openRunsRoot({ env, cwd: input.cwd });
  const turn = root.ok ? useTurn(root.value, input.session_id) : undefined;
  const dir = turn?.run === undefined ? undefined : findRunOfCall(turn.run, input, env);
  if (dir === undefined) return undefined;
  const agent = unwrap(readPlanFile(dir))?.agents.find(({ id }) => id === turn?.agent);
  return agent?.tree === undefined ? undefined : await openTree(dir, agent, agent.tree);
}

async function openTree(dir: string, agent: PlannedAgent, tree: string): Promise<string | undefined> {
  const { role, module } = agent;
  if (role === 'builder' && module !== undefined && isModuleName(module)) return await makeTree(dir, module);
  return statSync(tree, { throwIfNoEntry: false })?.isDirectory() ? realPathOf(tree) : undefined;
}

async function makeTree(dir: string, module: string): Promise<string> {
  const { project, id: run } = unwrap(readManifest(dir));
  const site = unwrap(await openSite({ project, runDir: dir, run }));
  // What the builders of a wave start from is in the integration branch: the contract, the scaffold, and what is assembled.
  const base = unwrap(await resolveTarget(site, undefined));
  const { place } = unwrap(await createWorktree(site, module, base.commit));
  return place;
}
