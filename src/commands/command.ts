import type * as z from 'zod';
import type { Diagnostic, Result } from '../system/result.ts';

export const COMPLETION_SHELLS = ['bash', 'zsh', 'fish'] as const;
export type CompletionShell = (typeof COMPLETION_SHELLS)[number];

/** What a handler may know of the world around the call. */
export interface Context {
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  /** The program and the first arguments that start this very `sao`. */
  self: readonly string[];
  now(): Date;
  /** All of standard input, as text. */
  readStdin(): Promise<string>;
  /** A line for a person, on stderr: progress, never data. */
  note(line: string): void;
  /** Replaces the last progress line on a terminal. */
  progress(line: string): void;
  /** Draws lines in place of those that were drawn before, on a terminal of stderr; an empty text removes them. */
  redraw(draw: (width: number) => string): void;
  stdinIsTerminal: boolean;
  stdoutIsTerminal: boolean;
  /** The answer is printed as JSON: as a whole, where text shows a part of it. */
  isJson: boolean;
  stderrIsTerminal: boolean;
  /** Puts a question on stderr and answers the line that the person types; undefined at the end of the input. */
  ask(question: string): Promise<string | undefined>;
  /** The completion script for a shell, made from the whole command tree. */
  writeCompletion(shell: CompletionShell): Promise<string>;
  /** Calls back once on Ctrl-C or a termination signal; answers how to stop listening. */
  onInterrupt(stop: () => void): () => void;
}

export interface Answer<T> {
  data: T;
  /** 1: the answer is "not done", "gate closed" or "findings at or above the bound"; 3: the machine lacks something; 130: interrupted. */
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
  /** The words that shell completion offers; the schema is what enforces them. */
  choices?: readonly string[];
}

/** How an answer is shown. */
export interface View {
  terminal: boolean;
  /** A terminal whose user has not asked for plain text (`NO_COLOR`). */
  colour: boolean;
  width: number;
}

/** One command as typed data; its file holds nothing else. */
export interface Command<Input = unknown, Data = unknown> {
  /** The name in `COMMANDS`, which also holds the one-line summary. */
  name: string;
  /** One call that a reader can paste; shown at the end of the command's help. */
  example: string;
  /** Shown below the options: examples, what the exit codes mean here. */
  details?: string;
  arguments: readonly Argument[];
  options: readonly Option[];
  /** Arguments and options in one object, camelCase. */
  schema: z.ZodType<Input>;
  handler(input: Input, context: Context): Promise<Result<Answer<Data>>>;
  render(data: Data, view: View): string;
}

/** Keeps the types of a command's parts together where it is written. */
export function defineCommand<Input, Data>(command: Command<Input, Data>): Command<Input, Data> {
  return command;
}
