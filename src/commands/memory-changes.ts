import { archiveCandidates } from '../memory/recall/archive-candidates.ts';
import { sessionPath } from '../memory/recall/layout.ts';
import {
  type ReadMemory,
  replaceRecords,
  writeMemoryFiles,
  writeTombstone,
} from '../memory/recall/memory.io.ts';
import { planArchive } from '../memory/recall/plan-archive.ts';
import { quarantineReasons } from '../memory/recall/quarantine.ts';
import type { MemoryRecord } from '../memory/recall/record.schema.ts';
import { formatDocument, makeMemoryRecord } from '../memory/recall/record.ts';
import {
  formatCandidate,
  formatRecord,
  formatRecordCount,
  formatRecordLine,
  memoryErrors,
  recordQuestion,
} from '../memory/recall/wording.ts';
import { approvalErrors } from '../run/ledger/approval-wording.ts';
import { makeApprovalRecord as makeApproval, readCallOrigin } from '../run/ledger/human-proof.io.ts';
import { proveHuman } from '../run/ledger/human-proof.ts';
import { hashText } from '../run/ledger/store.io.ts';
import { confirmWithHuman } from '../system/approval/confirm-with-human.ts';
import { readApprovalPolicy } from '../system/approval/policy.io.ts';
import { type ApprovalRecord, meetsPolicy } from '../system/approval/record.ts';
import { accept, type Result, reject } from '../system/result.ts';
import type { Answer } from './command.ts';
import {
  answerWith,
  chooseRecords,
  findRecords,
  type MemoryCall,
  type MemoryData,
  timeOf,
} from './memory-call.ts';

/** Writes a record; it stays a claim unless a human made the call. */
export function addRecord(call: MemoryCall): Result<Answer<MemoryData>> {
  const { input, context, root } = call;
  const text = input.words.join(' ').trim();
  if (text === '') return reject(memoryErrors.missingWords('add', 'a text'));
  const reasons = quarantineReasons([input.title ?? '', text, ...input.ref].join('\n'));
  if (reasons.length > 0) return reject(memoryErrors.quarantined(reasons.map(({ reason }) => reason)));
  const approval = approveAsHuman(call, 'add', text);
  const record = makeMemoryRecord(
    { kind: input.kind, title: input.title ?? text, text, asked: [], refs: input.ref },
    {
      ...{
        project: root.split('/').at(-1) ?? '',
        role: input.role ?? 'human',
        run: 'added',
        at: timeOf(context),
      },
      ...{
        agent: approval.ok ? approval.value.by : 'agent',
        basis: approval.ok ? 'human' : 'claimed',
        recalled: [],
      },
    },
  );
  const written = writeMemoryFiles(
    root,
    new Map([[sessionPath(record.role, record.run, record.id), formatDocument([record])]]),
  );
  if (!written.ok) return written;
  const end = approval.ok
    ? ''
    : `; a claim until a human confirms it: sao memory review ${record.id} --confirm`;
  return answerWith('add', { records: [record], lines: [`${record.id} added${end}`] });
}

/** Lists the claims, or lets a human confirm them. */
export async function reviewRecords(call: MemoryCall): Promise<Result<Answer<MemoryData>>> {
  const { input, context, root, memory } = call;
  const now = timeOf(context);
  if (!input.confirm) {
    const records = chooseRecords(call).filter(
      (record) => record.basis === 'claimed' || isQuarantined(record),
    );
    const lines = records.map((record) => `${formatRecordLine(record, now)}${quarantineEnd(record)}`);
    return answerWith('review', {
      records,
      lines: lines.length > 0 ? lines : ['nothing waits for a review'],
    });
  }
  const found = findRecords(call);
  if (!found.ok) return found;
  const approval = await approveRecords(call, 'confirm', found.value);
  if (!approval.ok) return approval;
  const ids = new Set(found.value.map(({ id }) => id));
  const changed = replaceRecords(
    root,
    changeRecords(memory, ids, (record) => [{ ...record, basis: 'human' }]),
  );
  if (!changed.ok) return changed;
  const lines = found.value.map(({ id }) => `${id} confirmed`);
  return answerWith('review', { records: found.value, lines, approval: approval.value });
}

const reasonsOf = ({ title, text, asked, refs }: MemoryRecord) =>
  quarantineReasons([title, text, ...asked, ...refs].join('\n'));
const isQuarantined = (record: MemoryRecord) => reasonsOf(record).length > 0;

function quarantineEnd(record: MemoryRecord): string {
  const reasons = reasonsOf(record).map(({ reason }) => reason);
  return reasons.length === 0 ? '' : ` (in quarantine: ${reasons.join('; ')})`;
}

