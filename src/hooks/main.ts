import { readFileSync, writeSync } from 'node:fs';
import { onBash } from './bash.io.ts';
import { onAgentCall, onWorkflow, onWorkflowAgent } from './dispatch.io.ts';
import { onRead, onWrite } from './files.io.ts';
import type { HookAnswer, HookInput } from './protocol.ts';
import { onAgentFailure, onAgentStop } from './return.io.ts';
import { onSessionStart } from './session.io.ts';

/** What the hook answers to one event of the client. */
export function answerHook(
  input: HookInput,
  env: Readonly<Record<string, string | undefined>>,
  now: Date,
): HookAnswer {
  switch (input.hook_event_name) {
    case 'PreToolUse':
      return (
        (input.agent_id === undefined ? undefined : onWorkflowAgent(input, env, now)) ??
        answerTool(input, env, now)
      );
    case 'SubagentStop':
      return onAgentStop(input, env, now);
    case 'PostToolUseFailure':
      return onAgentFailure(input, env, now);
    case 'SessionStart':
      return onSessionStart(input, env);
    default:
      return undefined;
  }
}

function answerTool(
  input: HookInput,
  env: Readonly<Record<string, string | undefined>>,
  now: Date,
): HookAnswer {
  switch (input.tool_name) {
    case 'Agent':
    case 'Task':
      return onAgentCall(input, env, now);
    case 'Write':
    case 'Edit':
    case 'MultiEdit':
      return onWrite(input, env);
    case 'Read':
      return onRead(input, env);
    case 'Workflow':
      return onWorkflow(input, env, now);
    case 'Bash':
      return onBash(input, env, now);
    default:
      return undefined;
  }
}

/** The process that the client starts: one line of JSON in, one out or none. A fault here must never stop the session. */
export function runHook(): void {
  try {
    const answer = answerHook(JSON.parse(readFileSync(0, 'utf8')) as HookInput, process.env, new Date());
    if (answer) writeSync(1, JSON.stringify(answer));
  } catch (error) {
    writeSync(2, `sao hook: ${error instanceof Error ? error.message : String(error)}\n`);
  }
}
