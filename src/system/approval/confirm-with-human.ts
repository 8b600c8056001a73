/** The terminal of a call, for asking its human. */
export interface HumanTerminal {
  /** Prints a line on stderr. */
  note(line: string): void;
  /** Prints a question and returns the line that the human types; undefined at the end of the input, or if `signal` aborts. */
  ask(question: string, signal?: AbortSignal): Promise<string | undefined>;
}

export interface HumanQuestion {
  /** What is decided, in the human's own view: all that a yes approves. */
  lines: readonly string[];
  /** The end of the question: `Type "yes" to …`. */
  purpose: string;
  /** A word that counts like `yes`, such as the name of what is approved. */
  word?: string;
  /** The call itself has said yes. */
  isSkipped?: boolean;
  signal?: AbortSignal | undefined;
}

/** Shows the human what is decided and asks. Returns whether the answer is yes; an empty line is none. */
export async function confirmWithHuman(
  { lines, purpose, word = 'yes', isSkipped = false, signal }: HumanQuestion,
  { note, ask }: HumanTerminal,
): Promise<boolean> {
  if (isSkipped) return true;
  for (const line of lines) note(line);
  const words = word === 'yes' ? '"yes"' : `"${word}" or "yes"`;
  const typed = (await ask(`Type ${words} to ${purpose}, anything else to cancel: `, signal))
    ?.trim()
    .toLowerCase();
  return typed === word || typed === 'yes';
}
