import type { Model } from './manifest.ts';
import type { EventOf } from './run-event.ts';

/** Until when the service refuses agents. */
export interface Hold {
  kind: 'blip' | 'usage';
  /** Milliseconds since the epoch. */
  until: number;
  /** The service's words. */
  text: string;
}

/** What the ledger knows of the service: the latest refusals. */
export interface ServiceState {
  /** By model; `all` holds for every model. */
  holds: Map<Model | 'all', Hold>;
  /** Refusals for good since the last success, by cause and model. */
  refusals: Map<string, number>;
}

/** Identifies refusals that are alike. */
export function refusalKey({ cause, model }: Pick<EventOf<'refused'>, 'cause' | 'model'>): string {
  return model === undefined ? cause : `${cause}: ${model}`;
}

/** Applies a refusal, in place. A limit's latest end counts; a blip never shortens a hold. */
export function applyRefusal(
  { holds, refusals }: ServiceState,
  entry: (EventOf<'rate-limited'> | EventOf<'refused'>) & { at: string },
): void {
  if (entry.type === 'refused') {
    const key = refusalKey(entry);
    refusals.set(key, (refusals.get(key) ?? 0) + 1);
    return;
  }
  const kind = entry.kind ?? 'blip';
  const until = entry.until === undefined ? Date.parse(entry.at) + entry.waitMs : Date.parse(entry.until);
  // An agent that was refused would be refused again, also if the service names another model than its own.
  for (const key of new Set<Model | 'all'>([entry.model ?? 'all', entry.answering ?? entry.model ?? 'all'])) {
    if (kind === 'blip' && (holds.get(key)?.until ?? 0) >= until) continue;
    holds.set(key, { kind, until, text: entry.text ?? '' });
  }
}

/** After a success, which refutes causes that would hold for all models, in place. */
export function applySuccess({ refusals }: ServiceState): void {
  for (const key of refusals.keys()) if (!key.includes(': ')) refusals.delete(key);
}
