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
  /** When a prompt was sent, if that is known: milliseconds since the epoch. */
  sentAtMs?: number;
  /** The turn of the conversation that the line belongs to. */
  promptId?: string;
  /** Who entered a prompt; `system` is the client's own, for instance a notification. Absent in older clients, and for a command. */
  promptSource?: string;
  /** `human` or `sdk`, also for a command; absent in older clients. */
  turnOrigin?: string;
  /** How the client was started: `cli`, `sdk-cli` and others; a variable of its environment may replace it. */
  entrypoint?: string;
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

/** Whether a line of a client's transcript is a prompt from outside of the client: a human's, or that of the program which drives the client. */
export function isPrompt({ type, isMeta, promptSource, message, ...line }: PromptLine): boolean {
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

/** Sources of prompts that are entered at the client itself. */
const HUMAN_SOURCES: readonly (string | undefined)[] = [undefined, 'typed', 'queued', 'suggestion_accepted'];

/** Whether a line comes from a program that drives a client: a model can start one that resumes its own conversation. */
function isOfProgram({ promptSource, turnOrigin, entrypoint }: PromptLine): boolean {
  return (
    !HUMAN_SOURCES.includes(promptSource) ||
    (turnOrigin !== undefined && turnOrigin !== 'human') ||
    entrypoint?.startsWith('sdk') === true
  );
}

/** What a human said to a model: a typed prompt, or the answer to a question that the model asked with the tool AskUserQuestion. */
export interface HumanTurn {
  /** Milliseconds since the epoch. */
  at: number;
  text: string;
  /** The question that the text answers. */
  question?: string;
}

/** Lists what a human said in a conversation, in the order of the transcript. Lines without a time are skipped. Pure. */
export function listHumanTurns(transcript: string): HumanTurn[] {
  const lines = transcript.split('\n').flatMap(parseLine);
  const ofPrograms = new Set(
    lines.flatMap((line) =>
      line.promptSource === 'sdk' || line.turnOrigin === 'sdk' ? (line.promptId ?? []) : [],
    ),
  );
  return lines.flatMap((line) => {
    const at = timeOf(line);
    if (Number.isNaN(at) || line.isSidechain === true) return [];
    if (isPrompt(line))
      return isOfProgram(line) ? [] : [{ at, text: promptText(line.message?.content, true) }];
    const isForeign = ofPrograms.has(line.promptId ?? '') || line.entrypoint?.startsWith('sdk') === true;
    return isForeign ? [] : answersOf(line).map((answer) => ({ at, ...answer }));
  });
}

/** A prompt that waited while the model worked may have been typed long before the client recorded it. */
function timeOf({ timestamp, sentAtMs, promptSource }: PromptLine): number {
  if (promptSource === 'queued') return sentAtMs ?? Number.NaN;
  return Date.parse(timestamp ?? '');
}

function answersOf({ type, toolUseResult }: PromptLine): { question: string; text: string }[] {
  if (type !== 'user' || typeof toolUseResult !== 'object' || toolUseResult === null) return [];
  const { questions, answers, afkTimeoutMs } = toolUseResult as Record<string, unknown>;
  // The client answers for a human who is away.
  if (afkTimeoutMs !== undefined || !Array.isArray(questions)) return [];
  if (typeof answers !== 'object' || answers === null) return [];
  return Object.entries(answers).map(([question, answer]) => ({ question, text: String(answer) }));
}

function parseLine(text: string): PromptLine[] {
  // Other lines can be megabytes.
  if (!/"type":\s*"user"/.test(text)) return [];
  try {
    return [JSON.parse(text) as PromptLine];
  } catch {
    return [];
  }
}
