import { readSync } from 'node:fs';
import { isatty } from 'node:tty';
import type { CompletionShell, Context } from '../commands/command.ts';
import { ExpectedError, reject } from '../system/result.ts';
import { onInterrupt } from './interrupt.ts';
import { createRedraw } from './redraw.ts';

/** The world as the commands see it: the only place that asks this process about itself. */
export function createContext(isJson: boolean): Context {
  const stderrIsTerminal = process.stderr.isTTY === true;
  return {
    cwd: process.cwd(),
    env: process.env,
    self: [process.execPath, process.argv[1] ?? ''],
    now: () => new Date(),
    readStdin,
    note: (line) => void process.stderr.write(`${line}\n`),
    progress: (line) => void (stderrIsTerminal && process.stderr.write(`\r\u001b[2K${line}`)),
    redraw: createRedraw(process.stderr),
    isJson,
    stdinIsTerminal: isatty(0),
    stdoutIsTerminal: process.stdout.isTTY === true,
    stderrIsTerminal,
    ask,
    readLines,
    sendLine: (line) => void process.stdout.write(`${line}\n`),
    onInterrupt: (stop) => onInterrupt(isJson, stop),
    ...(isatty(0) && stderrIsTerminal ? { onKey: listenToKeys } : {}),
    writeCompletion,
  };
}

async function writeCompletion(shell: CompletionShell): Promise<string> {
  const [{ formatCompletion }, { buildProgram }, { COMMANDS }] = await Promise.all([
    import('./completion.ts'),
    import('./program.ts'),
    import('../commands/index.ts'),
  ]);
  const loaded = await Promise.all(COMMANDS.map((entry) => entry.load()));
  return formatCompletion(
    shell,
    buildProgram(loaded, '', () => undefined),
  );
}

async function ask(question: string, signal?: AbortSignal): Promise<string | undefined> {
  const { createInterface } = await import('node:readline');
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  return await new Promise((resolve) => {
    lines.once('close', () => resolve(undefined));
    signal?.addEventListener('abort', () => lines.close(), { once: true });
    lines.question(question, (line) => {
      resolve(line);
      lines.close();
    });
  });
}

/** Takes keys without an Enter. Ctrl-C and Ctrl-Z still act as signals of the terminal. */
function listenToKeys(take: (key: string) => void): () => void {
  const { stdin } = process;
  const hear = (bytes: Buffer) => {
    const key = bytes.toString('utf8');
    if (key === '\u0003') process.kill(process.pid, 'SIGINT');
    else if (key === '\u001a') process.kill(process.pid, 'SIGTSTP');
    else take(key);
  };
  stdin.setRawMode(true);
  stdin.on('data', hear);
  stdin.resume();
  return () => {
    stdin.off('data', hear);
    stdin.setRawMode(false);
    stdin.pause();
  };
}

async function readLines(
  take: (line: string) => void,
  { maxBytes, onTooLong }: { maxBytes: number; onTooLong(): void },
): Promise<void> {
  const { BoundedLines } = await import('../system/bounded-lines.ts');
  // A client that ends while an answer is on its way closes the pipe.
  process.stdout.on('error', () => {});
  const lines = new BoundedLines(maxBytes, take, onTooLong);
  process.stdin.on('data', (bytes: Buffer) => lines.push(bytes));
  await new Promise<void>((resolve) => process.stdin.once('close', resolve).once('end', resolve));
  lines.end();
}

/** Reads standard input to its end, without the stream where the system allows it: a stream costs some 10 ms. */
async function readStdin(): Promise<Uint8Array> {
  const input: Input = { chunks: [], bytes: 0 };
  if (!readToEnd(0, input)) for await (const chunk of process.stdin) addChunk(input, chunk as Buffer);
  return Buffer.concat(input.chunks);
}

interface Input {
  chunks: Buffer[];
  bytes: number;
}

function addChunk(input: Input, chunk: Buffer): void {
  input.chunks.push(chunk);
  input.bytes += chunk.length;
  if (input.bytes <= MAX_STDIN_BYTES) return;
  const message = `standard input has more than ${MAX_STDIN_BYTES} bytes`;
  throw new ExpectedError(
    reject({ code: 'input-too-large', message, target: 'standard input', fix: 'give a shorter document' }),
  );
}

/** Adds what a descriptor has to the input. False if the rest has to be waited for: another process made the descriptor non-blocking. */
function readToEnd(fd: number, input: Input): boolean {
  try {
    for (;;) {
      const chunk = Buffer.allocUnsafe(STDIN_CHUNK_BYTES);
      const count = readSync(fd, chunk);
      if (count === 0) return true;
      addChunk(input, chunk.subarray(0, count));
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return false;
    throw error;
  }
}

/** Maximum size of a document on standard input, in bytes. */
const MAX_STDIN_BYTES = 64 * 1024 * 1024;
const STDIN_CHUNK_BYTES = 64 * 1024;
