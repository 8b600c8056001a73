/** What the client sends a hook on stdin: one line of JSON. Only the fields that are read here. */
export interface HookInput {
  hook_event_name: string;
  session_id: string;
  transcript_path?: string;
  cwd: string;
  /** Set when the call comes from a subagent. */
  agent_id?: string;
  tool_name?: string;
  tool_input?: Readonly<Record<string, unknown>>;
  tool_use_id?: string;
  /** Of a tool call that succeeded. */
  tool_response?: unknown;
  source?: string;
  stop_hook_active?: boolean;
  agent_transcript_path?: string;
  last_assistant_message?: string;
  /** What runs in the background, the ended subagent itself included. */
  background_tasks?: readonly { id?: string }[];
  /** Of a tool call that failed. */
  error?: string;
}

/** What a hook answers on stdout; nothing at all leaves the decision to the client. */
export type HookAnswer = Readonly<Record<string, unknown>> | undefined;

export function allow(updatedInput?: Readonly<Record<string, unknown>>): HookAnswer {
  return decision('allow', updatedInput ? { updatedInput } : {});
}

/** Replaces the call's input and leaves the permission to the client. */
export function rewrite(updatedInput: Readonly<Record<string, unknown>>): HookAnswer {
  return { hookSpecificOutput: { hookEventName: 'PreToolUse', updatedInput } };
}

export function deny(reason: string): HookAnswer {
  return decision('deny', { permissionDecisionReason: reason });
}

/** Makes the client ask the human about the call, even in a session that skips permissions. */
export function ask(reason: string, updatedInput?: Readonly<Record<string, unknown>>): HookAnswer {
  return decision('ask', { permissionDecisionReason: reason, ...(updatedInput ? { updatedInput } : {}) });
}

function decision(permissionDecision: string, more: Readonly<Record<string, unknown>>): HookAnswer {
  return { hookSpecificOutput: { hookEventName: 'PreToolUse', permissionDecision, ...more } };
}

/** Replaces what the model is given as the result of a tool call that succeeded. */
export function replaceOutput(updatedToolOutput: Readonly<Record<string, unknown>>): HookAnswer {
  return { hookSpecificOutput: { hookEventName: 'PostToolUse', updatedToolOutput } };
}

/** Sends a subagent back to work; its next last message is its result. */
export function sendBack(reason: string): HookAnswer {
  return { decision: 'block', reason };
}

/** Refuses a subagent's tool call and ends it here and now; its result is empty and no stop event follows. Without the refusal the call would still be made. */
export function end(stopReason: string): HookAnswer {
  return { continue: false, stopReason, ...deny(stopReason) };
}

export function addContext(text: string): HookAnswer {
  return { hookSpecificOutput: { hookEventName: 'SessionStart', additionalContext: text } };
}

/** A text field of a tool's input. */
export function textOf(input: HookInput, key: string): string | undefined {
  const value = input.tool_input?.[key];
  return typeof value === 'string' ? value : undefined;
}
