import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeAtomic } from '../../system/files/atomic.ts';
import { readWithoutLink } from '../../system/files/own-file.ts';
import { ensurePrivateDir } from '../../system/files/safe-dir.ts';
import { identifyProcess, isAlive, type ProcessIdentity } from '../../system/process/identity.ts';
import { ExpectedError } from '../../system/result.ts';

/** The client's session that this process was started from; undefined outside of one. */
export function sessionOf(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const id = env.CLAUDE_CODE_SESSION_ID;
  return id !== undefined && /^[A-Za-z0-9_-]{1,64}$/.test(id) ? id : undefined;
}

/** Whether the hooks of this session are enabled. */
export function isMarked(root: string, session: string): boolean {
  return existsSync(join(sessionsDir(root), session));
}

/** Binds a run to a session, which enables the session's hooks. */
export function bindSession(root: string, session: string, dir: string): void {
  const folder = ensurePrivateDir(sessionsDir(root));
  if (!folder.ok) return;
  const runs = runsOfSession(root, session).filter((other) => other !== dir);
  writeAtomic(join(folder.value, session), `${[...runs, dir].join('\n')}\n`);
}

/** The directories of a session's active runs, the latest last. */
export function runsOfSession(root: string, session: string): string[] {
  const path = join(sessionsDir(root), session);
  return (readWithoutLink(path) ?? '').split('\n').filter((line) => line !== '');
}

/** Unbinds a finished or removed run from every session. Hooks of a session without a run end at once. */
export function unbindRun(root: string, dir: string): void {
  const folder = sessionsDir(root);
  if (!existsSync(folder)) return;
  for (const session of readdirSync(folder)) {
    const runs = runsOfSession(root, session);
    if (!runs.includes(dir)) continue;
    const others = runs.filter((other) => other !== dir);
    if (others.length > 0) writeAtomic(join(folder, session), `${others.join('\n')}\n`);
    else rmSync(join(folder, session), { force: true });
  }
  forgetClients(root);
}

/** Where markers say which sessions have a run under way; the hooks' shell script looks at the same place. */
export function sessionsDir(root: string): string {
  return join(root, '.sessions');
}

/** A process of the client and the sessions that it has had since it had a run: `/clear` and `/resume` change its session. */
interface ClientRecord {
  client: ProcessIdentity;
  /** Session ids, the present one last. */
  sessions: string[];
}

/** The client's process and its present session, as a hook sees them. */
export interface ClientSession {
  pid: number;
  session: string;
}

/**
 * Hands the runs of the client's earlier session over to its present one: the agents of the earlier session live on, and from `/clear` on their
 * calls carry the new id. Does nothing if the session is the same as before.
 */
export function handOverRuns(root: string, { pid, session }: ClientSession): void {
  const record = readClient(root, pid);
  const earlier = record?.sessions.at(-1);
  if (earlier === session) return;
  const inherited = earlier === undefined ? [] : runsOfSession(root, earlier);
  if (inherited.length === 0 && !isMarked(root, session)) {
    rmSync(recordPath(root, pid), { force: true });
    return;
  }
  const client = record?.client ?? identifyProcess(pid);
  if (client === undefined) return;
  const own = runsOfSession(root, session);
  // The session's own runs stay the latest.
  for (const dir of inherited.length > 0 ? [...inherited, ...own] : []) bindSession(root, session, dir);
  const sessions = [...(record?.sessions ?? []).filter((id) => id !== session), session];
  writeClient(root, { client, sessions });
}

/** The earlier sessions of a client, the latest first. Their subagents may still be working. */
export function earlierSessions(root: string, { pid, session }: ClientSession): string[] {
  return (readClient(root, pid)?.sessions ?? []).filter((id) => id !== session).reverse();
}

/** The sessions with a marker for this run, and the living clients that have one of these or of the given sessions now. */
export function findClientsOf(
  root: string,
  dir: string,
  seen: Iterable<string>,
): { sessions: string[]; clients: ProcessIdentity[] } {
  const marked = namesIn(sessionsDir(root)).filter((session) => runsOfSession(root, session).includes(dir));
  const sessions = [...new Set([...marked, ...seen])];
  const clients = namesIn(clientsDir(root)).flatMap((name) => {
    const record = parseRecord(readMarker(join(clientsDir(root), name)));
    const present = record?.sessions.at(-1);
    const isOurs = present !== undefined && sessions.includes(present);
    return record && isOurs && isAlive(record.client) ? [record.client] : [];
  });
  return { sessions, clients };
}

function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

/** Removes the records of clients none of whose sessions is marked any more. */
function forgetClients(root: string): void {
  const folder = clientsDir(root);
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const sessions = parseRecord(readMarker(path))?.sessions ?? [];
    if (!sessions.some((session) => isMarked(root, session))) rmSync(path, { force: true, recursive: true });
  }
}

/** Reads the record of a living client. Removes a record whose process has ended, because another process may have its pid now. */
function readClient(root: string, pid: number): ClientRecord | undefined {
  const path = recordPath(root, pid);
  const record = parseRecord(readMarker(path));
  if (record === undefined || (record.client.pid === pid && isAlive(record.client))) return record;
  rmSync(path, { force: true });
  return undefined;
}

function writeClient(root: string, record: ClientRecord): void {
  const folder = ensurePrivateDir(clientsDir(root));
  if (folder.ok) writeAtomic(recordPath(root, record.client.pid), JSON.stringify(record));
}

function recordPath(root: string, pid: number): string {
  return join(clientsDir(root), String(pid));
}

/** Reads a record as `readWithoutLink`, but a file that cannot be used counts as missing. */
function readMarker(path: string): string | undefined {
  try {
    return readWithoutLink(path);
  } catch (error) {
    if (error instanceof ExpectedError) return undefined;
    throw error;
  }
}

/** Reads a record; undefined if it is missing or damaged, which costs only the hand-over. */
function parseRecord(text: string | undefined): ClientRecord | undefined {
  try {
    const { client, sessions } = JSON.parse(text ?? '') as Partial<ClientRecord>;
    const isWhole =
      typeof client?.pid === 'number' && typeof client.started === 'string' && Array.isArray(sessions);
    return isWhole ? { client, sessions: sessions.map(String) } : undefined;
  } catch {
    return undefined;
  }
}

/** The folder with one record per client; the hooks' shell script looks at the same place. */
export function clientsDir(root: string): string {
  return join(root, '.clients');
}
