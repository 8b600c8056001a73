import type { Call } from './call.ts';

export interface ToolCall {
  name: string;
  input: Record<string, unknown>;
}

/** Tokens that the answer claims; the client turns them into cost and into the size of its context. */
export interface Usage {
  input: number;
  output: number;
}

export interface Answer {
  text?: string;
  tools?: ToolCall[];
  usage?: Usage;
  /** Awaited before each block of a streamed answer, as a model that takes its time. */
  beforeBlock?: (index: number) => Promise<void>;
}

export interface Refusal {
  status: number;
  message?: string;
  /** Seconds for the `retry-after` header. */
  retryAfter?: number;
}

export type Reply = Answer | Refusal;

/** What a test supplies. It may await a gate: the client waits for its answer exactly that long. */
export type Script = (call: Call) => Reply | Promise<Reply>;

export function say(text: string): Answer {
  return { text };
}

export function use(...tools: [name: string, input: Record<string, unknown>][]): Answer {
  return { tools: tools.map(([name, input]) => ({ name, input })) };
}

/** Answers 429 or 529 (or any other status) the way the real service does. */
export function refuse(status: number, retryAfter?: number): Refusal {
  return retryAfter === undefined ? { status } : { status, retryAfter };
}

export function isRefusal(reply: Reply): reply is Refusal {
  return 'status' in reply;
}

export interface Gate {
  passed: Promise<void>;
  open: () => void;
}

/** Holds an answer until the test opens the gate, so that no test of order needs a sleep. */
export function createGate(): Gate {
  let open: () => void = () => undefined;
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open };
}
