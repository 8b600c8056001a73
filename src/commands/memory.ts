import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { formatRecall } from '../memory/recall/format-recall.ts';
import { readMemory } from '../memory/recall/memory.io.ts';
import { KINDS } from '../memory/recall/record.schema.ts';
import { selectRecalls } from '../memory/recall/select-recalls.ts';
import { countRecords } from '../memory/recall/stats.ts';
import { removeTermCache } from '../memory/recall/term-cache.io.ts';
import {
  formatMatch,
  formatRecord,
  formatRecordCount,
  formatRecordLine,
  formatSuppressed,
  memoryErrors,
} from '../memory/recall/wording.ts';
import { findProject } from '../run/ledger/project.io.ts';
import { accept, type Result, reject } from '../system/result.ts';
import { type Answer, defineCommand } from './command.ts';
import {
  answerWith,
  chooseRecords,
  findRecords,
  MEMORY_ACTIONS,
  MEMORY_FORMATS,
  type MemoryAction,
  type MemoryCall,
  type MemoryData,
  type MemoryHandler,
  type MemoryInput,
  memorySchema,
  timeOf,
} from './memory-call.ts';
import { addRecord, archiveRecords, forgetRecords, reviewRecords } from './memory-changes.ts';
import { actionArgument } from './options.ts';

export const command = defineCommand<MemoryInput, MemoryData>({
  name: 'memory',
  example: "sao memory search 'how do refresh tokens rotate'",
  arguments: [
    actionArgument(MEMORY_ACTIONS),
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
    {
      flags: '--yes',
      description: 'skip the question of review --confirm and forget --purge; only in a terminal of your own',
    },
    { flags: '--dry-run', description: 'archive, sync: print what would change, and change nothing' },
    {
      flags: '--format <name>',
      description: 'export: jsonl or md (default: jsonl)',
      choices: MEMORY_FORMATS,
    },
  ],
  details: `Memory is .orchestration/memory in the project: what agents of earlier builds and humans recorded. docs/memory.md describes it.
A record that an agent adds is a claim: no agent is given it before a human confirms it (review ID --confirm) in a terminal.
archive moves session records that are older than 60 days or than the last 5 runs of their role, and replaced decisions.
sync computes the search terms in the user's cache again; check reads all files of memory.
Exit codes: 0 success; 1 search: nothing found, check: a file is damaged; 2 refused, or wrong input.`,
  schema: memorySchema,
  async handler(input, context) {
    const project = findProject(context.cwd);
    if (!project.ok) return project;
    const memory = readMemory(project.value);
    if (!memory.ok) return memory;
    const call = { input, context, root: project.value, memory: memory.value, damage: memory.diagnostics };
    const answer = await HANDLERS[input.action](call);
    return answer.ok ? accept(answer.value, [...memory.diagnostics, ...answer.diagnostics]) : answer;
  },
  render: ({ lines }) => lines.join('\n'),
});

const HANDLERS: Record<MemoryAction, MemoryHandler> = {
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

function searchMemory(call: MemoryCall): Result<Answer<MemoryData>> {
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
