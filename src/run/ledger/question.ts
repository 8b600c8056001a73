/** The call of a session that a one-time token was put into. The ledger keeps it with the question. */
export interface AskedCall {
  /** The client's id of the tool call. */
  toolUse: string;
  /** Path of the conversation; absent if the session kept none when it asked. */
  transcript?: string;
}

/** Whether a transcript has the result of a call: it was denied, or has ended. Pure. */
export function hasResult(transcript: string, toolUse: string): boolean {
  return transcript.split('\n').some((line) => line.includes('"tool_use_id"') && line.includes(toolUse));
}
