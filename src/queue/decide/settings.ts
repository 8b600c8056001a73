import { accept, type Diagnostic, type Result, reject, warn } from '../../system/result.ts';
import type { QueueEvent } from '../model/queue-event.ts';
import type { QueueLimits, QueueRole, Team } from '../model/types.ts';
import { queueProblems } from '../wording.ts';
import { refuseRole } from './rights.ts';
import type { QueueDecision, QueueView } from './view.ts';

const MAX_CLUSTERS = 4;
/** Number of teams in a cluster, and of coders in a team, above which one leader can no longer integrate all. */
const ADVISED = 4;

/** Records a team. More than 4 clusters are refused; more than 4 teams in a cluster or coders in a team are only warned about. */
export function decideSetTeam(view: QueueView, team: Team): Result<QueueDecision<{ team: Team }>> {
  const { state, caller } = view;
  const forbidden = refuseRole(caller, 'team set', 'leader');
  if (forbidden) return reject(forbidden);
  if (caller.team !== '' && caller.team !== team.id)
    return reject(queueProblems.otherTeam(team.id, caller.team));
  if (team.cluster < 1 || team.cluster > MAX_CLUSTERS)
    return reject(queueProblems.badNumber('--cluster', team.cluster, 1, MAX_CLUSTERS));
  const isSame = JSON.stringify(state.teams.get(team.id)) === JSON.stringify(team);
  const events: QueueEvent[] = isSame ? [] : [{ type: 'team-set', team, by: caller.by }];
  return accept({ events, answer: () => ({ team }) }, warnOfSize(view, team));
}

function warnOfSize({ state }: QueueView, team: Team): Diagnostic[] {
  const beside = [...state.teams.values()].filter(
    ({ id, cluster }) => cluster === team.cluster && id !== team.id,
  );
  const doubts: string[] = [];
  if (team.coders.length > ADVISED) doubts.push(`team ${team.id} has ${team.coders.length} coders`);
  if (beside.length >= ADVISED) doubts.push(`cluster ${team.cluster} has ${beside.length + 1} teams`);
  return doubts.map((text) =>
    warn('team-large', `${text}; ${ADVISED} is the size that one leader can integrate`, { target: team.id }),
  );
}

export interface QueueChange {
  limits: Partial<QueueLimits>;
  guides?: string[] | undefined;
  /** Capacity of named resources; 0 removes one. */
  resources: ReadonlyMap<string, number>;
  /** Why the capacity changes. */
  reason?: string | undefined;
}

export function decideSetQueue(
  { state, caller }: QueueView,
  { limits, guides, resources, reason }: QueueChange,
): Result<QueueDecision<{ changed: number }>> {
  const forbidden = refuseRole(caller, 'queue init', 'owner');
  if (forbidden) return reject(forbidden);
  const { by } = caller;
  const isNew = Object.entries(limits).some(
    ([key, value]) => state.limits[key as keyof QueueLimits] !== value,
  );
  const events: QueueEvent[] = [];
  if (isNew || (guides !== undefined && JSON.stringify(guides) !== JSON.stringify(state.guides)))
    events.push({ type: 'queue-set', ...(isNew && { limits }), ...(guides && { guides }), by });
  for (const [resource, to] of resources) {
    const from = state.resources.get(resource) ?? 0;
    if (from !== to)
      events.push({
        type: 'capacity-changed',
        resource,
        from,
        to,
        by,
        ...(reason !== undefined && { reason }),
      });
  }
  return accept({ events, answer: () => ({ changed: events.length }) });
}

export interface TokenRequest {
  /** SHA-256 of the token; the token itself is never stored. */
  hash: string;
  role: QueueRole;
  team: string;
  repos: string[];
  /** How long it is valid, in ms. */
  ms: number;
}

export function decideCreateToken(
  { state, caller, now }: QueueView,
  { hash, role, team, repos, ms }: TokenRequest,
): Result<QueueDecision<{ id: string; until: number }>> {
  // The first token of a queue that others can reach is the owner's.
  const forbidden = refuseRole(caller, 'queue token create', 'owner');
  if (forbidden) return reject(forbidden);
  const id = `k${state.access.size + 1}`;
  const until = now + ms;
  const event = { type: 'token-created', id, hash, role, team, repos, until, by: caller.by } as const;
  return accept({ events: [event], answer: () => ({ id, until }) });
}

export function decideRevokeToken(
  { state, caller }: QueueView,
  id: string,
): Result<QueueDecision<{ id: string }>> {
  const forbidden = refuseRole(caller, 'queue token revoke', 'owner');
  if (forbidden) return reject(forbidden);
  const token = state.access.get(id);
  if (!token) return reject(queueProblems.unknown('token', id, 'sao queue token list'));
  const events: QueueEvent[] = token.isRevoked ? [] : [{ type: 'token-revoked', id, by: caller.by }];
  return accept({ events, answer: () => ({ id }) });
}
