import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { accessSync } from 'node:fs';
import type { Socket } from 'node:net';
import type { ProcessIdentity } from './identity.ts';
import { MARK } from './survivors.ts';

export interface GuardOptions {
  /** The guard's own script, `guard-main` as it is shipped. */
  script: string;
  /** From SIGTERM to SIGKILL, for what outlives us. Default 2,000. */
  graceMs?: number;
}

export interface Guard {
  /** Goes, alone or with `/` and an agent's id, into each child as its mark: also what is not yet registered is found. */
  readonly mark: string;
  readonly pid: number | undefined;
  /** A group has started. */
  add(identity: ProcessIdentity): void;
  /** It has ended as a whole. */
  remove(identity: ProcessIdentity): void;
  /** Ends the guard, and what is still registered; resolves when nothing is left. */
  close(): Promise<void>;
}

/** A guard that keeps dying is ended by somebody on purpose. */
const MAX_STARTS = 3;

/**
 * Starts the process that ends our groups should we die, `kill -9` included. To be started before the first child. It does not
 * keep us alive, and a signal to our process group does not reach it. A child that is just being forked holds our end of the
 * pipe until it has its own program and environment, so that the guard cannot look too early.
 */
export function startGuard({ script, graceMs = 2_000 }: GuardOptions): Guard {
  // A guard that cannot start would go unnoticed until the day it is needed.
  accessSync(script);
  const mark = randomBytes(6).toString('hex');
  const groups = new Map<number, ProcessIdentity>();
  let starts = 0;
  let isClosed = false;
  let guard = launch();

  function launch(): ChildProcess {
    starts += 1;
    const child = spawn(process.execPath, [script, mark, String(graceMs)], {
      detached: true,
      env: cleanEnvironment(),
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    child.unref();
    (child.stdin as Socket).unref();
    child.stdin.on('error', () => {});
    child.on('error', () => {});
    child.once('exit', replace);
    for (const identity of groups.values()) child.stdin.write(describe(identity));
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
      guard.stdin?.write(describe(identity));
    },
    remove(identity) {
      groups.delete(identity.pid);
      guard.stdin?.write(`-${identity.pid}\n`);
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

const describe = ({ pid, started }: ProcessIdentity) => `+${pid} ${started}\n`;

/** Without a mark, or the guard of a run around ours would end it first; without options that are meant for other programs. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const { [MARK]: _, NODE_OPTIONS: __, NODE_EXTRA_CA_CERTS: ___, ...env } = process.env;
  return env;
}
