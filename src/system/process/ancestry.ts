import { readFileSync, readlinkSync, statSync } from 'node:fs';
import { describeProcess, type ProcessIdentity } from './identity.ts';
import { isInOwnTerminal, judgeOrigin } from './origin.ts';
import { listPids, listProcesses, readProcess, readProcessSession } from './proc.ts';
import type { ProcessEntry } from './process-entry.ts';
import { readPsArguments, readPsEnvironment } from './ps.ts';

/** Set by the build: the process at which the search for a parent session ends. 0, which is no process, in the committed bundle. */
declare const SAO_TOP_PID: number;
const topPid = typeof SAO_TOP_PID === 'number' ? SAO_TOP_PID : 0;

/**
 * The pid of this process as /proc counts it. In a pid namespace without a /proc of its own this is another number than Node's, which there belongs to
 * another process.
 */
const ownPid = readOwnPid();

function readOwnPid(): number {
  try {
    return Number(readlinkSync('/proc/self')) || process.pid;
  } catch {
    return process.pid;
  }
}

/** Yields the process `pid` and its ancestors; ends at the first process, or where the system gives no information. */
export function* walkAncestors(
  pid: number,
  read: (pid: number) => ProcessEntry | 'gone' | 'unknown' = readerOfEntries(),
): Generator<ProcessEntry> {
  const seen = new Set<number>();
  for (let next = pid; next > 0 && !seen.has(next); ) {
    seen.add(next);
    const entry = read(next);
    if (typeof entry === 'string') return;
    yield entry;
    next = entry.parent;
  }
}

/**
 * This process, its ancestors, and the leaders of its group and session with their ancestors: a process whose parents have ended (two forks)
 * still has these. Ends at `topPid`; a leader that was not started below `topPid` is none of the test's.
 */
function walkOrigins(): ProcessEntry[] {
  const own = readLineBelowTop(ownPid) ?? [...walkAncestors(ownPid)];
  const session = readProcessSession(ownPid);
  const leaders = [own[0]?.group, session?.leader].map((pid) => pid ?? 0);
  const seen = new Set(own.map(({ pid }) => pid));
  const others = leaders.filter((pid) => pid > 1 && !seen.has(pid)).flatMap(readOthersLine);
  return [...own, ...others.filter(({ pid }) => !seen.has(pid))];
}

function readOthersLine(pid: number): ProcessEntry[] {
  return readLineBelowTop(pid) ?? (topPid === 0 ? [...walkAncestors(pid)] : []);
}

/** A process and its ancestors below `topPid`; undefined if that is none of them. */
function readLineBelowTop(pid: number): ProcessEntry[] | undefined {
  if (topPid === 0) return undefined;
  const line = [...walkAncestors(pid)];
  const top = line.findIndex((entry) => entry.pid === topPid);
  return top < 0 ? undefined : line.slice(0, top);
}

/** Without /proc every look-up starts a program, so one table serves a whole walk. */
function readerOfEntries(): (pid: number) => ProcessEntry | 'gone' | 'unknown' {
  if (process.platform === 'linux' || process.platform === 'win32') return readProcess;
  const table = new Map(listProcesses().map((entry) => [entry.pid, entry]));
  return (pid) => table.get(pid) ?? 'gone';
}

/**
 * Whether this process or an ancestor was started with the variable. `env -u` removes it from the last process only, so all ancestors are
 * read. Windows shows only this process's own variables. The search ends below `topPid`, which is the test's own
 * process in tests, so that a test gives the same answer inside and outside of a session.
 */
export function ancestorHasEnv(name: string): boolean {
  if (process.pid === topPid) return false;
  if (process.env[name] !== undefined) return true;
  for (const { pid } of walkOrigins()) if (readEnvironment(pid, name).length > 0) return true;
  return false;
}

/**
 * Whether this process or an ancestor is a Claude Code client. `exec env -u CLAUDECODE …` replaces the only process whose environment says so, but
 * not the client itself. Linux; elsewhere the search finds nothing.
 */
export function hasClientAncestor(): boolean {
  for (const entry of walkOrigins()) if (isClient(entry)) return true;
  return false;
}

/** The commands of sao that start agents. */
export const RUNNER_COMMANDS: readonly string[] = ['run', 'build', 'audit', 'work'];

/**
 * Whether this process or an ancestor was started as an agent of a run, or an ancestor is a call of sao that starts agents: this process was then
 * started by one of them, in any environment. One walk for both, since every call of sao asks. On Windows only this
 * process's own variables are known.
 */
export function hasAgentAncestor(): boolean {
  if (process.pid === topPid) return false;
  if (process.env.SAO_AGENT_ID !== undefined) return true;
  const isCallOfRunner = process.platform === 'linux' ? isRunner : isRunnerInWords;
  for (const { pid } of walkOrigins()) {
    if (readEnvironment(pid, 'SAO_AGENT_ID').length > 0) return true;
    if (pid !== ownPid && isCallOfRunner(readArguments(pid))) return true;
  }
  return false;
}

