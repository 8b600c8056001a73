import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterEach } from 'vitest';

/** A child process that prints lines; the test waits for a line instead of sleeping. */
export interface TalkingChild {
  pid: number;
  process: ChildProcess;
  /** The next printed line; `undefined` after the end. */
  nextLine(): Promise<string | undefined>;
  tell(line: string): void;
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

const running = new Set<ChildProcess>();

/** Starts `node script args` and kills it after the test if it still runs. */
export function startNode(
  script: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): TalkingChild {
  const child = spawn(process.execPath, [script, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  });
  running.add(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  child.stdin.on('error', () => {});
  const ended = once(child, 'exit').then(([code, signal]) => {
    running.delete(child);
    return { code, signal };
  });
  return {
    pid: child.pid ?? 0,
    process: child,
    nextLine: async () => (await lines.next()).value,
    tell: (line) => void child.stdin.write(`${line}\n`),
    ended,
  };
}

afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
});
