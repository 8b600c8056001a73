import { beginAttempt, type Dispatched } from '../../run/dispatch/begin-attempt.io.ts';
import {
  looksLikeReference,
  onlyQuotesReference,
  parseReference,
  runInPrompt,
} from '../../run/dispatch/reference.ts';
import { decideUnderLock, readSnapshot } from '../../run/dispatch/snapshot.io.ts';
import { isDispatcher, membersOf, type Snapshot } from '../../run/dispatch/standing.ts';
import { admissionErrors } from '../../run/dispatch/wording.ts';
import type { PlannedAgent } from '../../run/ledger/manifest.ts';
import { openRunsRoot } from '../../run/ledger/roots.io.ts';
import type { RunEvent } from '../../run/ledger/run-event.ts';
import { readRunState } from '../../run/ledger/run-state.io.ts';
import { bindSession } from '../../run/ledger/sessions.io.ts';
import type { RunState } from '../../run/ledger/state.ts';
import { appendEvents } from '../../run/ledger/store.io.ts';
import { nameAgentDefinition } from '../../system/client/plugin.ts';
import { identifyProcess } from '../../system/process/identity.ts';
import { readScriptSources } from '../workflow/script-sources.io.ts';
import { compileFor } from '../workflow/write.io.ts';
import { allow, deny, type HookAnswer, type HookInput, textOf } from './protocol.ts';
import { findTreeFault } from './tree-check.io.ts';
import { type Caller, findCaller, findRunOfCall, labelOf, runsOf } from './who.io.ts';
import { refusalText } from './wording.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** An Agent call whose prompt is `sao:RUN/ID`: refused, or given its prompt, model and place in the ledger. */
export function onAgentCall(input: HookInput, env: Env, now: Date): HookAnswer {
  const prompt = textOf(input, 'prompt') ?? '';
  const reference = parseReference(prompt);
  if (!reference)
    return isNearReference(prompt, input, env) ? deny(refusalText.prompt()) : refuseHelper(input, env);
  const dir = findRunOfCall(reference.run, input, env);
  if (dir === undefined) return deny(admissionErrors.noRun(reference.run));
  const caller = findCaller(input, env);
  const begun = decideUnderLock(dir, now, (snapshot) => {
    const planned = snapshot.plan?.agents.find(({ id }) => id === reference.id);
    const fault = planned && findTreeFault(planned);
    if (fault !== undefined) return { ok: false as const, reason: fault };
    if (caller && !mayDispatch(caller, snapshot, reference.id))
      return { ok: false as const, reason: admissionErrors.notYours(caller.agent.id, reference.id) };
    const driver = snapshot.state.carrier === 'tiered' ? ('tiered' as const) : ('agent' as const);
    const attempt = beginAttempt(snapshot, reference.id, { ...carrier(input, env), driver }, now);
    // From now on the hooks of this session see the agent's calls, also in a session that was forked from another.
    if (attempt.ok && !runsOf(input, env).includes(dir)) bindRun(input, env, dir);
    return attempt.ok ? { ...attempt, type: typeOf(attempt.agent, snapshot, env) } : attempt;
  });
  if (!begun.ok) return deny(begun.reason);
  const { agent, type } = begun;
  const model = agent.model ?? 'sonnet';
  const { isolation, ...given } = input.tool_input ?? {};
  // The engine made the agent's worktree; with one of the client's the agent would have two.
  const kept = agent.tree === undefined && isolation !== undefined ? { isolation } : {};
  const typed = type === undefined ? {} : { subagent_type: type };
  return allow({ ...given, ...kept, ...typed, prompt: begun.prompt, model, run_in_background: false });
}

// The client names the folder of the plugin that it loaded. Without that name the definitions may be unknown to it, and the call would fail.
function typeOf(agent: PlannedAgent, { plan, state }: Snapshot, env: Env): string | undefined {
  const type = plan && isDispatcher(plan, state, agent) ? 'coordinator' : agent.agentType;
  const folder = env.CLAUDE_PLUGIN_ROOT;
  return type === undefined || !folder ? undefined : nameAgentDefinition(folder, type);
}

/** Whether a prompt names an agent of a run, but not in the one form that starts it: it would start an agent with no place in the ledger. */
function isNearReference(prompt: string, input: HookInput, env: Env): boolean {
  if (looksLikeReference(prompt)) return true;
  const run = runInPrompt(prompt);
  if (run === undefined || onlyQuotesReference(prompt)) return false;
  return findRunOfCall(run, input, env) !== undefined;
}

/**
 * Two kinds of agents start no helpers: one with a worktree, because the client would start them in the user's checkout, with no rights to
 * check; and a coordinator that starts its own workers, because a helper could write their files.
 */
