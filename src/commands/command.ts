import type * as z from 'zod';
import type { AskClient } from '../mcp/server.ts';
import type { Diagnostic, Result } from '../system/result.ts';

export const COMPLETION_SHELLS = ['bash', 'zsh', 'fish'] as const;
export type CompletionShell = (typeof COMPLETION_SHELLS)[number];

/** Everything that a handler may use of its environment. */
export interface Context {
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  /** The program and the first arguments that start this very `sao`. */
  self: readonly string[];
  now(): Date;
  /** All of standard input, as text. */
  readStdin(): Promise<Uint8Array>;
  /** Prints a progress line for a human on stderr. */
  note(line: string): void;
  /** Replaces the last progress line on a terminal. */
  progress(line: string): void;
  /** Draws lines over the previously drawn lines, if stderr is a terminal; an empty text removes them. */
  redraw(draw: (width: number) => string): void;
  stdinIsTerminal: boolean;
  stdoutIsTerminal: boolean;
  /** The answer is printed as JSON, which contains all data; text may show only a part. */
  isJson: boolean;
  stderrIsTerminal: boolean;
  /** Prints a question on stderr and returns the line that the human types; undefined at the end of the input, or if `signal` aborts. */
  ask(question: string, signal?: AbortSignal): Promise<string | undefined>;
  /** Returns the completion script for a shell, generated from the whole command tree. */
  writeCompletion(shell: CompletionShell): Promise<string>;
  /**
   * Calls `take` with each line of standard input, for a program that speaks a protocol; resolves at its end. A line of more than `maxBytes` is dropped, and
   * `onTooLong` is called instead.
   */
  readLines(take: (line: string) => void, bound: { maxBytes: number; onTooLong(): void }): Promise<void>;
  /** Prints a line of that protocol on standard output. */
  sendLine(line: string): void;
  /** Asks the human through the client that made this call; absent if it cannot. */
  askClient?: AskClient;
  /** Calls `take` with each key that the human presses; absent without a terminal. Returns a function that ends it. */
  onKey?: (take: (key: string) => void) => () => void;
  /** Calls `stop` once on Ctrl-C or a termination signal. Returns a function that removes the listener. */
  onInterrupt(stop: () => void): () => void;
}

export interface Answer<T> {
  data: T;
  /** 1: the answer is "not done", "gate closed" or "findings at or above the bound"; 3: a requirement is missing; 130: interrupted. */
  exit?: 0 | 1 | 3 | 130;
  diagnostics?: Diagnostic[];
}

export interface Option {
  /** As commander writes it: `--wave <n>`, `-f, --format <name>`. */
  flags: string;
  description: string;
  choices?: readonly string[];
}

export interface Argument {
  /** `<run>`, `[file]`, `[ids...]` */
  name: string;
  description: string;
  /** The words that shell completion offers; the schema checks them. */
  choices?: readonly string[];
}

/** The output device of an answer. */
export interface View {
  terminal: boolean;
  /** A terminal whose user has not asked for plain text (`NO_COLOR`). */
  colour: boolean;
  width: number;
}

/** One command as typed data. */
export interface Command<Input = unknown, Data = unknown> {
  /** The name in `COMMANDS`, which also holds the one-line summary. */
  name: string;
  /** One call that a reader can paste; shown at the end of the command's help. */
  example: string;
  /** Shown below the options: notes, and the meaning of the exit codes for this command. */
  details?: string;
  arguments: readonly Argument[];
  options: readonly Option[];
  /** Arguments and options in one object, camelCase. */
  schema: z.ZodType<Input>;
  handler(input: Input, context: Context): Promise<Result<Answer<Data>>>;
  render(data: Data, view: View): string;
}

/** Checks the types of a command definition where it is written; returns it unchanged. */
export function defineCommand<Input, Data>(command: Command<Input, Data>): Command<Input, Data> {
  return command;
}
