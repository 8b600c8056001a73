import type { Options, Sql } from 'postgres';
import { readBoundedText } from '../../system/files/bounded.ts';
import { describeFileError } from '../../system/files/file-error.ts';
import { ExpectedError, fault } from '../../system/result.ts';
import { isToken } from '../model/types.ts';
import { queueProblems } from '../wording.ts';
import type { Appended, Fresh, NewBatch, QueueEngine, QueueSnapshot } from './engine.ts';
import { CHANNEL, SCHEMA, SCHEMA_VERSION } from './postgres-schema.ts';
import type { PostgresPlace } from './postgres-url.ts';

/** Time until a call counts as failed, in ms: a server that is stopped or cut off answers nothing. */
const CALL_MS = 20_000;

/** Opens the engine of many machines. The connection is made at the first call. */
export async function openPostgresEngine(place: PostgresPlace, queue: string): Promise<QueueEngine> {
  const connect = (await import('postgres')).default;
  return new PostgresQueue(connect(place.url, optionsOf(place)), place, queue);
}

/** Makes the tables of the database and the queue, if they are missing. Throws an ExpectedError if the database cannot be reached. */
export async function preparePostgres(place: PostgresPlace, queue: string): Promise<void> {
  const connect = (await import('postgres')).default;
  const sql = connect(place.url, optionsOf(place));
  try {
    await call(place, async () => {
      await sql.unsafe(SCHEMA).simple();
      const [row] = await sql`select version from sao.version`;
      requireVersion(place, row?.version);
      await sql`insert into sao.queue (name) values (${queue}) on conflict do nothing`;
    });
  } finally {
    await sql.end({ timeout: 1 });
  }
}

function optionsOf({ ssl, rootCertificate, connectSeconds }: PostgresPlace): Options<Record<string, never>> {
  return {
    max: 1,
    connect_timeout: connectSeconds,
    onnotice: () => undefined,
    // Without it the driver asks for the types of arrays first.
    fetch_types: false,
    ssl: ssl === 'off' ? false : ssl === 'verify' ? verified(rootCertificate) : ssl,
    connection: { application_name: 'sao', statement_timeout: CALL_MS },
  };
}

function verified(path: string | undefined): object {
  if (path === undefined || path === 'system') return { rejectUnauthorized: true };
  try {
    return { rejectUnauthorized: true, ca: readBoundedText(path) };
  } catch (error) {
    throw describeFileError(error, path, 'read the certificates of sslrootcert');
  }
}

interface RawAppended {
  ok?: true;
  missing?: true;
  why?: 'missed' | 'renewed';
  at: number;
  leases: Fresh['leases'];
  fresh: Fresh;
}

interface RawRead {
  missing?: true;
  version: number;
  fresh: Fresh;
  snapshot: QueueSnapshot | null;
}

class PostgresQueue implements QueueEngine {
  private readonly sql: Sql;
  private readonly place: PostgresPlace;
  private readonly queue: string;

  constructor(sql: Sql, place: PostgresPlace, queue: string) {
    this.sql = sql;
    this.place = place;
    this.queue = queue;
  }

  async read(from: number, seenAt?: number): Promise<Fresh & { snapshot?: QueueSnapshot }> {
    const { sql, place, queue } = this;
    const [row] = await call(
      place,
      () => sql`select sao.read(${queue}, ${from}, ${seenAt ?? null}) as answer`,
    );
    const { missing, version, fresh, snapshot } = answerOf<RawRead>(row);
    if (missing) throw describeMissing(place, queue);
    requireVersion(place, version);
    return { ...withoutNull(fresh), ...(snapshot && { snapshot }) };
  }

  async append(
    seen: number,
    { seenAt, events, take, drop = [], dropIfExpired = [] }: NewBatch,
  ): Promise<Appended> {
    const { sql, place, queue } = this;
    const given = take ? JSON.stringify(take) : null;
    const durable = events.some(({ type }) => !ASYNCHRONOUS.has(type));
    const [row] = await call(
      place,
      () =>
        sql`select sao.append(${queue}, ${seen}, ${seenAt ?? null}, ${JSON.stringify(events)}, ${given}, ${listOf(drop)}::text[], ${listOf(dropIfExpired)}::text[], ${durable}) as answer`,
    );
    const answer = answerOf<RawAppended>(row);
    if (answer.missing) throw describeMissing(place, queue);
    if (answer.why) return { ok: false, why: answer.why, ...withoutNull(answer.fresh) };
    const { leases } = withoutNull({ batches: [], now: 0, leases: answer.leases });
    return { ok: true, seq: seen + 1, at: answer.at, leases };
  }

