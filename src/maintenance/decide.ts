import { countOf } from '../findings/words.ts';
import { formatDuration } from '../run/ledger/duration.ts';

/** `run` is a run of ours in every respect; `leftover` is one whose removal was cut short. */
export type EntryKind = 'run' | 'leftover' | 'link' | 'not-directory' | 'foreign' | 'no-run' | 'damaged';

/** What is known of an entry of the runs root when it is decided whether to remove it. */
export interface CleanCandidate {
  name: string;
  kind: EntryKind;
  /** Milliseconds since the epoch of the last thing that happened in it. */
  lastActivity: number;
  /** Whether its report is written. */
  isReported: boolean;
  /** Agents whose attempt is under way. */
  running: number;
}

export interface CleanRule {
  now: number;
  olderThanMs: number;
  /** Also runs that nobody finished, once they are that old. */
  abandoned: boolean;
}

export type CleanDecision = { remove: true } | { remove: false; reason: string };

/** Why an entry that is no run of ours stays. */
const KEPT: Record<Exclude<EntryKind, 'run' | 'leftover'>, string> = {
  link: 'a link: never followed, never removed',
  'not-directory': 'not a directory',
  foreign: 'belongs to another user',
  'no-run': 'not a run of sao: its name or its run.json is not that of a run',
  damaged: 'its run.json or ledger cannot be read',
};

/** Whether an entry of the runs root may be removed; every doubt keeps it. Pure. */
export function decideClean(candidate: CleanCandidate, rule: CleanRule): CleanDecision {
  const { kind, isReported, running, lastActivity } = candidate;
  if (kind === 'leftover') return { remove: true };
  if (kind !== 'run') return keep(KEPT[kind]);
  if (running > 0) return keep(`${countOf(running, 'agent')} of it still running`);
  const age = rule.now - lastActivity;
  if (age <= rule.olderThanMs) return keep(`something happened in it ${formatDuration(age)} ago`);
  if (isReported || rule.abandoned) return { remove: true };
  return keep(`not finished; nothing has happened for ${formatDuration(age)}: --abandoned removes it`);
}

function keep(reason: string): CleanDecision {
  return { remove: false, reason };
}
