/** The call of a session that a one-time token was put into. The ledger keeps it with the question. */
export interface AskedCall {
  /** The client's id of the tool call. */
  toolUse: string;
  /** Path of the conversation; absent if the session kept none when it asked. */
  transcript?: string;
  /** The session that asked. */
  session?: string;
  /** What the question was about: `approve`, `reject`, or `resolve` for a conflict. A token proves no other action. */
  action?: string;
}

/** Whether a question was put in this session and is about this action. */
export function isQuestionOf(
  question: AskedCall | undefined,
  call: { session: string | undefined; action: string },
): boolean {
  return (
    question?.session !== undefined && question.session === call.session && question.action === call.action
  );
}

/** Whether the lines of a transcript have the result of a call: it was denied, or has ended. */
export function hasResult(lines: Iterable<string>, toolUse: string): boolean {
  for (const line of lines) if (line.includes('"tool_use_id"') && line.includes(toolUse)) return true;
  return false;
}
