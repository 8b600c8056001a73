import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { type ArchiveCandidate, archiveCandidates } from '../memory/recall/archive-candidates.ts';
import { formatRecall } from '../memory/recall/format-recall.ts';
import { sessionPath } from '../memory/recall/layout.ts';
import {
  type ReadMemory,
  readMemory,
  replaceRecords,
  writeMemoryFiles,
  writeTombstone,
} from '../memory/recall/memory.io.ts';
import { planArchive } from '../memory/recall/plan-archive.ts';
import { quarantineReasons } from '../memory/recall/quarantine.ts';
import { KINDS, LAYERS, type MemoryRecord } from '../memory/recall/record.schema.ts';
import { formatDocument, makeMemoryRecord } from '../memory/recall/record.ts';
import { selectRecalls } from '../memory/recall/select-recalls.ts';
import { countRecords, type MemoryCounts } from '../memory/recall/stats.ts';
import { removeTermCache } from '../memory/recall/term-cache.io.ts';
import {
  formatCandidate,
  formatMatch,
  formatRecord,
  formatRecordCount,
  formatRecordLine,
  formatSuppressed,
  memoryErrors,
} from '../memory/recall/wording.ts';
import { approvalErrors } from '../run/ledger/approval-wording.ts';
import { makeApprovalRecord as makeApproval, readCallOrigin } from '../run/ledger/human-proof.io.ts';
import { proveHuman } from '../run/ledger/human-proof.ts';
import { findProject } from '../run/ledger/project.io.ts';
import { hashText } from '../run/ledger/store.io.ts';
import { readApprovalPolicy } from '../system/approval/policy.io.ts';
import { type ApprovalRecord, meetsPolicy } from '../system/approval/record.ts';
import { accept, type Diagnostic, type Result, reject } from '../system/result.ts';
import { type Answer, type Context, defineCommand } from './command.ts';
import { wholeNumber } from './options.ts';

const ACTIONS = [
  'search',
  'add',
  'list',
  'show',
  'review',
  'archive',
  'forget',
  'stats',
  'export',
  'sync',
  'check',
] as const;
type Action = (typeof ACTIONS)[number];
const FORMATS = ['jsonl', 'md'] as const;

interface Data {
  action: Action;
  /** The answer as text. */
  lines: string[];
  records?: MemoryRecord[];
  /** search: matching records that were left out, by reason. */
  suppressed?: object;
  tokens?: number;
  candidates?: ArchiveCandidate[];
  counts?: MemoryCounts;
  /** review, forget: the proof that a human made the call. */
  approval?: ApprovalRecord;
}

const schema = z.object({
  action: z.enum(ACTIONS, { error: `must be one of ${ACTIONS.join(', ')}` }),
  words: z.array(z.string()).default([]),
  role: z.string().optional(),
  archive: z.boolean().default(false),
  k: wholeNumber.default(5),
  tokens: wholeNumber.default(400),
  explain: z.boolean().default(false),
  kind: z.enum(KINDS).default('decision'),
  title: z.string().optional(),
  ref: z.array(z.string()).default([]),
  confirm: z.boolean().default(false),
  reason: z.string().optional(),
  purge: z.boolean().default(false),
  dryRun: z.boolean().default(false),
  format: z.enum(FORMATS).default('jsonl'),
});
type Input = z.infer<typeof schema>;