function refuseHelper(input: HookInput, env: Env): HookAnswer {
  if (input.agent_id === undefined) return undefined;
  const caller = findCaller(input, env);
  if (caller === undefined) return undefined;
  const { agent, plan, state } = caller;
  if (isDispatcher(plan, state, agent)) return deny(refusalText.foreignWorker(agent));
  return agent.tree === undefined ? undefined : deny(refusalText.helper(agent));
}

function mayDispatch({ agent, plan, dir }: Caller, snapshot: Snapshot, id: string): boolean {
  if (dir !== snapshot.dir || !isDispatcher(plan, snapshot.state, agent)) return false;
  return membersOf(plan, agent).some((member) => member.id === id);
}

function carrier(input: HookInput, env: Env): Omit<Dispatched, 'type' | 'agent' | 'attempt' | 'wave'> {
  // The client names itself; when it dies, its foreground agents die with it.
  const owner = identifyProcess(Number(env.CLAUDE_PID ?? process.ppid));
  return {
    driver: 'agent',
    via: 'hook',
    session: input.session_id,
    ...(owner ? { owner } : {}),
    ...(input.tool_use_id ? { toolUse: input.tool_use_id } : {}),
  };
}

/**
 * The first tool call of a workflow's agent is its dispatch: nothing announces it earlier. A call of an agent that may not
 * run (done already, running elsewhere) is refused, so that a script which was started twice does no work twice.
 */
export function onWorkflowAgent(input: HookInput, env: Env, now: Date): HookAnswer {
  const reference = labelOf(input, env);
  const dir = reference && findRunOfCall(reference.run, input, env);
  if (!reference || dir === undefined || input.agent_id === undefined) return undefined;
  const call = input.agent_id;
  const state = readRunState(dir);
  if (isAdmitted(state, reference.id, call)) return undefined;
  const { workflow } = state;
  // A script that was started by its name, which this hook has not seen.
  const isOther = workflow?.folder !== undefined && workflow.folder !== reference.workflow;
  if (workflow === undefined || isOther) return deny(refusalText.unknownScript(reference.run));
  const how = { ...carrier(input, env), driver: 'workflow' as const, toolUse: call };
  const refusal = decideUnderLock(dir, now, (snapshot) => {
    // An agent may make several calls at once: while this one waited for the lock, another one has started the agent.
    if (isAdmitted(snapshot.state, reference.id, call)) return undefined;
    const begun = beginAttempt(snapshot, reference.id, how, now);
    return begun.ok ? undefined : begun.reason;
  });
  return refusal === undefined ? undefined : deny(refusal);
}

/** Whether the client's subagent `call` carries, or has carried, an attempt of this agent. */
function isAdmitted({ agents }: RunState, id: string, call: string): boolean {
  return agents.get(id)?.toolUses.includes(call) === true;
}

function bindRun(input: HookInput, env: Env, dir: string): void {
  const root = openRunsRoot({ env, cwd: input.cwd });
  if (root.ok) bindSession(root.value, input.session_id, dir);
}

/**
 * Allows the Workflow tool without a question for a script that equals, byte for byte, the one that the engine compiles for a confirmed run, and
 * puts the compared text into the call: the client would read a file again, which may have changed.
 * Refuses every other script that names a run's agents: one that was edited, is out of date, or belongs to a plan that no human has confirmed.
 */
export function onWorkflow(input: HookInput, env: Env, now: Date): HookAnswer {
  const { scriptPath, name, ...given } = input.tool_input ?? {};
  const script = textOf(input, 'script');
  const call = {
    cwd: input.cwd,
    script,
    scriptPath: textOf(input, 'scriptPath'),
    name: textOf(input, 'name'),
  };
  const { text, run: id, fault } = readScriptSources(call, env);
  if (fault !== undefined) return deny(refusalText.unreadableScript(fault));
  if (id === undefined) return undefined;
  const run = findRunOfCall(id, input, env);
  if (run === undefined) return deny(admissionErrors.noRun(id));
  const snapshot = readSnapshot(run, now);
  const { state, plan } = snapshot;
  if (!plan) return deny(admissionErrors.noPlan(id));
  if (!state.confirmed) return deny(admissionErrors.unconfirmed(id, state.dispatchedAny));
  if (snapshot.planChanged) return deny(admissionErrors.planChanged(id));
  if (text !== compileFor(snapshot, plan)) return deny(refusalText.script(id));
  const { owner, toolUse } = carrier(input, env);
  const started: RunEvent = { type: 'workflow-started', session: input.session_id };
  if (owner) started.owner = owner;
  if (toolUse) started.toolUse = toolUse;
  appendEvents(run, [started], now);
  // The script may have been compiled outside of this session; its agents need the hooks.
  bindRun(input, env, run);
  return allow({ ...given, script: text });
}
