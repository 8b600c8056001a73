/** The part of a transcript's line that tells a human's words from other messages. */
export interface PromptLine {
  type?: string;
  isMeta?: boolean;
  isSidechain?: boolean;
  /** The client's own summary of a conversation, after a compaction. */
  isCompactSummary?: boolean;
  isVisibleInTranscriptOnly?: boolean;
  /** ISO 8601, UTC. */
  timestamp?: string;
  /** `typed` and `sdk` come from outside; `system` is the client's own, for instance a notification. Absent in older clients. */
  promptSource?: string;
  /** `human` for what a human typed; absent in older clients. */
  origin?: { kind?: string };
  message?: { content?: unknown };
  toolUseResult?: unknown;
}

/** Beginnings of messages that the client records as a user's, though no human wrote them to the model. */
const CLIENT_TEXTS = [
  '<task-notification>',
  '<teammate-message',
  '<local-command-',
  '<bash-',
  '<command-name>',
  '[Request interrupted by user',
];

/** Whether a line of a client's transcript is a prompt that a human typed. */
export function isTyped({ type, isMeta, promptSource, message, ...line }: PromptLine): boolean {
  if (type !== 'user' || isMeta === true || promptSource === 'system') return false;
  if (line.isCompactSummary === true || line.isVisibleInTranscriptOnly === true) return false;
  if (line.origin?.kind !== undefined && line.origin.kind !== 'human') return false;
  const text = promptText(message?.content, promptSource !== undefined);
  return text !== '' && !CLIENT_TEXTS.some((start) => text.startsWith(start));
}

// With a picture, a prompt is a list of blocks; results of tools and the texts of skills are lists too, but have no source.
function promptText(content: unknown, hasSource: boolean): string {
  if (typeof content === 'string') return content;
  if (!hasSource || !Array.isArray(content)) return '';
  const blocks = content as { type?: string; text?: string }[];
  return blocks.some(({ type }) => type === 'tool_result')
    ? ''
    : (blocks.find(({ text }) => text)?.text ?? '');
}

/** Whether a line is a human's answer to a question that the model asked with the tool AskUserQuestion. */
function isAnswer({ type, toolUseResult }: PromptLine): boolean {
  if (type !== 'user' || typeof toolUseResult !== 'object' || toolUseResult === null) return false;
  const { questions, answers, afkTimeoutMs } = toolUseResult as Record<string, unknown>;
  // The client answers for a human who is away.
  if (afkTimeoutMs !== undefined) return false;
  return Array.isArray(questions) && typeof answers === 'object' && Object.keys(answers ?? {}).length > 0;
}

/** Whether a human has typed a prompt or answered a question since a time (milliseconds since the epoch). Takes a transcript's text. Pure. */
export function hasHumanTurn(transcript: string, since: number): boolean {
  return transcript.split('\n').some((text) => {
    // Other lines can be megabytes.
    if (!/"type":\s*"user"/.test(text)) return false;
    const line = parseLine(text);
    const isLater = line?.isSidechain !== true && Date.parse(line?.timestamp ?? '') > since;
    return line !== undefined && isLater && (isTyped(line) || isAnswer(line));
  });
}

function parseLine(text: string): PromptLine | undefined {
  try {
    return JSON.parse(text) as PromptLine;
  } catch {
    return undefined;
  }
}
