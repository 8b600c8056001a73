import { parseReference } from '../../run/dispatch/reference.ts';
import { findRunsRoot } from '../../run/ledger/roots.io.ts';
import { handOverRuns } from '../../run/ledger/sessions.io.ts';
import { deny, type HookAnswer, type HookInput, textOf } from './protocol.ts';
import { clientOf, labelOf } from './who.io.ts';
import { refusalText } from './wording.ts';

type Env = Readonly<Record<string, string | undefined>>;

// Every handler is loaded where it is called: a hook runs on each tool call, and most calls need one of them.

/** What the hook answers to one event of the client. */
export async function answerHook(input: HookInput, env: Env, now: Date): Promise<HookAnswer> {
  handOver(input, env);
  switch (input.hook_event_name) {
    case 'PreToolUse':
      return (
        (await admitWorkflowAgent(input, env, now)) ??
        (await endStale(input, env, now)) ??
        answerTool(input, env, now)
      );
    case 'PostToolUse':
      return (await import('./receipt.io.ts')).onWorkflowStarted(input, env, now);
    case 'SubagentStop':
      return (await import('./return.io.ts')).onAgentStop(input, env, now);
    case 'StopFailure':
      return (await import('./return.io.ts')).onAgentDeath(input, env, now);
    case 'PostToolUseFailure':
      return (await import('./return.io.ts')).onAgentFailure(input, env, now);
    case 'SessionStart':
      return (await import('./session.io.ts')).onSessionStart(input, env, now);
    default:
      return undefined;
  }
}

/** The runs of this client's earlier session go to its present one: `/clear` and `/resume` change the session's id. */
function handOver(input: HookInput, env: Env): void {
  const client = clientOf(input, env);
  if (!client) return;
  const root = findRunsRoot({ env, cwd: input.cwd });
  if (root.ok) handOverRuns(root.value, client);
}

async function admitWorkflowAgent(input: HookInput, env: Env, now: Date): Promise<HookAnswer> {
  if (input.agent_id === undefined || labelOf(input, env) === undefined) return undefined;
  return (await import('./dispatch.io.ts')).onWorkflowAgent(input, env, now);
}

async function endStale(input: HookInput, env: Env, now: Date): Promise<HookAnswer> {
  if (input.agent_id === undefined) return undefined;
  return (await import('./stale.io.ts')).endStaleAgent(input, env, now);
}

async function answerTool(input: HookInput, env: Env, now: Date): Promise<HookAnswer> {
  switch (input.tool_name) {
    case 'Agent':
    case 'Task':
      return (await import('./dispatch.io.ts')).onAgentCall(input, env, now);
    case 'Write':
    case 'Edit':
    case 'MultiEdit':
    case 'NotebookEdit':
      return (await import('./files.io.ts')).onWrite(input, env);
    case 'Read':
      return (await import('./files.io.ts')).onRead(input, env, now);
    case 'Grep':
    case 'Glob':
      return (await import('./files.io.ts')).onSearch(input, env);
    case 'Workflow':
      return (await import('./dispatch.io.ts')).onWorkflow(input, env, now);
    case 'Bash':
      return (await import('./bash.io.ts')).onBash(input, env, now);
    default:
      return undefined;
  }
}

/** Refuses an agent's tool call, or a start of an agent or a workflow of a run, that could not be checked; all other events go on. */
export function refuseUnchecked(input: HookInput | undefined, env: Env, message: string): HookAnswer {
  const isAgent = input?.agent_id !== undefined || env.SAO_AGENT_ID !== undefined;
  const isToolCall = input?.hook_event_name === 'PreToolUse';
  const isDispatch = input !== undefined && parseReference(textOf(input, 'prompt') ?? '') !== undefined;
  // The check of a script that names no run's agents reads nothing that could be damaged.
  const isStart = isDispatch || input?.tool_name === 'Workflow';
  return isToolCall && (isAgent || isStart) ? deny(refusalText.unchecked(message)) : undefined;
}
