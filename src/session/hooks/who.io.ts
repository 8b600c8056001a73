import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parseReference } from '../../run/dispatch/reference.ts';
import { rejectChangedPlan } from '../../run/dispatch/wording.ts';
import { findRunDir } from '../../run/ledger/locate.io.ts';
import type { Plan, PlannedAgent } from '../../run/ledger/manifest.ts';
import { findRunsRoot } from '../../run/ledger/roots.io.ts';
import { type ClientSession, earlierSessions, runsOfSession } from '../../run/ledger/sessions.io.ts';
import type { RunState } from '../../run/ledger/state.ts';
import { type PlannedState, readPlannedState } from '../../run/ledger/store.io.ts';
import { readSubagentFacts, type SubagentFacts } from '../../system/client/subagents.ts';
import { ExpectedError, type Failure } from '../../system/result.ts';
import type { HookInput } from './protocol.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** The run directories that this hook call may concern, oldest first. */
export function runsOf(input: HookInput, env: Env): string[] {
  if (env.SAO_AGENT_ID && env.SAO_RUN_DIR) return [env.SAO_RUN_DIR];
  const root = findRunsRoot({ env, cwd: input.cwd });
  return root.ok
    ? runsOfSession(root.value, input.session_id).filter((dir) => existsSync(join(dir, 'run.json')))
    : [];
}

/** The directory of the run with this id: one of the session's runs, or another one of this user. */
export function findRunOfCall(id: string, input: HookInput, env: Env): string | undefined {
  const known = runsOf(input, env).find((dir) => basename(dir) === id);
  if (known) return known;
  return findRunDir(id, { env, cwd: input.cwd });
}

/** The agent of a run that made the tool call of a hook. */
export interface Caller {
  dir: string;
  plan: Plan;
  agent: PlannedAgent;
  state: RunState;
}

/**
 * Returns the agent and run of this call; undefined for the parent and for subagents of no run. Throws an ExpectedError if a plan that may name
 * the agent cannot be read.
 */
export function findCaller(input: HookInput, env: Env): Caller | undefined {
  const isHeadless = input.agent_id === undefined && env.SAO_AGENT_ID !== undefined;
  const facts = isHeadless ? undefined : subagentFacts(input, env);
  if (!isHeadless && facts === undefined) return undefined;
  const unreadable: Failure[] = [];
  for (const dir of runsOf(input, env).reverse()) {
    const read = readPlanned(dir);
    if ('ok' in read) unreadable.push(read);
    if ('ok' in read || !read.plan) continue;
    const { plan, state } = read;
    const id = isHeadless ? env.SAO_AGENT_ID : idOf(facts, state, basename(dir));
    const agent = plan.agents.find((candidate) => candidate.id === id);
    if (agent) return { dir, plan, agent, state };
  }
  const [failure] = unreadable;
  if (failure) throw new ExpectedError(failure);
  return undefined;
}

/** The plan and state of a run; a failure if they cannot be read, or if the plan is not the one that the ledger names. */
function readPlanned(dir: string): PlannedState | Failure {
  try {
    const read = readPlannedState(dir);
    return read.isPlanChanged ? rejectChangedPlan(basename(dir), read.state.created?.mode ?? 'audit') : read;
  } catch (error) {
    if (error instanceof ExpectedError) return error.failure;
    throw error;
  }
}

function idOf(facts: SubagentFacts | undefined, state: RunState, run: string): string | undefined {
  if (facts?.toolUseId !== undefined) return agentOfCall(state, facts.toolUseId);
  const reference = labelledAs(facts);
  return reference?.run === run ? reference.id : undefined;
}

/** The run and agent in the label that the workflow script gave this subagent. */
export function labelOf(
  input: HookInput,
  env: Env,
): { run: string; id: string; workflow: string | undefined } | undefined {
  const facts = subagentFacts(input, env);
  const reference = labelledAs(facts);
  return reference && { ...reference, workflow: facts?.workflow };
}

// The parent chooses the description of an Agent call, so only a label from a workflow script can be trusted.
function labelledAs(facts: SubagentFacts | undefined): { run: string; id: string } | undefined {
  return facts?.inWorkflowRun === true ? parseReference(facts.description ?? '') : undefined;
}

/** The agent that an Agent call of the client started. */
export function agentOfCall(state: RunState, toolUse: string): string | undefined {
  for (const [id, { toolUses }] of state.agents) {
    if (toolUses.includes(toolUse)) return id;
  }
  return undefined;
}

/** The key of a subagent in the ledger: the id of the Agent call that started it or, in a workflow, the subagent's own id. */
export function callOfAgent(input: HookInput, env: Env): string | undefined {
  return subagentFacts(input, env)?.toolUseId ?? input.agent_id;
}

// The hook's input does not contain the id of the call that started a subagent, so read the client's file. A subagent that was started before
// `/clear` has its file beside the transcript of the earlier session.
function subagentFacts(input: HookInput, env: Env): SubagentFacts | undefined {
  const { agent_id: id, transcript_path: transcript = '' } = input;
  if (id === undefined) return undefined;
  const present = readSubagentFacts(transcript, id);
  if (present) return present;
  for (const session of sessionsBefore(input, env)) {
    const facts = readSubagentFacts(join(dirname(transcript), `${session}.jsonl`), id);
    if (facts) return facts;
  }
  return undefined;
}

function sessionsBefore(input: HookInput, env: Env): string[] {
  const client = clientOf(input, env);
  const root = findRunsRoot({ env, cwd: input.cwd });
  return client && root.ok ? earlierSessions(root.value, client) : [];
}

/** The process and the session of the client that called this hook; undefined for an agent that `sao run` started. */
export function clientOf({ session_id: session }: HookInput, env: Env): ClientSession | undefined {
  const pid = Number(env.CLAUDE_PID);
  return env.SAO_AGENT_ID === undefined && Number.isSafeInteger(pid) && pid > 0
    ? { pid, session }
    : undefined;
}
