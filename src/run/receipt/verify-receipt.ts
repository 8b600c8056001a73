import { countOf } from '../../findings/words.ts';
import {
  type ApprovalFault,
  type ApprovedEvent,
  claimOf,
  findApprovalFault,
  openReuseCheck,
} from '../../system/approval/judge.ts';
import { type ApprovalProof, parseApprovalRecord, signedText } from '../../system/approval/record.ts';
import { accept, type Result, reject } from '../../system/result.ts';
import {
  type AcceptedOutput,
  chainNext,
  chainStart,
  digestOf,
  HASHED,
  listAcceptedOutputs,
  listApprovals,
  listClientVersions,
  listCommits,
  type Receipt,
  type ReceiptApproval,
  type ReceiptDocument,
  type ReceiptEvent,
} from './receipt.ts';

/** Parses the text of a receipt. Rejects what is none, or one of another version. */
export function parseReceipt(text: string, path: string): Result<Receipt> {
  if (text === '') return rejectReceipt(path, 'it is empty');
  let value: Partial<Receipt> | null;
  try {
    value = JSON.parse(text) as Partial<Receipt> | null;
  } catch {
    return rejectReceipt(path, 'it is not valid JSON');
  }
  if (value?.kind !== 'sao-receipt')
    return rejectReceipt(path, 'it does not say that it is a receipt of sao');
  if (value.version !== 1)
    return rejectReceipt(path, `its version is ${String(value.version)}, and this sao reads 1`);
  if (!isComplete(value)) return rejectReceipt(path, 'parts of it are missing');
  // A second key of one name, an added key or another byte would be seen by some readers and not by others.
  if (`${JSON.stringify(pickParts(value))}\n` !== text)
    return rejectReceipt(path, 'it has bytes that `sao receipt` did not write, such as added keys or blanks');
  return accept(value);
}

/** The parts of a receipt in their order, without any other. */
function pickParts(value: Receipt): object {
  return Object.fromEntries([...HASHED, 'digest' as const].map((part) => [part, value[part]]));
}

function isComplete(value: Partial<Receipt>): value is Receipt {
  const { run, head, events, documents, approvals, commits, unproved, digest, versions } = value;
  const lists = [events, documents, approvals, commits, unproved];
  return (
    typeof run === 'string' &&
    typeof digest === 'string' &&
    typeof head?.chain === 'string' &&
    typeof versions === 'object' &&
    versions !== null &&
    lists.every((list) => Array.isArray(list)) &&
    (events ?? []).every((event) => typeof event?.line === 'string' && typeof event.chain === 'string') &&
    (documents ?? []).every((document) => typeof document?.path === 'string')
  );
}

function rejectReceipt(path: string, why: string) {
  const message = `${path} is not a receipt that can be checked: ${why}`;
  return reject({
    code: 'receipt-unreadable',
    message,
    target: path,
    fix: 'make one with `sao receipt RUN`',
  });
}

/** Returns what is wrong with a receipt, from the receipt alone; an empty list if it agrees with itself. */
export function findReceiptFaults(receipt: Receipt): string[] {
  const faults = [
    ...findChainFaults(receipt),
    ...findApprovalFaults(receipt),
    ...(JSON.stringify(receipt.commits) === JSON.stringify(listCommits(receipt.events))
      ? []
      : ['the list of commits is not that of the events']),
    ...(receipt.versions.client === listClientVersions(receipt.events)
      ? []
      : ['the versions of the client are not those of the events']),
    ...findChangedOutputs(receipt).map(describeChangedOutput),
  ];
  if (faults.length > 0 || digestOf(receipt) === receipt.digest) return faults;
  return ['the receipt was changed after it was made: its digest is not that of its parts'];
}

/** An accepted output that is not among the documents as it was accepted. */
export interface ChangedOutput extends AcceptedOutput {
  /** Of the document that has taken its place; undefined if it is missing. */
  path: string | undefined;
}

