import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process';

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
  timedOut: boolean;
}

export interface Launched {
  pid: number;
  child: ChildProcessWithoutNullStreams;
  exited: Promise<Exit>;
  /** Asks the client to end: it then stops the commands that its Bash tool started. */
  stop: () => Promise<Exit>;
  /** Ends the client and everything below it at once, as a crash would. */
  kill: () => Promise<Exit>;
}

export interface LaunchOptions {
  env: Record<string, string>;
  cwd: string;
  limitMs: number;
  /** Another user than that of the test. */
  user?: { uid?: number; gid?: number } | undefined;
}

export function launch(command: string, args: string[], options: LaunchOptions): Launched {
  const child = spawn(command, args, { ...options.user, env: options.env, cwd: options.cwd, detached: true });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${command} did not start`);
  // A client that ends early closes its stdin while we may still write; its exit code says why.
  child.stdin.on('error', () => undefined);
  const exited = collect(child, pid, options.limitMs);
  return { pid, child, exited, stop: () => end(child, exited), kill: () => crash(pid, exited) };
}

function collect(child: ChildProcessWithoutNullStreams, pid: number, limitMs: number): Promise<Exit> {
  let [stdout, stderr, timedOut] = ['', '', false];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const timer = setTimeout(() => {
    timedOut = true;
    killTree(pid);
  }, limitMs);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, stdout, stderr, timedOut });
    });
  });
}

function end(child: ChildProcessWithoutNullStreams, exited: Promise<Exit>): Promise<Exit> {
  child.kill('SIGTERM');
  return exited;
}

function crash(pid: number, exited: Promise<Exit>): Promise<Exit> {
  killTree(pid);
  return exited;
}

// Each Bash command of the client leads a session of its own, so the client's process group does not reach it.
function killTree(pid: number): void {
  const below = listDescendants(pid);
  signal(-pid);
  for (const descendant of below) signal(descendant);
}

function signal(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Lists the processes below one, from the parents that `ps` names at this moment. */
export function listDescendants(pid: number): number[] {
  const rows = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((row) => row.trim().split(/\s+/).map(Number));
  const found = [pid];
  for (const parent of found)
    found.push(...rows.filter((row) => row[1] === parent).map((row) => row[0] ?? 0));
  return found.slice(1);
}
