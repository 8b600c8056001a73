import type { QcVerdict } from '../../run/ledger/verdict.ts';
import { sessionPath } from './layout.ts';
import { parseSummary } from './parse-summary.ts';
import { type QuarantineReason, quarantineReasons } from './quarantine.ts';
import type { MemoryRecord, RecordBasis } from './record.schema.ts';
import { makeMemoryRecord } from './record.ts';
import { repeatsAny } from './repeats.ts';

/** An agent of a run whose output is done, with what counts as evidence for its work. */
export interface FinishedAgent {
  id: string;
  role: string;
  module?: string | undefined;
  report: string;
  /** Whether the engine accepted its work: its stage's check, or QC of its module, passed for this agent. */
  isAccepted: boolean;
  /** The records that it was given: ids and texts. */
  recalled: readonly { id: string; text: string }[];
}

/** One judgement of a module, in the order of the ledger. */
export interface Judgement {
  module: string;
  builder: string;
  by: string;
  verdict: QcVerdict;
  reasons: readonly string[];
  findings: readonly string[];
}

/** What a run's records are made of. */
export interface RunFacts {
  project: string;
  run: string;
  /** ISO 8601, UTC: the time of the records, the same in each call. */
  at: string;
  isShipped: boolean;
  agents: readonly FinishedAgent[];
  judgements: readonly Judgement[];
  /** Modules that are merged into the integration branch. */
  merged: ReadonlySet<string>;
}

/** A part of a summary that does not become a record. */
export interface HeldLesson {
  agent: string;
  title: string;
  reasons: QuarantineReason[];
}

export interface RunRecords {
  /** The records of each file, by its path relative to the memory folder. */
  files: Map<string, MemoryRecord[]>;
  held: HeldLesson[];
}

const NO_EVIDENCE: QuarantineReason = {
  code: 'no-evidence',
  reason: 'its module is not merged, or the run has not shipped',
};
const REPEATED: QuarantineReason = {
  code: 'repeated',
  reason: 'it repeats a record that its writer was given',
};

/** Computes the records of a run from its reports and ledger. The same facts give the same records. */
export function planRunRecords(facts: RunFacts): RunRecords {
  const planned: RunRecords = { files: new Map(), held: [] };
  for (const agent of facts.agents) addSummary(planned, agent, facts);
  for (const judgement of facts.judgements) addFailure(planned, judgement, facts);
  return planned;
}

function addSummary(planned: RunRecords, agent: FinishedAgent, facts: RunFacts): void {
  const basis = basisOf(agent, facts);
  for (const { lesson, source } of parseSummary(agent.report)) {
    const isRepeated = repeatsAny(
      `${lesson.title} ${lesson.text}`,
      agent.recalled.map(({ text }) => text),
    );
    const reasons = [
      ...quarantineReasons(source),
      ...(isRepeated ? [REPEATED] : []),
      ...(basis === 'claimed' ? [NO_EVIDENCE] : []),
    ];
    const record = makeMemoryRecord(lesson, {
      ...{ project: facts.project, role: agent.role, module: agent.module, run: facts.run, agent: agent.id },
      ...{ at: facts.at, basis, recalled: agent.recalled.map(({ id }) => id) },
    });
    if (reasons.length > 0) planned.held.push({ agent: agent.id, title: record.title, reasons });
    else addRecord(planned, sessionPath(agent.role, facts.run, agent.id), record);
  }
}

function addRecord({ files }: RunRecords, path: string, record: MemoryRecord): void {
  const records = files.get(path) ?? [];
  if (!records.some(({ id }) => id === record.id)) files.set(path, [...records, record]);
}

/** The evidence for what an agent says about its work. */
function basisOf({ module, isAccepted }: FinishedAgent, { isShipped, merged }: RunFacts): RecordBasis {
  if (!isAccepted) return 'claimed';
  if (isShipped) return 'shipped';
  if (module === undefined) return 'claimed';
  return merged.has(module) ? 'merged' : 'qc-pass';
}

/** Records what QC found wrong with a module, as the QC agent's session. The findings are those that its builder had to fix. */
function addFailure(planned: RunRecords, judgement: Judgement, facts: RunFacts): void {
  const { module, by, verdict, reasons, findings } = judgement;
  if (verdict === 'pass') return;
  const isFixed = facts.merged.has(module);
  const said = findings.length > 0 ? findings.map(withoutMark) : reasons;
  const end = isFixed ? 'A later cycle fixed it and passed QC.' : 'No later cycle passed QC.';
  const text = limitWords([...said, end]);
  const quarantined = quarantineReasons(text);
  const title = `QC failed ${module}: ${said[0] ?? verdict}`;
  if (quarantined.length > 0) return void planned.held.push({ agent: by, title, reasons: quarantined });
  const refs = findings.flatMap((finding) => / — ([^ —]+:\d+) — /.exec(finding)?.[1] ?? []);
  const record = makeMemoryRecord(
    { kind: 'failure', title, text, asked: [], refs: [...new Set(refs)] },
    {
      ...{ project: facts.project, role: 'qc', module, run: facts.run, agent: by, at: facts.at },
      ...{ basis: isFixed ? (facts.isShipped ? 'shipped' : 'merged') : 'gap', recalled: [] },
    },
  );
  addRecord(planned, sessionPath('qc', facts.run, by), record);
}

const MAX_FAILURE_WORDS = 200;

function limitWords(parts: readonly string[]): string {
  const words = parts
    .map((part) => part.trim().replace(/(?<![.!?])$/, '.'))
    .join(' ')
    .split(/\s+/);
  return words.length > MAX_FAILURE_WORDS
    ? `${words.slice(0, MAX_FAILURE_WORDS).join(' ')} …`
    : words.join(' ');
}

const withoutMark = (finding: string) => finding.replace(/^- \[\w+\] /, '');
