import { setImmediate as endOfTurn, setTimeout as sleep } from 'node:timers/promises';
import { readEnvironment } from './ancestry.ts';
import { listPids, listProcesses, readProcess } from './proc.ts';
import type { ProcessEntry } from './process-entry.ts';
import { listPsEnvironments } from './ps.ts';

/** The variable that every process of a run inherits. A program can leave its group, as Claude Code's shells do, but keeps it. */
export const MARK_VARIABLE = 'SAO_MARK';

const POLL_MS = 10;
/** After SIGKILL, only a process that hangs in the kernel takes longer. */
const MAX_DEATH_MS = 2_000;

/** Adds the mark to an environment. The mark of an outer run is kept, so that both runs find the process. */
export function addMark(env: NodeJS.ProcessEnv, mark: string): NodeJS.ProcessEnv {
  return { ...env, [MARK_VARIABLE]: [env[MARK_VARIABLE], mark].filter(Boolean).join(' ') };
}

/** Whether an environment entry contains the mark or a mark below it: `ab12` also matches `ab12/worker-1`. */
export function hasMark(entry: string, mark: string): boolean {
  if (!entry.startsWith(`${MARK_VARIABLE}=`)) return false;
  const marks = entry.slice(MARK_VARIABLE.length + 1).split(' ');
  return marks.some((each) => each === mark || each.startsWith(`${mark}/`));
}

/** A process with a mark in its environment. */
interface MarkedProcess {
  pid: number;
  /** The entries of its environment that name the mark's variable. */
  entries: string[];
}

/**
 * Live processes with the mark, without this one. `above`: only processes with a higher pid.
 * On Windows the result is empty; on macOS it lacks the system's own programs, whose environment is not shown.
 */
export function findMarkedProcesses(mark: string, above = 0): ProcessEntry[] {
  return selectMarked(listMarkedProcesses(above), mark, above);
}

let nextListing: { above: number; processes: Promise<MarkedProcess[]> } | undefined;

/**
 * Like `findMarkedProcesses`, at the end of this turn of the event loop: all calls of a turn share one listing of the processes, which is
 * made after them.
 */
export async function findMarkedAfterTurn(mark: string, above: number): Promise<ProcessEntry[]> {
  if (nextListing) nextListing.above = Math.min(nextListing.above, above);
  else nextListing = { above, processes: listAfterTurn() };
  return selectMarked(await nextListing.processes, mark, above);
}

async function listAfterTurn(): Promise<MarkedProcess[]> {
  await endOfTurn();
  const { above } = nextListing ?? { above: 0 };
  nextListing = undefined;
  return listMarkedProcesses(above);
}

function listMarkedProcesses(above: number): MarkedProcess[] {
  if (process.platform === 'win32') return [];
  if (process.platform !== 'linux')
    return listPsEnvironments().filter(({ pid }) => pid > above && pid !== process.pid);
  return listPids()
    .filter((pid) => pid > above && pid !== process.pid)
    .map((pid) => ({ pid, entries: readEnvironment(pid, MARK_VARIABLE) }))
    .filter(({ entries }) => entries.length > 0);
}

function selectMarked(processes: readonly MarkedProcess[], mark: string, above: number): ProcessEntry[] {
  return processes
    .filter(({ pid, entries }) => pid > above && entries.some((entry) => hasMark(entry, mark)))
    .map(({ pid }) => readProcess(pid))
    .filter((entry) => typeof entry === 'object')
    .filter((entry) => !entry.isZombie);
}

/** Live members of the process groups with these ids. */
export function findGroupMembers(groups: readonly number[]): ProcessEntry[] {
  const left = new Set(groups.filter((group) => signalGroup(group, 0)));
  if (left.size === 0) return [];
  return listProcesses().filter(({ group, isZombie }) => left.has(group) && !isZombie);
}

/** False if the group has no member left. SIGCONT follows, because a stopped process handles signals only when it continues. */
export function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  const isSent = sendSignal(-group, signal);
  if (isSent && signal !== 0 && signal !== 'SIGKILL') sendSignal(-group, 'SIGCONT');
  return isSent;
}

function sendSignal(target: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(target, signal);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Ends all processes that `find` returns: SIGTERM, then SIGKILL after `graceMs` milliseconds. `find` is called again each time,
 * because an ending process can still start another one. Resolves when none is left, or when the rest cannot be killed.
 */
export async function endSurvivors(
  find: () => ProcessEntry[] | Promise<ProcessEntry[]>,
  graceMs: number,
): Promise<void> {
  const termed = new Set<string>();
  const graceEnd = performance.now() + graceMs;
  const deathEnd = graceEnd + MAX_DEATH_MS;
  for (let left = await find(); left.length > 0 && performance.now() < deathEnd; left = await find()) {
    for (const { pid, started } of left) {
      if (performance.now() >= graceEnd) sendSignal(pid, 'SIGKILL');
      else if (!termed.has(`${pid} ${started}`)) terminate(pid);
      termed.add(`${pid} ${started}`);
    }
    await sleep(POLL_MS);
  }
}

function terminate(pid: number): void {
  sendSignal(pid, 'SIGTERM');
  sendSignal(pid, 'SIGCONT');
}
