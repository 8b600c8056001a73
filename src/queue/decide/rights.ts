import { accept, type Problem, type Result, reject } from '../../system/result.ts';
import { type QueueRole, ROLES } from '../model/types.ts';
import type { AccessToken, QueueState, Task } from '../state/state.ts';
import { queueProblems } from '../wording.ts';
import type { QueueCaller } from './view.ts';

/** Refuses a caller whose role may not do this; undefined if it may. */
export function refuseRole(caller: QueueCaller, action: string, needed: QueueRole): Problem | undefined {
  return ROLES.indexOf(caller.role) >= ROLES.indexOf(needed)
    ? undefined
    : queueProblems.forbidden(action, needed, caller.role);
}

/** Refuses a task of another team or repository than the caller's token is for. */
export function refuseTask(caller: QueueCaller, { spec }: Task): Problem | undefined {
  if (caller.team !== '' && spec.team !== caller.team) return queueProblems.otherTeam(spec.team, caller.team);
  return caller.repos.length > 0 && !caller.repos.includes(spec.repo)
    ? queueProblems.otherRepository(spec.repo, caller.repos)
    : undefined;
}

/**
 * The caller that an access token makes. `hash`: SHA-256 of the token, 64 hex characters. `needsToken`: a call without a token is refused
 * (an engine that others can reach); otherwise it is the owner's, because only the owner can open the folder.
 */
export function judgeToken(
  state: QueueState,
  given: { hash: string | undefined; user: string; needsToken: boolean },
  now: number,
): Result<QueueCaller> {
  if (given.hash === undefined) {
    if (given.needsToken && state.access.size > 0) return reject(queueProblems.badToken('is missing'));
    return accept({ role: 'owner', by: given.user, team: '', repos: [] });
  }
  const token = [...state.access.values()].find(({ hash }) => hash === given.hash);
  const fault = findTokenFault(token, now);
  if (!token || fault !== undefined) return reject(queueProblems.badToken(fault ?? ''));
  const { id, role, team, repos } = token;
  return accept({ role, by: `${role} ${id}`, team, repos });
}

function findTokenFault(token: AccessToken | undefined, now: number): string | undefined {
  if (token === undefined) return 'is not known to this queue';
  if (token.isRevoked) return 'was revoked';
  return token.until <= now ? 'has expired' : undefined;
}
