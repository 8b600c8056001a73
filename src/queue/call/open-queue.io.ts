import { randomHex } from '../../system/random-hex.ts';
import { accept, catchExpectedError, type Result } from '../../system/result.ts';
import { decideCreateQueue } from '../decide/create-queue.ts';
import { decideCreateToken } from '../decide/settings.ts';
import type { QueueEngine } from '../engine/engine.ts';
import { openFilesEngine, prepareFiles } from '../engine/files.io.ts';
import { readPostgresUrl } from '../engine/postgres-url.ts';
import type { QueueLimits } from '../model/types.ts';
import { hashPassphrase, makeAccessToken, openAuthorize } from './access.io.ts';
import { findIdeaApprovalFault, openProofCheck } from './approve.io.ts';
import { QueueCall } from './queue-call.io.ts';
import { findQueue, makePlace, type QueuePlace, recordPlace, writeTokenFile } from './queue-places.io.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** An open queue with its place on this machine. Close it at the end: a connection keeps the process alive. */
export interface OpenQueue {
  place: QueuePlace;
  call: QueueCall;
}

/** Opens the queue that a call names. */
export async function openQueue(given: string | undefined, env: Env): Promise<Result<OpenQueue>> {
  const place = findQueue(given, env);
  if (!place.ok) return place;
  return openPlace(place.value, env);
}

async function openPlace(place: QueuePlace, env: Env): Promise<Result<OpenQueue>> {
  const opened = await openEngine(place);
  if (!opened.ok) return opened;
  const { engine, shown } = opened.value;
  const isLocal = place.engine === 'files';
  const call = new QueueCall(engine, {
    ...{ place: shown, authorize: openAuthorize(place, env), isLocal },
    // Of another machine of a database, no seal can be checked.
    findFault: isLocal ? openProofCheck(place) : undefined,
    findIdeaFault: (state, idea) => findIdeaApprovalFault(state, idea, place),
  });
  return accept({ place, call });
}

async function openEngine({
  name,
  folder,
  engine,
}: QueuePlace): Promise<Result<{ engine: QueueEngine; shown: string }>> {
  if (engine === 'files') return accept({ engine: openFilesEngine(folder), shown: folder });
  const place = readPostgresUrl(engine);
  if (!place.ok) return place;
  const { openPostgresEngine } = await import('../engine/postgres.io.ts');
  return accept({ engine: await openPostgresEngine(place.value, name), shown: place.value.shown });
}

export interface NewQueue {
  queue: string | undefined;
  engine: string;
  limits: Partial<QueueLimits>;
  guides: string[];
}

export interface CreatedQueue {
  name: string;
  /** Where it lives, without a password. */
  shown: string;
  /** False: the queue existed before, and this machine now knows it. */
  isNew: boolean;
  /** The owner's access token, of a new queue that others can reach. */
  token?: string;
}

/** Creates a queue, or joins one that exists on a database. */
export async function createQueue(given: NewQueue, env: Env): Promise<Result<CreatedQueue>> {
  const known = given.engine === 'files' ? accept(undefined) : readPostgresUrl(given.engine);
  if (!known.ok) return known;
  const made = makePlace(given.queue, given.engine, env);
  if (!made.ok) return made;
  const place = made.value;
  const prepared = await prepareEngine(place);
  if (!prepared.ok) return prepared;
  const opened = await openPlace(place, env);
  if (!opened.ok) return opened;
  const { call } = opened.value;
  const passphrase = env.SAO_QUEUE_PASSPHRASE ? hashPassphrase(env.SAO_QUEUE_PASSPHRASE) : undefined;
  const wanted = { id: `q${randomHex(16)}`, name: place.name, passphrase, ...given };
  try {
    if (await call.exists()) {
      recordPlace(place);
      return accept({ name: place.name, shown: call.place, isNew: false });
    }
    const answer = await call.decide((view) => decideCreateQueue(view, wanted));
    if (!answer.ok) return answer;
    const { isNew } = answer.value;
    const token = isNew && place.engine !== 'files' ? await makeOwner(place, call) : undefined;
    if (token && !token.ok) return token;
    recordPlace(place);
    return accept({ name: place.name, shown: call.place, isNew, ...(token && { token: token.value }) });
  } finally {
    await call.close();
  }
}

const YEAR_MS = 365 * 86_400_000;

async function makeOwner(place: QueuePlace, call: QueueCall): Promise<Result<string>> {
  const { token, hash } = makeAccessToken();
  const request = { hash, role: 'owner' as const, team: '', repos: [], ms: 10 * YEAR_MS };
  const made = await call.decide((view) => decideCreateToken(view, request));
  if (!made.ok) return made;
  writeTokenFile(place, token);
  return accept(token);
}

async function prepareEngine(place: QueuePlace): Promise<Result<void>> {
  return catchExpectedError(async () => {
    if (place.engine === 'files') return prepareFiles(place.folder);
    const database = readPostgresUrl(place.engine);
    if (!database.ok) return;
    const { preparePostgres } = await import('../engine/postgres.io.ts');
    await preparePostgres(database.value, place.name);
  });
}