export const command = defineCommand<Input, Data>({
  name: 'memory',
  example: "sao memory search 'how do refresh tokens rotate'",
  arguments: [
    { name: '<action>', description: `one of ${ACTIONS.join(', ')}`, choices: ACTIONS },
    {
      name: '[words...]',
      description:
        'search, add: read this text; show, review, forget: read the records with these ids, or their first characters',
    },
  ],
  options: [
    {
      flags: '--role <name>',
      description: 'search, list, export: show only records of this role; add: set the role (default: human)',
    },
    { flags: '--archive', description: 'search, list, export: show only records of the archive' },
    { flags: '--k <n>', description: 'search: print at most this many records (default: 5)' },
    { flags: '--tokens <n>', description: 'search: print at most this many estimated tokens (default: 400)' },
    {
      flags: '--explain',
      description: 'search: print the score, the share of the query and the terms of each record',
    },
    {
      flags: '--kind <kind>',
      description: 'add: set what the record is (default: decision)',
      choices: KINDS,
    },
    { flags: '--title <text>', description: 'add: set the title (default: the start of the text)' },
    {
      flags: '--ref <refs...>',
      description: 'add: name files with lines, decisions or commits that the record is about',
    },
    {
      flags: '--confirm',
      description: 'review: approve these records as a human, so that agents are given them',
    },
    { flags: '--reason <text>', description: 'forget: record the reason, which the tombstone keeps' },
    { flags: '--purge', description: 'forget: also remove the text of the records, which needs a human' },
    { flags: '--dry-run', description: 'archive, sync: print what would change, and change nothing' },
    { flags: '--format <name>', description: 'export: jsonl or md (default: jsonl)', choices: FORMATS },
  ],
  details: `Memory is .orchestration/memory in the project: what agents of earlier builds and humans recorded. docs/memory.md describes it.
A record that an agent adds is a claim: no agent is given it before a human confirms it (review ID --confirm) in a terminal.
archive moves session records that are older than 60 days or than the last 5 runs of their role, and replaced decisions.
sync computes the search terms in the user's cache again; check reads all files of memory.
Exit codes: 1 search: nothing found; check: a file is damaged.`,
  schema,
  async handler(input, context) {
    const project = findProject(context.cwd);
    if (!project.ok) return project;
    const memory = readMemory(project.value);
    if (!memory.ok) return memory;
    const call = { input, context, root: project.value, memory: memory.value, damage: memory.diagnostics };
    const answer = HANDLERS[input.action](call);
    return answer.ok ? accept(answer.value, [...memory.diagnostics, ...answer.diagnostics]) : answer;
  },
  render: ({ lines }) => lines.join('\n'),
});

interface Call {
  input: Input;
  context: Context;
  /** The project. */
  root: string;
  memory: ReadMemory;
  /** Files that could not be read. */
  damage: readonly Diagnostic[];
}

type Handler = (call: Call) => Result<Answer<Data>>;

const HANDLERS: Record<Action, Handler> = {
  search: searchMemory,
  add: addRecord,
  list(call) {
    const records = chooseRecords(call);
    const now = timeOf(call.context);
    return answerWith('list', { records, lines: records.map((record) => formatRecordLine(record, now)) });
  },
  show(call) {
    const records = findRecords(call);
    if (!records.ok) return records;
    return answerWith('show', { records: records.value, lines: records.value.flatMap(formatRecord) });
  },
  review: reviewRecords,
  archive: archiveRecords,
  forget: forgetRecords,
  stats({ memory }) {
    const counts = countRecords(memory);
    const lines = Object.entries(counts).map(([name, count]) => `${String(count).padStart(6)}  ${name}`);
    return answerWith('stats', { counts, lines });
  },
  export(call) {
    const records = chooseRecords(call).filter(({ id }) => !call.memory.forgotten.has(id));
    const now = timeOf(call.context);
    const lines =
      call.input.format === 'jsonl'
        ? records.map((record) => JSON.stringify(record))
        : records.map((record) => formatRecall(record, now));
    return answerWith('export', { records, lines });
  },
  sync({ root, memory, input }) {
    const count = formatRecordCount(memory.records.length);
    if (input.dryRun) return answerWith('sync', { lines: [`would compute the terms of ${count} again`] });
    removeTermCache(root);
    const again = readMemory(root);
    return again.ok ? answerWith('sync', { lines: [`computed the terms of ${count} again`] }) : again;
  },
  check({ memory, damage }) {
    const lines = [
      `${formatRecordCount(memory.records.length)} in ${memory.files.size} files, ${memory.forgotten.size} forgotten, ${damage.length} damaged files`,
    ];
    return accept({
      data: { action: 'check', lines, counts: countRecords(memory) },
      exit: damage.length > 0 ? 1 : 0,
    });
  },
};

