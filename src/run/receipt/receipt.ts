import { hash } from 'node:crypto';
import { parseEntry, SEALED } from '../ledger/events.ts';
import type { LedgerEntry } from '../ledger/run-event.ts';

/** A file of the run directory. */
export interface ReceiptDocument {
  /** Relative to the run directory. */
  path: string;
  bytes: number;
  /** In hex. */
  /** Null of a file that is too large to be hashed. */
  sha256: string | null;
}

/** A line of the ledger, and the hash of it and all lines before it. */
export interface ReceiptEvent {
  /** From 1. */
  n: number;
  line: string;
  chain: string;
}

/** A human's word in the ledger, or the engine's for its own plans. */
export interface ReceiptApproval {
  /** Number of its event. */
  event: number;
  type: string;
  at: string;
  /** The run that its record names. */
  run: string | null;
  /** What was approved; a confirmation of a plan has none. */
  hash: string | null;
  by: string | null;
  who: string | null;
  level: string | null;
  signature: string | null;
}

/** A commit that an event of the ledger names. */
export interface ReceiptCommit {
  event: number;
  type: string;
  commit: string;
}

/** One file that shows what a run did. See docs/receipts.md for what it proves. */
export interface Receipt {
  version: 1;
  kind: 'sao-receipt';
  run: string;
  /** ISO 8601, UTC. */
  created: string;
  /** `client`: the versions of the client that the events name, in their order; null if they name none. */
  versions: { sao: string; node: string; client: string | null };
  documents: ReceiptDocument[];
  events: ReceiptEvent[];
  /** The hash of the whole chain, so that missing events at the end are seen. */
  head: { events: number; chain: string };
  approvals: ReceiptApproval[];
  /** Numbers of approvals without a valid seal when the receipt was made: they do not count in the run. */
  unproved: number[];
  commits: ReceiptCommit[];
  /** Identifies the key that the seals were checked with; nothing can be sealed with it. Null if there was none. */
  sealKey: string | null;
  /** Hash of everything above. */
  digest: string;
}

const sha256 = (text: string): string => hash('sha256', text);

/** Chains the lines of a ledger: each hash covers the one before it, the first one the run's id. */
export function chainLines(run: string, lines: readonly string[]): ReceiptEvent[] {
  let chain = chainStart(run);
  return lines.map((line, index) => {
    chain = chainNext(chain, line);
    return { n: index + 1, line, chain };
  });
}

export const chainStart = (run: string): string => sha256(`sao receipt 1\n${run}`);
export const chainNext = (before: string, line: string): string => sha256(`${before}\n${line}`);

const LEVELS: Record<string, string> = {
  shell: 'terminal',
  session: 'asked',
  unattended: 'unattended',
  engine: 'engine',
  config: 'config',
};

/** Reads the approvals of a ledger, as its lines claim them. */
export function listApprovals(events: readonly Pick<ReceiptEvent, 'n' | 'line'>[]): ReceiptApproval[] {
  return events.flatMap(({ n, line }) => {
    const entry = parseEntry(line);
    return entry && SEALED.has(entry.type) ? [describeApproval(n, entry)] : [];
  });
}

function describeApproval(event: number, entry: LedgerEntry): ReceiptApproval {
  const fields = entry as unknown as Record<string, unknown>;
  // Older ledgers have no record; the seal alone proves their approvals.
  const record = (fields.approval ?? {}) as Record<string, unknown>;
  const text = (key: string, place = fields) => (typeof place[key] === 'string' ? place[key] : null);
  const by = text('by');
  return {
    event,
    type: entry.type,
    at: entry.at,
    run: text('run', record),
    hash: text('hash', record) ?? text('hash'),
    by,
    who: text('by', record) ?? text('who'),
    level: text('level', record) ?? (by === null ? null : (LEVELS[by] ?? null)),
    signature: text('signature'),
  };
}

/** Reads the commits that the events of a ledger name. */
export function listCommits(events: readonly Pick<ReceiptEvent, 'n' | 'line'>[]): ReceiptCommit[] {
  return events.flatMap(({ n, line }) => {
    const entry = parseEntry(line);
    return entry && 'commit' in entry && typeof entry.commit === 'string'
      ? [{ event: n, type: entry.type, commit: entry.commit }]
      : [];
  });
}

/** The output that the run has accepted of an agent. */
export interface AcceptedOutput {
  agent: string;
  /** Number of the event that accepted it. */
  event: number;
  sha256: string;
}

/** Reads the accepted outputs of agents that have not been started again since. */
export function listAcceptedOutputs(events: readonly Pick<ReceiptEvent, 'n' | 'line'>[]): AcceptedOutput[] {
  const accepted = new Map<string, AcceptedOutput>();
  for (const { n, line } of events) {
    const entry = parseEntry(line);
    if (entry?.type === 'reported')
      for (const [agent, hash] of Object.entries(entry.outputs ?? {}))
        accepted.set(agent, { agent, event: n, sha256: hash });
    if (entry?.type === 'dispatched' || entry?.type === 'retried') accepted.delete(entry.agent);
    if (entry?.type !== 'returned') continue;
    const { agent, outputHash } = entry;
    if (outputHash === undefined) accepted.delete(agent);
    else accepted.set(agent, { agent, event: n, sha256: outputHash });
  }
  return [...accepted.values()];
}

/** Reads the versions of the client that the events of a ledger name: `2.1.329, 2.1.330`; null if they name none. */
export function listClientVersions(events: readonly Pick<ReceiptEvent, 'line'>[]): string | null {
  const versions = events.flatMap(({ line }) => {
    const entry = parseEntry(line);
    return entry?.type === 'client-seen' ? entry.version : [];
  });
  return versions.length === 0 ? null : [...new Set(versions)].join(', ');
}

/** The parts that the digest covers, in its order: all but the digest. */
export const HASHED = [
  'version',
  'kind',
  'run',
  'created',
  'versions',
  'documents',
  'events',
  'head',
  'approvals',
  'unproved',
  'commits',
  'sealKey',
] as const satisfies readonly (keyof Receipt)[];

/** The hash of a receipt without its own hash. */
export function digestOf(receipt: Omit<Receipt, 'digest'>): string {
  return sha256(JSON.stringify(HASHED.map((part) => receipt[part])));
}

/** What a receipt is made of. */
export type ReceiptFacts = Pick<Receipt, 'run' | 'created' | 'documents' | 'unproved' | 'sealKey'> & {
  versions: Omit<Receipt['versions'], 'client'>;
  lines: readonly string[];
};

/** Makes a receipt from the lines of a ledger and the facts that were read beside it. */
export function buildReceipt({
  lines,
  run,
  created,
  versions,
  documents,
  unproved,
  sealKey,
}: ReceiptFacts): Receipt {
  const events = chainLines(run, lines);
  const receipt: Omit<Receipt, 'digest'> = {
    version: 1,
    kind: 'sao-receipt',
    run,
    created,
    versions: { ...versions, client: listClientVersions(events) },
    documents,
    events,
    head: { events: events.length, chain: events.at(-1)?.chain ?? chainStart(run) },
    approvals: listApprovals(events),
    unproved,
    commits: listCommits(events),
    sealKey,
  };
  return { ...receipt, digest: digestOf(receipt) };
}