/** Returns the outputs that were changed or removed after the run had accepted them. */
export function findChangedOutputs({
  events,
  documents,
}: Pick<Receipt, 'events' | 'documents'>): ChangedOutput[] {
  const hashes = new Map(documents.map(({ path, sha256 }) => [path, sha256]));
  return listAcceptedOutputs(events).flatMap((output) => {
    const path = pathsOfOutput(output.agent).find((each) => hashes.has(each));
    return path !== undefined && hashes.get(path) === output.sha256 ? [] : [{ ...output, path }];
  });
}

/** Where the output of an agent is, as a plan names it: a receipt holds no plan. */
function pathsOfOutput(agent: string): string[] {
  const coordinator = /^coord-(.+)$/.exec(agent)?.[1];
  const paths = [`workers/${agent}.md`, `builds/${agent}.md`];
  return coordinator === undefined ? paths : [...paths, `synthesis/${coordinator}.md`];
}

/** Says of which agent an accepted output was changed. */
export function describeChangedOutput({ agent, event, path }: ChangedOutput): string {
  return path === undefined
    ? `the output of ${agent} is missing, which event ${event} accepted`
    : `${path} was changed after event ${event} had accepted it as the output of ${agent}`;
}

function findChainFaults({ run, events, head }: Receipt): string[] {
  const faults: string[] = [];
  let before = chainStart(run);
  let expected = 1;
  for (const { n, line, chain } of events) {
    if (n > expected) faults.push(describeMissing(expected, n - 1));
    else if (chainNext(before, line) !== chain)
      faults.push(`event ${n} was changed, or an event before it is missing (${describeLine(line)})`);
    before = chain;
    expected = n + 1;
  }
  if (expected <= head.events) faults.push(describeMissing(expected, head.events));
  else if (before !== head.chain) faults.push('the last event is not the one that the receipt was made with');
  return faults;
}

const describeMissing = (first: number, last: number): string =>
  first === last ? `event ${first} is missing` : `events ${first} to ${last} are missing`;

const describeLine = (line: string): string => /"type":"([a-z-]{1,40})"/.exec(line)?.[1] ?? 'unreadable';

function findApprovalFaults({ run, events, approvals, unproved }: Receipt): string[] {
  const claimed = listApprovals(events);
  const listed = new Set(approvals.map((approval) => JSON.stringify(approval)));
  const known = new Set(claimed.map((approval) => JSON.stringify(approval)));
  return [
    ...claimed
      .filter((approval) => !listed.has(JSON.stringify(approval)))
      .map(({ event, type }) => `event ${event} (${type}) is an approval that the receipt was not made with`),
    ...approvals
      .filter((approval) => !known.has(JSON.stringify(approval)))
      .map(({ event, type }) => `the listed approval ${event} (${type}) is not in the events`),
    ...claimed
      .filter(
        (approval) => approval.run !== null && approval.run !== run && !unproved.includes(approval.event),
      )
      .map(
        ({ event, type, run: other }) =>
          `event ${event} (${type}) is a foreign approval: its record is of the run ${other}`,
      ),
    ...unproved.map((event) => describeForeign(event, events)),
    ...findReused(claimed, { events, unproved }),
  ];
}

/** Approvals that the receipt does not name as unproved, although the ledger has them before, or has a later answer before them. */
function findReused(
  claimed: readonly ReceiptApproval[],
  { events, unproved }: Pick<Receipt, 'events' | 'unproved'>,
): string[] {
  const findReuse = openReuseCheck();
  return claimed.flatMap(({ event, type }) => {
    if (unproved.includes(event)) return [];
    const line = events.find(({ n }) => n === event)?.line ?? '{}';
    const record = parseApprovalRecord((JSON.parse(line) as { approval?: unknown }).approval);
    const reuse = record && findReuse(record);
    return reuse === undefined
      ? []
      : [`event ${event} (${type}) ${REUSES[reuse]}, so the run does not count it`];
  });
}

