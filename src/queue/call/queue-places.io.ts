import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isName, NAME_RULE } from '../../run/ledger/names.ts';
import { stateFolder } from '../../run/ledger/roots.io.ts';
import { writeAtomic } from '../../system/files/atomic.ts';
import { describeFileError } from '../../system/files/file-error.ts';
import { readWithoutLink } from '../../system/files/own-file.ts';
import { ensurePrivateDir } from '../../system/files/safe-dir.ts';
import { accept, fault, type Result, reject } from '../../system/result.ts';
import { queueProblems } from '../wording.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** How a queue is found on this machine: its folder, and the engine that `queue.json` names. */
export interface QueuePlace {
  name: string;
  folder: string;
  /** `files`, or the address of a database. It may hold a password, so it is never printed. */
  engine: string;
}

const DEFAULT_NAME = 'default';

/** The folder of all queues: in the user's state folder, outside of every worktree, as builds are. */
export function queuesRoot(env: Env): string {
  return join(stateFolder(env), 'sao', 'queues');
}

/** Names of the queues that are set up on this machine. */
export function listQueues(env: Env): string[] {
  const root = queuesRoot(env);
  if (!existsSync(root)) return [];
  try {
    return readdirSync(root)
      .filter((name) => isName(name) && existsSync(join(root, name, 'queue.json')))
      .sort();
  } catch (error) {
    throw describeFileError(error, root, 'list the queues');
  }
}

/** Finds the queue that a call names: by `--queue`, by SAO_QUEUE, or the only one of this machine. */
export function findQueue(given: string | undefined, env: Env): Result<QueuePlace> {
  const names = listQueues(env);
  const name = given ?? (env.SAO_QUEUE || undefined) ?? (names.length === 1 ? names[0] : undefined);
  if (name === undefined) return reject(queueProblems.noQueueChosen(names));
  if (!isName(name)) return reject(queueProblems.badName('--queue', name, NAME_RULE));
  return names.includes(name) ? readPlace(name, env) : reject(queueProblems.unknownQueue(name, names));
}

function readPlace(name: string, env: Env): Result<QueuePlace> {
  const folder = join(queuesRoot(env), name);
  const safe = ensurePrivateDir(folder);
  if (!safe.ok) return safe;
  const path = join(folder, 'queue.json');
  try {
    const { version, engine } = JSON.parse(readWithoutLink(path) ?? '') as Record<string, unknown>;
    if (version !== 1) return fault(queueProblems.version(path, version));
    if (typeof engine === 'string') return accept({ name, folder, engine });
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return fault(queueProblems.damaged(path, 'it does not name an engine'));
}

/** Makes the folder of a queue. The engine is recorded by `recordPlace`, once it is ready. */
export function makePlace(given: string | undefined, engine: string, env: Env): Result<QueuePlace> {
  const name = given ?? (env.SAO_QUEUE || DEFAULT_NAME);
  if (!isName(name)) return reject(queueProblems.badName('--queue', name, NAME_RULE));
  const root = queuesRoot(env);
  try {
    mkdirSync(root, { recursive: true, mode: 0o700 });
  } catch (error) {
    return describeFileError(error, root, 'make the folder of queues').failure;
  }
  for (const folder of [root, join(root, name)]) {
    const safe = ensurePrivateDir(folder);
    if (!safe.ok) return safe;
  }
  const known = listQueues(env).includes(name) ? readPlace(name, env) : undefined;
  if (known && !known.ok) return known;
  if (known && known.value.engine !== engine) return reject(queueProblems.otherEngine(name));
  return accept({ name, folder: join(root, name), engine });
}

/** Writes `queue.json`, which makes the queue known on this machine. */
export function recordPlace({ folder, engine }: QueuePlace): void {
  const text = `${JSON.stringify({ version: 1, engine }, null, 2)}\n`;
  writeAtomic(join(folder, 'queue.json'), text, { mode: 0o600 });
}

/** The access token of this user for a queue, kept in a file of mode 0600. */
export function readTokenFile({ folder }: QueuePlace): string | undefined {
  return readWithoutLink(join(folder, 'token'))?.trim() || undefined;
}

export function writeTokenFile({ folder }: QueuePlace, token: string): void {
  writeAtomic(join(folder, 'token'), `${token}\n`, { mode: 0o600 });
}
