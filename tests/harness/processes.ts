import { readFileSync } from 'node:fs';
import { readEnvironment } from '../../src/system/process/ancestry.ts';
import { listPids } from '../../src/system/process/proc.ts';

/** Processes that were started with this home folder, without guards: these end after the processes that they watch. */
export function findProcessesOf(home: string): number[] {
  return listPids().filter(
    (pid) => readEnvironment(pid).some((entry) => entry.startsWith(`HOME=${home}/`)) && !isGuard(pid),
  );
}

function isGuard(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('guard.mjs');
  } catch {
    // It has ended.
    return true;
  }
}
