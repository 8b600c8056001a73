import { plainText } from '../../findings/plain-text.ts';
import type { LedgerEntry } from './run-event.ts';

/** What the user's program `notify` is told about: what needs a human, and the end. */
export type NoticeKind = 'gate' | 'gap' | 'conflict' | 'limit' | 'halted' | 'ended' | 'blocker';

/** The document that the program reads on standard input. It holds no token and no hash, so it never helps to approve anything. */
export interface Notice {
  version: 1;
  kind: NoticeKind;
  /** Id of the run, or name of the queue. */
  source: string;
  /** Place of the event in the ledger, in bytes: the same event is told once. */
  offset: number;
  at: string;
  text: string;
  /** The command that shows or answers it. */
  command: string;
  /** When a limit ends: ISO 8601, UTC. */
  until?: string;
}

/** The types of the events below: most events need no look. */
export const NOTICED: ReadonlySet<string> = new Set([
  'stage-checked',
  'gap',
  'module-blocked',
  'rate-limited',
  'halted',
  'reported',
]);

const MAX_TEXT = 300;

/** The notice of an event; undefined for most. Pure. */
export function noticeOf(run: string, entry: LedgerEntry, offset: number): Notice | undefined {
  const found = describeEvent(run, entry);
  if (!found) return undefined;
  const { text, ...others } = found;
  return { version: 1, source: run, offset, at: entry.at, ...others, text: plainText(text, MAX_TEXT) };
}

function describeEvent(
  run: string,
  entry: LedgerEntry,
): Pick<Notice, 'kind' | 'text' | 'command' | 'until'> | undefined {
  switch (entry.type) {
    case 'stage-checked':
      return entry.ok && (entry.stage === 'architect' || entry.stage === 'ship')
        ? {
            kind: 'gate',
            text: `gate ${entry.stage} waits for your decision`,
            command: `sao gate show ${entry.stage} ${run}`,
          }
        : undefined;
    case 'gap':
      return entry.by === 'engine'
        ? { kind: 'gap', text: `${entry.agent}: ${entry.reason}`, command: `sao retry ${run} ${entry.agent}` }
        : undefined;
    case 'module-blocked':
      return {
        kind: 'conflict',
        text: `module ${entry.module} waits for a decision about the contract: ${entry.conflict}`,
        command: `sao conflict list ${run}`,
      };
    case 'rate-limited':
      return entry.kind === 'usage'
        ? {
            kind: 'limit',
            text: `the service's limit is used up: ${entry.text ?? ''}`,
            command: `sao status ${run}`,
            until: entry.until ?? new Date(Date.parse(entry.at) + entry.waitMs).toISOString(),
          }
        : undefined;
    case 'halted':
      return { kind: 'halted', text: entry.reason, command: `sao status ${run}` };
    case 'reported': {
      const { critical, major, minor } = entry.findings;
      const gaps = entry.gaps > 0 ? `, ${entry.gaps} gaps` : '';
      return {
        kind: 'ended',
        text: `the run has ended: ${critical} critical, ${major} major, ${minor} minor${gaps}`,
        command: `sao report ${run}`,
      };
    }
    default:
      return undefined;
  }
}