const REUSES = {
  copied: 'repeats the record of an earlier event',
  outdated: 'has a record that is older than an answer before it',
} as const;

const describeForeign = (event: number, events: readonly ReceiptEvent[]): string =>
  `event ${event} (${describeLine(events.find(({ n }) => n === event)?.line ?? '')}) is an approval that the run does not count: it is not proved for this run, or was used before`;

/** Returns the approvals whose seal does not hold; for a machine that has the key. */
export function findForeignApprovals(receipt: Receipt, isSealed: (line: string) => boolean): string[] {
  const approvals = listApprovals(receipt.events);
  const claimed = new Set(approvals.map(({ event }) => event));
  // Its signature proves it, and that needs no seal.
  const signed = new Set(approvals.filter(isSigned).map(({ event }) => event));
  return receipt.events
    .filter(
      ({ n, line }) => claimed.has(n) && !signed.has(n) && !receipt.unproved.includes(n) && !isSealed(line),
    )
    .map(({ n }) => describeForeign(n, receipt.events));
}

/** What was found about the signatures of a receipt's approvals. */
export interface SignatureFindings {
  /** The approvals with a valid signature of a listed key, and who the list names as its owner. */
  signed: { event: number; signer: string }[];
  faults: string[];
}

/**
 * Checks the SSH signatures of the approvals that claim to be signed. `findSigner` returns who has signed a text; undefined for a signature that is not
 * valid or of no listed key.
 */
export function checkSignatures(
  receipt: Pick<Receipt, 'run' | 'events' | 'unproved'>,
  findSigner: (text: string, signature: string) => string | undefined,
): SignatureFindings {
  const findings: SignatureFindings = { signed: [], faults: [] };
  const skipped = new Set(receipt.unproved);
  for (const { event } of listApprovals(receipt.events).filter(isSigned)) {
    // Named as a fault already: a good signature must not make it look as if it counted.
    if (skipped.has(event)) continue;
    const line = receipt.events.find(({ n }) => n === event)?.line ?? '';
    const { approval, signature = '', ...entry } = JSON.parse(line) as ApprovedEvent & Partial<ApprovalProof>;
    const record = parseApprovalRecord(approval);
    const signer = record && findSigner(signedText(record), signature);
    const claim = claimOf(receipt.run, entry);
    const context = { claim, project: undefined, policy: undefined, isSealed: () => false };
    const fault = findApprovalFault(approval, { ...context, isSigned: () => signer !== undefined });
    if (signer !== undefined && fault === undefined) findings.signed.push({ event, signer });
    else findings.faults.push(`event ${event} (${entry.type}): ${SIGNATURE_FAULTS[fault ?? 'no-signature']}`);
  }
  return findings;
}

/** Whether an approval claims to be signed. */
export function isSigned({ level }: Pick<ReceiptApproval, 'level'>): boolean {
  return level === 'signed';
}

const SIGNATURE_FAULTS: Partial<Record<ApprovalFault, string>> = {
  'no-record': 'its record is not complete',
  'other-subject': 'its signed record is about something else than the event',
  'no-signature': 'its signature is not valid, or of a key that the list does not name',
};

/** Compares the documents of a receipt with the files of a folder. */
export function compareDocuments(
  documents: readonly ReceiptDocument[],
  read: (path: string) => ReceiptDocument | undefined,
): string[] {
  return documents.flatMap((document) => {
    // A stranger's receipt must not name files outside of the folder.
    if (!/^(?:[a-z]+\/)?[^/]+$/.test(document.path) || document.path.startsWith('..'))
      return [`${document.path} is no path of a run directory`];
    const file = read(document.path);
    if (file === undefined) return [`${document.path} is missing`];
    return file.sha256 === document.sha256 && file.bytes === document.bytes
      ? []
      : [`${document.path} was changed (${countOf(file.bytes, 'byte')})`];
  });
}
