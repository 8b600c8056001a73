import { createInterface } from 'node:readline';
import { readProcess } from './proc.ts';
import { endSurvivors, findGroupMembers, findMarkedProcesses } from './survivors.ts';

/**
 * The guard: a process that outlives its driver to end the processes that the driver started. The driver registers groups on stdin
 * (`+pid started`, `-pid`). Stdin closes when the driver ends or is killed; the guard then ends all that is left.
 * Arguments: the run's mark, and the ms from SIGTERM to SIGKILL.
 */
const [mark = '', graceMs = '2000'] = process.argv.slice(2);
const groups = new Map<number, string>();

/** Ignore the signals that end the driver: the guard may receive them too, and it must outlive the driver. */
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});

const lines = createInterface({ input: process.stdin });
lines.on('line', register);
lines.on('close', async () => {
  await endSurvivors(findLeftProcesses, Number(graceMs));
  process.exit(0);
});
process.stdin.on('error', () => lines.close());

function register(line: string): void {
  const [, sign, pid, started = ''] = /^([+-])(\d+) ?(.*)$/.exec(line) ?? [];
  if (sign === '+') groups.set(Number(pid), started);
  if (sign === '-') groups.delete(Number(pid));
}

function findLeftProcesses() {
  const ours = [...groups].filter(([pid, started]) => isSameGroup(pid, started)).map(([pid]) => pid);
  return mark === '' ? findGroupMembers(ours) : [...findGroupMembers(ours), ...findMarkedProcesses(mark)];
}

/** While a group has members, its id is not reused. A leader with another start time belongs to another group. */
function isSameGroup(pid: number, started: string): boolean {
  const leader = readProcess(pid);
  return typeof leader === 'string' || leader.started === started;
}
