import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { accessSync } from 'node:fs';
import type { Socket } from 'node:net';
import type { ProcessIdentity } from './identity.ts';
import { MARK_VARIABLE } from './survivors.ts';

export interface GuardOptions {
  /** Path of the guard's script: the bundled `guard-main`. */
  script: string;
  /** Milliseconds from SIGTERM to SIGKILL for processes that outlive this one. Default 2,000. */
  graceMs?: number;
}

export interface Guard {
  /** The mark for each child, alone or followed by `/` and an agent's id. With it, the guard finds unregistered processes too. */
  readonly mark: string;
  readonly pid: number | undefined;
  /** Registers a group that has started. */
  add(identity: ProcessIdentity): void;
  /** Removes a group of which no process is left. */
  remove(identity: ProcessIdentity): void;
  /** Ends the guard and all registered groups. Resolves when no process is left. */
  close(): Promise<void>;
}

/** A guard that was killed this often is not started again: the user probably ends it on purpose. */
const MAX_STARTS = 3;

/**
 * Starts the process that ends the groups of this process if this process dies, also by `kill -9`. Start it before the first
 * child. It does not keep this process alive, and signals to this process group do not reach it. A child that is being forked
 * holds this end of the pipe until its program and environment are set, so the guard cannot search too early.
 */
export function startGuard({ script, graceMs = 2_000 }: GuardOptions): Guard {
  // Fail now: a guard that cannot start would otherwise be noticed only when it is needed.
  accessSync(script);
  const mark = randomBytes(6).toString('hex');
  const groups = new Map<number, ProcessIdentity>();
  let starts = 0;
  let isClosed = false;
  /** Removals for the next message: each message wakes the guard, and it does not end a group that has no process. */
  let removed = '';
  let guard = launch();

  function launch(): ChildProcess {
    starts += 1;
    const child = spawn(process.execPath, [script, mark, String(graceMs)], {
      detached: true,
      env: buildGuardEnvironment(),
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    child.unref();
    (child.stdin as Socket).unref();
    child.stdin.on('error', () => {});
    child.on('error', () => {});
    child.once('exit', replace);
    for (const identity of groups.values()) child.stdin.write(formatRegistration(identity));
    return child;
  }

  function replace(): void {
    if (!isClosed && starts < MAX_STARTS) guard = launch();
  }

  return {
    mark,
    get pid() {
      return guard.pid;
    },
    add(identity) {
      groups.set(identity.pid, identity);
      guard.stdin?.write(removed + formatRegistration(identity));
      removed = '';
    },
    remove(identity) {
      groups.delete(identity.pid);
      removed += `-${identity.pid}\n`;
    },
    async close() {
      isClosed = true;
      if (guard.exitCode !== null || guard.signalCode !== null || guard.pid === undefined) return;
      guard.ref();
      const exit = once(guard, 'exit');
      guard.stdin?.end();
      await exit;
    },
  };
}

const formatRegistration = ({ pid, started }: ProcessIdentity) => `+${pid} ${started}\n`;

/** Without the mark, because the guard of an outer run would end this guard first. Without options for other programs. */
function buildGuardEnvironment(): NodeJS.ProcessEnv {
  const { [MARK_VARIABLE]: _, NODE_OPTIONS: __, NODE_EXTRA_CA_CERTS: ___, ...env } = process.env;
  return env;
}