/** Moves session records that are due to the archive, or lists them. */
export function archiveRecords({ input, context, root, memory }: MemoryCall): Result<Answer<MemoryData>> {
  const now = timeOf(context);
  const candidates = archiveCandidates(
    memory.records.map(({ record }) => record),
    now,
  );
  const lines = candidates.map(formatCandidate);
  if (input.dryRun || candidates.length === 0)
    return answerWith('archive', { candidates, lines: lines.length > 0 ? lines : ['no record is due'] });
  const run = `moved-${now.slice(0, 19).replace(/\D/g, '')}`;
  const plan = planArchive(memory.files, new Set(candidates.map(({ record }) => record.id)), run);
  const created = writeMemoryFiles(root, plan.created);
  if (!created.ok) return created;
  const replaced = replaceRecords(root, plan.remaining);
  if (!replaced.ok) return replaced;
  return answerWith('archive', {
    candidates,
    lines: [`moved ${formatRecordCount(candidates.length)} to the archive`, ...lines],
  });
}

/** Leaves a tombstone for each record, so that no agent is given it; with `--purge` the text goes too. */
export async function forgetRecords(call: MemoryCall): Promise<Result<Answer<MemoryData>>> {
  const { input, context, root, memory } = call;
  if (input.reason === undefined) return reject(memoryErrors.missingReason());
  const found = findRecords(call);
  if (!found.ok) return found;
  const approval = input.purge
    ? await approveRecords(call, 'purge', found.value)
    : approveAsHuman(call, 'forget', formatDocument(found.value));
  if (input.purge && !approval.ok) return approval;
  const by = approval.ok ? approval.value.by : 'agent';
  for (const { id } of found.value) {
    const written = writeTombstone(root, id, { reason: input.reason, by, at: timeOf(context) });
    if (!written.ok) return written;
  }
  const ids = new Set(found.value.map(({ id }) => id));
  const purged = input.purge
    ? replaceRecords(
        root,
        changeRecords(memory, ids, () => []),
      )
    : accept(undefined);
  if (!purged.ok) return purged;
  const lines = found.value.map(({ id }) => `${id} ${input.purge ? 'forgotten and removed' : 'forgotten'}`);
  return answerWith('forget', {
    records: found.value,
    lines,
    ...(approval.ok ? { approval: approval.value } : {}),
  });
}

/** The files with records of these ids, with each of them replaced. */
function changeRecords(
  { files }: ReadMemory,
  ids: ReadonlySet<string>,
  change: (record: MemoryRecord) => MemoryRecord[],
): Map<string, MemoryRecord[]> {
  const changed = new Map<string, MemoryRecord[]>();
  for (const [path, indexed] of files) {
    const records = indexed.map(({ record }) => record);
    if (records.some(({ id }) => ids.has(id)))
      changed.set(
        path,
        records.flatMap((record) => (ids.has(record.id) ? change(record) : [record])),
      );
  }
  return changed;
}

/** What a human decides about records, and the words of the call. */
const CALL_NAMES = {
  add: 'add',
  confirm: 'review --confirm',
  forget: 'forget',
  purge: 'forget --purge',
} as const;

/** Shows the human these records and asks, unless `--yes` is given. */
async function approveRecords(
  call: MemoryCall,
  action: 'confirm' | 'purge',
  records: readonly MemoryRecord[],
): Promise<Result<ApprovalRecord>> {
  const approval = approveAsHuman(call, action, formatDocument(records));
  if (!approval.ok) return approval;
  const lines = records.flatMap((record) => [...formatRecord(record), '']);
  const question = { lines, purpose: recordQuestion[action], isSkipped: call.input.yes };
  const isYes = await confirmWithHuman(question, call.context);
  return isYes ? approval : reject(memoryErrors.notConfirmed(`sao memory ${CALL_NAMES[action]}`));
}

/** Returns the record of a human's approval of what is shown, or why the call is none. */
function approveAsHuman(
  { context, root }: MemoryCall,
  action: keyof typeof CALL_NAMES,
  shown: string,
): Result<ApprovalRecord> {
  const { env, stdinIsTerminal } = context;
  const callName = `sao memory ${CALL_NAMES[action]}`;
  const origin = readCallOrigin(env, stdinIsTerminal, new Map(), 'memory');
  const claim = { run: '', stage: 'memory', action, hash: hashText(shown) };
  const level = proveHuman(origin, new Map(), claim.hash);
  if (level === undefined) return reject(approvalErrors.noHuman(origin, callName));
  const policy = readApprovalPolicy();
  if (policy !== undefined && !meetsPolicy({ ...claim, level }, policy))
    return reject(approvalErrors.belowPolicy(level, policy, callName));
  return accept(makeApproval(claim, { project: root, level, now: context.now() }, env));
}