  async renew(token: string, ms: number): Promise<number | 'taken'> {
    const { sql, place, queue } = this;
    const [row] = await call(place, () => sql`select sao.renew(${queue}, ${token}, ${ms}) as until`);
    const until = row?.until as string | null | undefined;
    return until === null || until === undefined ? 'taken' : Number(until);
  }

  async keep({ seq, text }: QueueSnapshot): Promise<void> {
    const { sql, place, queue } = this;
    await call(place, () => sql`select sao.keep(${queue}, ${seq}, ${text})`);
  }

  watch(onNew: () => void): () => void {
    const listening = this.sql.listen(CHANNEL, (name) => {
      if (name === this.queue) onNew();
    });
    // Callers also poll: a lost connection is noticed by their next call.
    listening.catch(() => undefined);
    return () => void listening.then(({ unlisten }) => unlisten()).catch(() => undefined);
  }

  async close(): Promise<void> {
    await this.sql.end({ timeout: 1 });
  }
}

/** The JSON that a function of the schema returns: always one row. */
function answerOf<T>(row: Record<string, unknown> | undefined): T {
  return row?.answer as T;
}

/** An array of PostgreSQL; anything but the form of a token is left out. */
const listOf = (tokens: readonly string[]): string => `{${tokens.filter(isToken).join(',')}}`;

/** A claim that a crash loses only has to be made again; a completion must not be lost. */
const ASYNCHRONOUS = new Set(['claimed', 'expired', 'executor-seen', 'escalated']);

/** JSON of the database has null where a field is missing. */
function withoutNull({ leases, isReset, ...fresh }: Fresh): Fresh {
  const clean = leases.map(({ process, ...lease }) => (process ? { ...lease, process } : lease));
  return { ...fresh, leases: clean, ...(isReset && { isReset }) };
}

/** Waits for an answer of the database. Throws an ExpectedError if it cannot be reached or refuses. */
async function call<T>(place: PostgresPlace, query: () => PromiseLike<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(() => fail(describeUnreachable(place, 'it did not answer in time')), CALL_MS);
  });
  try {
    return await Promise.race([query(), late]);
  } catch (error) {
    throw describeDatabaseError(place, error);
  } finally {
    clearTimeout(timer);
  }
}

/** Codes of PostgreSQL for a schema, table or function that does not exist. */
const NOT_SET_UP = new Set(['3F000', '42P01', '42883']);
/** Classes of PostgreSQL: connection, authorisation, missing database, resources, operator intervention. */
const UNREACHABLE_CLASSES = /^(?:08|28|3D|53|57P)/;

function describeDatabaseError(place: PostgresPlace, error: unknown): Error {
  if (error instanceof ExpectedError) return error;
  const { code, message = '' } = error as { code?: string; message?: string };
  // A bug, no answer of the database or the network.
  if (code === undefined) throw error;
  if (NOT_SET_UP.has(code)) return describeMissing(place, 'in this database');
  const isServer = /^[0-9A-Z]{5}$/.test(code) && !/^[A-Z]+$/.test(code);
  if (!isServer || UNREACHABLE_CLASSES.test(code)) return describeUnreachable(place, reasonOf(code, message));
  return new ExpectedError(
    fault({
      code: 'queue-engine-failed',
      message: `the database refused the call: ${message.slice(0, 300)} (${code})`,
      target: place.shown,
      fix: 'check the rights of the database user on the schema sao, then run the same command again',
    }),
  );
}

/** The driver's message names host and port only; its text never holds the password. */
const reasonOf = (code: string, message: string): string =>
  `${message.slice(0, 200) || 'no connection'} (${code})`;

function describeUnreachable({ shown }: PostgresPlace, reason: string): ExpectedError {
  return new ExpectedError(fault(queueProblems.unreachable(shown, reason)));
}

function describeMissing({ shown }: PostgresPlace, queue: string): ExpectedError {
  return new ExpectedError(
    fault({
      code: 'queue-missing',
      message: `the database has no queue ${queue}`,
      target: shown,
      fix: 'create it: sao queue init --engine postgres://…',
    }),
  );
}

function requireVersion({ shown }: PostgresPlace, version: unknown): void {
  if (version !== SCHEMA_VERSION) throw new ExpectedError(fault(queueProblems.version(shown, version)));
}
