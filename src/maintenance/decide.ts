import { countOf } from '../findings/words.ts';
import { formatDuration } from '../run/ledger/duration.ts';

/** `run`: a complete run of this user. `leftover`: a run whose removal was interrupted. `half-made`: a run whose creation was. */
export type EntryKind =
  | 'run'
  | 'leftover'
  | 'half-made'
  | 'link'
  | 'not-directory'
  | 'foreign'
  | 'no-run'
  | 'damaged';

/** The facts on which the removal of an entry of the runs root is decided. */
export interface CleanCandidate {
  name: string;
  kind: EntryKind;
  /** Milliseconds since the epoch of the last activity in the run. */
  lastActivity: number;
  /** Whether the run's report is written. */
  isReported: boolean;
  /** Number of agents that are running. */
  running: number;
}

export interface CleanRule {
  now: number;
  olderThanMs: number;
  /** Also removes unfinished runs of that age. */
  abandoned: boolean;
}

export type RemovalDecision = { remove: true } | { remove: false; reason: string };

/** A run is created within milliseconds, on a slow disk within seconds. */
const MAKING_MS = 60_000;

/** Reasons to keep an entry that is not a run of this user. */
const KEEP_REASONS: Record<Exclude<EntryKind, 'run' | 'leftover' | 'half-made'>, string> = {
  link: 'a link: links are neither followed nor removed',
  'not-directory': 'not a directory',
  foreign: 'belongs to another user',
  'no-run': 'not a run of sao: its name or its run.json does not match',
  damaged: 'its run.json or ledger cannot be read',
};

/** Decides whether an entry of the runs root is removed. An entry that is not understood is kept. Pure. */
export function decideRemoval(candidate: CleanCandidate, rule: CleanRule): RemovalDecision {
  const { kind, isReported, running, lastActivity } = candidate;
  const age = rule.now - lastActivity;
  if (kind === 'leftover') return { remove: true };
  if (kind === 'half-made')
    return age > MAKING_MS ? { remove: true } : keepEntry('a run that is being created');
  if (kind !== 'run') return keepEntry(KEEP_REASONS[kind]);
  if (running > 0) return keepEntry(`${countOf(running, 'agent')} still running`);
  if (age <= rule.olderThanMs) return keepEntry(`last activity ${formatDuration(age)} ago`);
  if (isReported || rule.abandoned) return { remove: true };
  return keepEntry(`not finished; no activity for ${formatDuration(age)}; --abandoned removes it`);
}

function keepEntry(reason: string): RemovalDecision {
  return { remove: false, reason };
}