/** Whether these are the arguments of a call of sao that starts agents: `node /path/sao run …`. */
export function isRunner([, script = '', command = '']: readonly string[]): boolean {
  return isScriptOfSao(script) && RUNNER_COMMANDS.includes(command);
}

const isScriptOfSao = (path: string) => /(?:^|\/)(?:sao|scaled-agent-orchestration)$/.test(path);

/**
 * Like `isRunner`, for the words of a command line in which a path with blanks is several words. Only a path from the root may be: another program that
 * starts sao, such as `sudo sao run`, is no runner.
 */
export function isRunnerInWords([program = '', ...words]: readonly string[]): boolean {
  if (isRunner([program, ...words])) return true;
  if (!/(?:^|\/)node$/.test(program) || !words[0]?.startsWith('/')) return false;
  return words.some(
    (_, index) =>
      isScriptOfSao(words.slice(0, index + 1).join(' ')) && RUNNER_COMMANDS.includes(words[index + 1] ?? ''),
  );
}

/** Whether a client was started from within another client's session: its prompts may be a model's. False on Windows. */
export function isNestedClient(pid: number): boolean {
  return readEnvironment(pid).some((entry) => entry.startsWith('CLAUDECODE=')) || countClients(pid) > 1;
}

/**
 * Whether a client started this process itself, and no other client started that one: what the client says its user has answered is then no model's
 * word. A process that was detached from its session can imitate this, as it can imitate a terminal.
 */
export function isStartedByClient(): boolean {
  const [parent] = walkAncestors(process.ppid);
  return parent !== undefined && isClient(parent) && !isNestedClient(parent.pid);
}

/** The clients among a process and its ancestors; a launcher and the client that it starts count as one. */
function countClients(pid: number): number {
  let count = 0;
  let wasClient = false;
  for (const entry of walkAncestors(pid)) {
    if (entry.pid === topPid) break;
    const is = isClient(entry);
    if (is && !wasClient) count += 1;
    wasClient = is;
  }
  return count;
}

function isClient({ pid, name }: ProcessEntry): boolean {
  if (name === 'claude') return true;
  const [program = '', script = ''] = readArguments(pid);
  return [program, script].some((word) => /(?:^|\/)claude(?:\.exe)?$|@anthropic-ai\/claude-code/.test(word));
}

/**
 * The pid of a Claude Code client that works in this folder; undefined if there is none. The clients that `sao run` starts are not counted: a runner's
 * lock says of which run they are. Linux; elsewhere the search finds nothing.
 */
export function findClientIn(folder: string): number | undefined {
  if (process.platform !== 'linux') return undefined;
  return listPids().find((pid) => {
    const entry = readProcess(pid);
    if (typeof entry === 'string' || !isClient(entry) || !isBelow(workingDirectory(pid), folder))
      return false;
    return readEnvironment(pid, 'SAO_AGENT_ID').length === 0;
  });
}

/**
 * A client or runner of this user that may have started this process, although nothing among its ancestors says so, as a message names it; undefined if
 * there is none. `findElsewhere`: a runner in a pid namespace whose processes this one does not see. Linux; elsewhere the search finds nothing.
 */
export function findPossibleStarter(findElsewhere: () => ProcessIdentity | undefined): string | undefined {
  if (process.platform !== 'linux') return undefined;
  const line = [...walkAncestors(ownPid)];
  if (line.some(({ pid }) => pid === topPid)) return undefined;
  const session = readProcessSession(ownPid);
  if (session !== undefined && isInOwnTerminal(session, line)) return undefined;
  const elsewhere = findElsewhere();
  if (elsewhere !== undefined) return describeProcess(elsewhere);
  const starters = listProcesses().filter(
    (entry) =>
      isOfThisUser(entry.pid) && (isClient(entry) || isRunner(readArguments(entry.pid))) && !entry.isZombie,
  );
  const starter = judgeOrigin(line, starters);
  return starter === undefined ? undefined : `process ${starter}`;
}

function isOfThisUser(pid: number): boolean {
  try {
    return statSync(`/proc/${pid}`).uid === process.getuid?.();
  } catch {
    return false;
  }
}

function isBelow(path: string | undefined, folder: string): boolean {
  return path === folder || path?.startsWith(`${folder}/`) === true;
}

function workingDirectory(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}

function readArguments(pid: number): string[] {
  if (process.platform === 'win32') return [];
  if (process.platform !== 'linux') return readPsArguments(pid);
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

/** The `NAME=value` entries that a process was started with, or only those of one name; none if it is another user's, and on Windows. */
export function readEnvironment(pid: number, name?: string): string[] {
  if (process.platform === 'win32') return [];
  if (process.platform !== 'linux')
    return readPsEnvironment(pid).filter((entry) => name === undefined || entry.startsWith(`${name}=`));
  try {
    const text = readFileSync(`/proc/${pid}/environ`, 'utf8');
    if (name === undefined) return text.split('\0');
    return text.includes(`${name}=`) ? text.split('\0').filter((entry) => entry.startsWith(`${name}=`)) : [];
  } catch {
    return [];
  }
}
