import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Plan, PlannedAgent } from '../run/manifest.ts';
import { openRunsRoot } from '../run/roots.io.ts';
import { runsOfSession } from '../run/sessions.io.ts';
import { foldLedger, type RunState } from '../run/state.ts';
import { readLedger, readPlanFile } from '../run/store.io.ts';
import type { HookInput } from './protocol.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** The run directories that this hook call may concern, the latest last. */
export function runsOf(input: HookInput, env: Env): string[] {
  if (env.SAO_AGENT_ID && env.SAO_RUN_DIR) return [env.SAO_RUN_DIR];
  const root = openRunsRoot({ env, cwd: input.cwd });
  return root.ok
    ? runsOfSession(root.value, input.session_id).filter((dir) => existsSync(join(dir, 'run.json')))
    : [];
}

/** The run with this id among those of the session, or beside them. */
export function findRun(id: string, input: HookInput, env: Env): string | undefined {
  const known = runsOf(input, env).find((dir) => basename(dir) === id);
  if (known) return known;
  const root = openRunsRoot({ env, cwd: input.cwd });
  const dir = root.ok ? join(root.value, id) : '';
  return existsSync(join(dir, 'run.json')) ? dir : undefined;
}

/** An agent of a run, recognised as the caller of a hook. */
export interface Caller {
  dir: string;
  plan: Plan;
  agent: PlannedAgent;
  state: RunState;
}

/** Which agent of which run makes this call; undefined for the parent and for subagents that are not ours. */
export function findCaller(input: HookInput, env: Env): Caller | undefined {
  const toolUse = toolUseOf(input);
  const isHeadless = input.agent_id === undefined && env.SAO_AGENT_ID !== undefined;
  if (toolUse === undefined && !isHeadless) return undefined;
  for (const dir of runsOf(input, env).reverse()) {
    const plan = readPlanFile(dir);
    if (!plan.ok || !plan.value) continue;
    const state = foldLedger(readLedger(dir));
    const id = isHeadless ? env.SAO_AGENT_ID : agentOfCall(state, toolUse ?? '');
    const agent = plan.value.agents.find((candidate) => candidate.id === id);
    if (agent) return { dir, plan: plan.value, agent, state };
  }
  return undefined;
}

/** The agent that an Agent call of the client was for. */
export function agentOfCall(state: RunState, toolUse: string): string | undefined {
  for (const [id, { toolUses }] of state.agents) {
    if (toolUses.includes(toolUse)) return id;
  }
  return undefined;
}

// The client writes this file before a subagent's first tool call; nothing in the hook's own input names the Agent call.
function toolUseOf(input: HookInput): string | undefined {
  if (input.agent_id === undefined || !/^[\w-]+$/.test(input.agent_id)) return undefined;
  const folder = (input.transcript_path ?? '').replace(/\.jsonl$/, '');
  try {
    const text = readFileSync(join(folder, 'subagents', `agent-${input.agent_id}.meta.json`), 'utf8');
    const { toolUseId } = JSON.parse(text) as { toolUseId?: unknown };
    return typeof toolUseId === 'string' ? toolUseId : undefined;
  } catch {
    return undefined;
  }
}
