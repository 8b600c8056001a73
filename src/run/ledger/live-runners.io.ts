import { mkdirSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { writeAtomic } from '../../system/files/atomic.ts';
import { readBoundedText } from '../../system/files/bounded.ts';
import {
  identifyProcess,
  isAlive,
  isElsewhere,
  type ProcessIdentity,
} from '../../system/process/identity.ts';
import { randomHex } from '../../system/random-hex.ts';
import { stateFolderOfUser } from '../../system/user-home.io.ts';

/** A runner touches its record so often, in ms. */
const BEAT_MS = 10_000;
/** A record that was not touched for this long is of a runner that was killed, in ms. Decides only where the process itself cannot be seen. */
const MAX_SILENCE_MS = 60_000;
/** A record has some 100 bytes; a file that is much larger is none. */
const MAX_RECORD_BYTES = 4096;

/** The folder with a record of each runner at work. */
const runnersFolder = () => join(stateFolderOfUser(), 'runners');

/**
 * Records this process as a runner at work until the returned function is called: in a pid namespace of its own a process does not see the runner that
 * started it, but it sees this file. A state folder that cannot be written costs only this. `now`: ms since the epoch.
 */
export function recordRunner(now: number, folder = runnersFolder()): () => void {
  const path = join(folder, `${process.pid}-${randomHex(8)}`);
  const write = () => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeAtomic(path, JSON.stringify({ version: 1, runner: identifyProcess() }), {
      mode: 0o600,
      durable: false,
    });
  };
  const remove = () => attempt(() => rmSync(path, { force: true }));
  attempt(() => removeEndedRunners(folder, now));
  attempt(write);
  const beat = setInterval(() => {
    // An agent outside of the sandbox can have removed the file.
    if (!attempt(() => utimesSync(path, new Date(), new Date()))) attempt(write);
  }, BEAT_MS);
  beat.unref();
  process.once('exit', remove);
  return () => {
    clearInterval(beat);
    process.off('exit', remove);
    remove();
  };
}

/**
 * A runner of this user that works in another pid namespace than this process, or in an unknown one, so that it may have started this process;
 * undefined if there is none. A record that cannot be read is one of an unknown runner. `now`: ms since the epoch.
 */
export function findRunnerElsewhere(now: number, folder = runnersFolder()): ProcessIdentity | undefined {
  for (const path of listRecords(folder)) {
    if (isSilent(path, now)) continue;
    const runner = readRecord(path) ?? { pid: 0, started: '', boot: '' };
    if (isElsewhere(runner)) return runner;
  }
  return undefined;
}

function removeEndedRunners(folder: string, now: number): void {
  for (const path of listRecords(folder)) {
    const runner = readRecord(path);
    const isEnded = runner && !isElsewhere(runner) ? !isAlive(runner) : isSilent(path, now);
    if (isEnded) rmSync(path, { force: true });
  }
}

function listRecords(folder: string): string[] {
  try {
    // A name with a dot is a record that is being written.
    const names = readdirSync(folder).filter((name) => !name.startsWith('.'));
    return names.map((name) => join(folder, name));
  } catch {
    return [];
  }
}

function isSilent(path: string, now: number): boolean {
  try {
    return now - statSync(path).mtimeMs > MAX_SILENCE_MS;
  } catch {
    return true;
  }
}

function readRecord(path: string): ProcessIdentity | undefined {
  try {
    const { runner } = JSON.parse(readBoundedText(path, MAX_RECORD_BYTES)) as {
      runner?: Partial<ProcessIdentity>;
    };
    const { pid, started, boot, space } = runner ?? {};
    if (typeof pid !== 'number' || typeof started !== 'string' || typeof boot !== 'string') return undefined;
    return { pid, started, boot, ...(typeof space === 'string' ? { space } : {}) };
  } catch {
    return undefined;
  }
}

/** Whether `work` succeeded. */
function attempt(work: () => void): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}
