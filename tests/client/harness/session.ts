import { createInterface } from 'node:readline';
import { type ClientOptions, describe, launchClient } from './client.ts';
import type { Exit } from './process.ts';
import { isResult, type ResultMessage } from './result.ts';

/** A client that stays open over several user turns; what a typed command was allowed to do ends with its turn. */
export interface Session {
  pid: number;
  /** Sends one user message and resolves with the result of its turn. */
  send: (text: string) => Promise<ResultMessage>;
  kill: () => Promise<Exit>;
  close: () => Promise<Exit>;
}

interface Waiting {
  resolve: (result: ResultMessage) => void;
  reject: (error: Error) => void;
}

export function openSession(options: ClientOptions): Session {
  const flags = ['-p', '--verbose', '--input-format', 'stream-json', '--output-format', 'stream-json'];
  const { pid, child, exited, kill } = launchClient(flags, options);
  const waiting: Waiting[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    const message: unknown = JSON.parse(line);
    if (isResult(message)) waiting.shift()?.resolve(message);
  });
  // A client that dies in a turn must fail that turn, not hang it.
  void exited.then((exit) => {
    for (const turn of waiting.splice(0)) turn.reject(new Error(describe(exit, options.api)));
  });
  const send = (text: string) => {
    const turn = new Promise<ResultMessage>((resolve, reject) => waiting.push({ resolve, reject }));
    child.stdin.write(`${JSON.stringify({ type: 'user', message: { role: 'user', content: text } })}\n`);
    return turn;
  };
  const close = () => {
    child.stdin.end();
    return exited;
  };
  return { pid, send, kill, close };
}
