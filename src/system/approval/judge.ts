import {
  type ApprovalClaim,
  type ApprovalPolicy,
  type ApprovalRecord,
  meetsPolicy,
  parseApprovalRecord,
} from './record.ts';

/** Why a recorded approval does not count. */
export type ApprovalFault =
  /** It has no record, as approvals of earlier versions. */
  | 'no-record'
  /** The record is about something else than the event, or of another run or project. */
  | 'other-subject'
  /** Its seal is missing or not valid: another program wrote the line, or the key has changed. */
  | 'no-seal'
  /** Its signature is missing, not valid, or of a key that the user does not list. */
  | 'no-signature'
  /** The user demands a stronger proof. */
  | 'below-policy'
  /** The ledger has the same approval before. */
  | 'copied'
  /** It is older than a later answer about the same, which the ledger has before it. */
  | 'outdated';

/** What a recorded approval is compared with. */
export interface ApprovalContext {
  /** What the event with the record says. `hash` is left out if the event has none. */
  claim: Omit<ApprovalClaim, 'hash'> & { hash?: string | undefined; note?: string | undefined };
  /** The project that the ledger names; undefined in ledgers of older versions. */
  project: string | undefined;
  policy: ApprovalPolicy | undefined;
  /** Whether the whole event has a valid seal. Called only for levels below `signed`. */
  isSealed(): boolean;
  /** Whether the record has a valid signature of a listed signer. Called only for the level `signed`. */
  isSigned(): boolean;
}

/** Returns why an approval does not count; undefined if it does. Every replay of a ledger asks this about every approval in it. */
export function findApprovalFault(value: unknown, context: ApprovalContext): ApprovalFault | undefined {
  const { claim, project, policy } = context;
  const record = parseApprovalRecord(value);
  if (record === undefined) return 'no-record';
  const isSame =
    record.run === claim.run &&
    record.stage === claim.stage &&
    record.action === claim.action &&
    (claim.hash === undefined || record.hash === claim.hash) &&
    record.note === claim.note &&
    (project === undefined || record.project === project);
  if (!isSame) return 'other-subject';
  if (record.level === 'signed' ? !context.isSigned() : !context.isSealed())
    return record.level === 'signed' ? 'no-signature' : 'no-seal';
  return meetsPolicy(record, policy) ? undefined : 'below-policy';
}

/**
 * Opens a check that is asked about each approval of a ledger that counts otherwise, in their order: the same record counts once, and one that is older
 * than a later answer of the same stage does not count.
 */
export function openReuseCheck(): (record: ApprovalRecord) => 'copied' | 'outdated' | undefined {
  const known = new Set<string>();
  const answeredAt = new Map<string, number>();
  return (record) => {
    const text = JSON.stringify(record);
    const at = Date.parse(record.at);
    if (known.has(text)) return 'copied';
    // Only a signature can be carried here long after it was made.
    if (record.level === 'signed' && at < (answeredAt.get(record.stage) ?? Number.NEGATIVE_INFINITY))
      return 'outdated';
    known.add(text);
    answeredAt.set(record.stage, at);
    return undefined;
  };
}

/** The fields of an event that an approval is about. */
export interface ApprovedEvent {
  type: string;
  stage?: string;
  hash?: string;
  note?: string;
  conflict?: string;
  decision?: string;
}

/** What an event of a ledger says that its approval is about; the record of the approval has to say the same. */
export function claimOf(run: string, event: ApprovedEvent): ApprovalContext['claim'] {
  const { type, stage = '', hash, note, conflict = '', decision = '' } = event;
  switch (type) {
    case 'plan-confirmed':
      return { run, stage: 'plan', action: 'approve' };
    case 'commands-approved':
      return { run, stage: 'commands', action: 'approve', hash };
    case 'setup-approved':
      return { run, stage: 'setup', action: 'approve', hash };
    case 'conflict-approved':
      return { run, stage: `conflict/${conflict}`, action: decision, hash };
    default:
      return { run, stage, action: type === 'gate-rejected' ? 'reject' : 'approve', hash, note };
  }
}