function answerWith(action: Action, data: Omit<Data, 'action'>, exit: 0 | 1 = 0): Result<Answer<Data>> {
  return accept({ data: { action, ...data }, exit });
}

const timeOf = (context: Context) => context.now().toISOString();

/** The records that the options choose, as they are on disk, the newest first. */
function chooseRecords({ input: { role, archive }, memory }: Call): MemoryRecord[] {
  return memory.records
    .map(({ record }) => record)
    .filter(
      (record) => (role === undefined || record.role === role) && (!archive || record.layer === LAYERS[1]),
    )
    .sort((a, b) => b.at.localeCompare(a.at) || a.id.localeCompare(b.id));
}

function searchMemory(call: Call): Result<Answer<Data>> {
  const { input, context, memory, root } = call;
  const text = input.words.join(' ').trim();
  if (text === '') return reject(memoryErrors.missingWords('search', 'a text'));
  const chosen = new Set(chooseRecords(call));
  const now = timeOf(context);
  const { matches, tokens, suppressed } = selectRecalls(
    { records: memory.records.filter(({ record }) => chosen.has(record)), forgotten: memory.forgotten },
    {
      ...{ text, now, budget: { records: input.k, tokens: input.tokens } },
      hasPath: (path) => existsSync(join(root, path)),
      contradicts: () => false,
    },
  );
  const left = formatSuppressed(suppressed);
  const lines = [
    ...matches.flatMap((match) => [
      ...(input.explain ? [formatMatch(match)] : []),
      formatRecall(match.record, now),
    ]),
    ...(matches.length === 0 ? ['no record fits'] : []),
    ...(left === undefined ? [] : [left]),
  ];
  const records = matches.map(({ record }) => record);
  return answerWith('search', { lines, records, tokens, suppressed }, matches.length === 0 ? 1 : 0);
}

function addRecord(call: Call): Result<Answer<Data>> {
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
function reviewRecords(call: Call): Result<Answer<Data>> {
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
  const approval = approveAsHuman(call, 'confirm', formatDocument(found.value));
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

function archiveRecords({ input, context, root, memory }: Call): Result<Answer<Data>> {
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

function forgetRecords(call: Call): Result<Answer<Data>> {
  const { input, context, root, memory } = call;
  if (input.reason === undefined) return reject(memoryErrors.missingReason());
  const found = findRecords(call);
  if (!found.ok) return found;
  const approval = approveAsHuman(call, 'purge', formatDocument(found.value));
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

/** The records that the call names by their ids, or by the first characters of them. */
function findRecords({ input: { action, words }, memory }: Call): Result<MemoryRecord[]> {
  if (words.length === 0) return reject(memoryErrors.missingWords(action, 'an id'));
  const found: MemoryRecord[] = [];
  for (const word of words) {
    const matching = memory.records.map(({ record }) => record).filter(({ id }) => id.startsWith(word));
    const [record] = matching;
    if (record === undefined) return reject(memoryErrors.unknownRecord(word));
    if (matching.some(({ id }) => id !== record.id)) return reject(memoryErrors.ambiguousId(word));
    found.push(record);
  }
  return accept(found);
}

/** Returns the record of a human's approval of what is shown, or why the call is none. */
function approveAsHuman({ context, root }: Call, action: string, shown: string): Result<ApprovalRecord> {
  const { env, stdinIsTerminal } = context;
  const callName = `sao memory ${action === 'add' ? 'add' : action === 'purge' ? 'forget --purge' : 'review --confirm'}`;
  const origin = readCallOrigin(env, stdinIsTerminal, new Map(), 'memory');
  const claim = { run: '', stage: 'memory', action, hash: hashText(shown) };
  const level = proveHuman(origin, new Map(), claim.hash);
  if (level === undefined) return reject(approvalErrors.noHuman(origin, callName));
  const policy = readApprovalPolicy();
  if (policy !== undefined && !meetsPolicy({ ...claim, level }, policy))
    return reject(approvalErrors.belowPolicy(level, policy, callName));
  return accept(makeApproval(claim, { project: root, level, now: context.now() }, env));
}
