import { realpathSync } from 'node:fs';
import { findProgram } from '../process/find-program.ts';
import { startInGroup } from '../process/group.ts';
import { buildBaseArguments } from './bwrap-arguments.ts';
import type { Sandbox } from './sandbox.ts';

let found: Promise<Sandbox> | undefined;

const LIMITS = { timeoutMs: 10_000, graceMs: 500, stdoutLimit: 1024, stderrLimit: 4096 };
/** Where a system keeps its programs. The variable PATH is not asked: a project may put a program of this name there. */
const SYSTEM_PATH = '/usr/bin:/bin:/usr/local/bin:/usr/sbin:/run/current-system/sw/bin:/opt/homebrew/bin';

/** Finds the sandbox of this machine by starting a program in it, once per process: containers often forbid it. */
export function findSandbox(): Promise<Sandbox> {
  found ??= process.platform === 'darwin' ? findSeatbelt() : findBwrap();
  return found;
}

async function findBwrap(): Promise<Sandbox> {
  const file = findSystemProgram('bwrap');
  if (process.platform !== 'linux')
    return { kind: 'none', reason: `there is no sandbox on ${process.platform}` };
  if (file === undefined)
    return {
      kind: 'none',
      reason: 'bubblewrap is not installed',
      fix: 'install the package bubblewrap, such as `apt-get install bubblewrap`',
    };
  const isRoot = process.geteuid?.() === 0;
  let reason = '';
  for (const hasOwnProcesses of [true, false]) {
    const traits = { isRoot, hasOwnProcesses };
    const fault = await tryOut(file, [...buildBaseArguments(traits), '--', 'true']);
    if (fault === undefined) return { kind: 'bwrap', file, ...traits };
    reason ||= fault;
  }
  return {
    kind: 'none',
    reason: `bubblewrap does not work here: ${reason}`,
    fix: 'allow user namespaces for this user (in a container, the option is usually --security-opt seccomp=unconfined or --privileged)',
  };
}

async function findSeatbelt(): Promise<Sandbox> {
  const file = '/usr/bin/sandbox-exec';
  const fault = await tryOut(file, ['-p', '(version 1)(allow default)', '/usr/bin/true']);
  return fault === undefined
    ? { kind: 'sandbox-exec', file }
    : { kind: 'none', reason: `sandbox-exec does not work here: ${fault}` };
}

/** Why a program cannot be started so; undefined if it can. */
async function tryOut(file: string, args: readonly string[]): Promise<string | undefined> {
  const spec = { file, args, cwd: '/', env: { PATH: SYSTEM_PATH }, stdin: '', ...LIMITS };
  const { exitCode, startError, stderr } = await startInGroup(spec).done;
  if (startError) return startError.message;
  return exitCode === 0 ? undefined : stderr.trim().split('\n').at(-1) || `it exited with ${exitCode}`;
}

function findSystemProgram(name: string): string | undefined {
  const path = findProgram(name, { cwd: '/', env: { PATH: SYSTEM_PATH } });
  return path && realpathSync(path);
}
