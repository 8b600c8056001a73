/** The part of a transcript's line that tells a human's prompt from other messages. */
export interface PromptLine {
  type?: string;
  isMeta?: boolean;
  message?: { content?: unknown };
}

/** Whether a line of a client's transcript is a prompt that a human typed. */
export function isTyped({ type, isMeta, message }: PromptLine): boolean {
  const text = typeof message?.content === 'string' ? message.content : '';
  return type === 'user' && isMeta !== true && text !== '' && !text.startsWith('<task-notification>');
}
