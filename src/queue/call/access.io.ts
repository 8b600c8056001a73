import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { userInfo } from 'node:os';
import { accept, type Result, reject } from '../../system/result.ts';
import { judgeToken } from '../decide/rights.ts';
import type { QueueCaller } from '../decide/view.ts';
import { ROLES } from '../model/types.ts';
import type { QueueState } from '../state/state.ts';
import { queueProblems } from '../wording.ts';
import type { Authorize } from './queue-call.io.ts';
import { type QueuePlace, readTokenFile } from './queue-places.io.ts';

type Env = Readonly<Record<string, string | undefined>>;

const PREFIX = 'sao_q1_';

/** Makes an access token of 32 random bytes. It is shown once; the queue keeps its hash. */
export function makeAccessToken(): { token: string; hash: string } {
  const token = `${PREFIX}${randomBytes(32).toString('base64url')}`;
  return { token, hash: hashAccessToken(token) };
}

/** SHA-256, 64 hex characters. The token is random, so it needs no salt. */
const hashAccessToken = (token: string): string => createHash('sha256').update(token).digest('hex');

/** What the queue keeps of a passphrase: a salt and the hash of both. */
export function hashPassphrase(passphrase: string, salt = randomBytes(16).toString('hex')): string {
  return `${salt}:${createHash('sha256').update(`${salt}:${passphrase}`).digest('hex')}`;
}

function isPassphrase(kept: string, given: string | undefined): boolean {
  const expected = Buffer.from(kept);
  const found = Buffer.from(hashPassphrase(given ?? '', kept.split(':')[0]));
  return given !== undefined && found.length === expected.length && timingSafeEqual(found, expected);
}

/** Judges calls of a shell: its token is in SAO_QUEUE_TOKEN or in the queue's folder, never in an argument, which other users can see. */
export function openAuthorize(place: QueuePlace, env: Env): Authorize {
  const token = env.SAO_QUEUE_TOKEN || readTokenFile(place);
  const hash = token === undefined ? undefined : hashAccessToken(token);
  const user = userName();
  const needsToken = place.engine !== 'files';
  return (state, now, isWrite) => {
    const refused = isWrite ? refusePassphrase(state, env) : undefined;
    const judged = refused ?? judgeToken(state, { hash, user, needsToken }, now);
    return judged.ok ? limitRole(judged.value, env.SAO_QUEUE_ROLE) : judged;
  };
}

/** SAO_QUEUE_ROLE takes rights away from a call, and gives none: an agent that reads tasks needs no owner's rights. */
function limitRole(caller: QueueCaller, wanted: string | undefined): Result<QueueCaller> {
  if (!wanted) return accept(caller);
  const most = (ROLES as readonly string[]).indexOf(wanted);
  if (most < 0) return reject(queueProblems.badRole(wanted));
  return accept({ ...caller, role: ROLES[Math.min(most, ROLES.indexOf(caller.role))] ?? 'reader' });
}

function refusePassphrase({ passphrase }: QueueState, env: Env): Result<never> | undefined {
  if (passphrase === undefined || isPassphrase(passphrase, env.SAO_QUEUE_PASSPHRASE)) return undefined;
  return reject(queueProblems.passphrase());
}

// A user of a container may have no entry in the list of users.
export function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown');
  }
}
