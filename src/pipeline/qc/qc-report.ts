import {
  countFindings,
  type Finding,
  type FindingCounts,
  SEVERITIES,
  type Severity,
} from '../../findings/finding.ts';
import { type MarkdownLine, readLines } from '../../findings/markdown-lines.ts';
import { type MarkdownTable, readMarkdownTables } from '../../findings/markdown-tables.ts';
import { isNoFindingLine, parseFindings } from '../../findings/parse-findings.ts';
import { plainText } from '../../findings/plain-text.ts';
import { redact } from '../../findings/redact.ts';
import { findSections, isFindingsTitle } from '../../findings/sections.ts';
import { QC_VERDICTS, type QcVerdict } from '../../run/ledger/verdict.ts';
import { accept, type Diagnostic, type Result, reject } from '../../system/result.ts';
import {
  CONFORMANCE_COLUMNS,
  type ConformanceAnswer,
  type ConformanceColumn,
  type ConformanceReading,
  type ConformanceRow,
} from './conformance-table.ts';
import { reportProblems } from './wording.ts';

/** A QC agent's report on a module. */
export interface QcReport {
  /** As the agent states it; its findings may be worse. */
  verdict: QcVerdict;
  counts: FindingCounts;
  findings: Finding[];
  conformance: ConformanceRow[];
}

type ReportProblem = Omit<Diagnostic, 'severity'>;

/**
 * Reads a QC report: tolerant in its form, strict in its meaning. What is missing, says two things, or cannot be read is rejected
 * with all its faults at once, and is never a pass. `answer`: the line that the agent returned; it must not say another verdict.
 */
export function parseQcReport(text: string, answer?: string): Result<QcReport> {
  const clean = redact(text);
  const lines = readLines(clean);
  const findings = parseFindings(clean);
  const counts = countFindings(findings);
  const verdict = readReportVerdict(lines, answer);
  const conformance = readConformance(lines);
  const problems = [
    ...verdict.problems,
    ...checkCounts(lines, counts),
    ...checkFindings(lines, findings),
    ...checkVerdictSupport(verdict.verdict, findings),
    ...checkConformanceTable(conformance),
  ];
  if (problems.length > 0 || verdict.verdict === undefined) return reject(...problems);
  return accept({ verdict: verdict.verdict, counts, findings, conformance: conformance.rows });
}

interface VerdictReading {
  verdict: QcVerdict | undefined;
  problems: ReportProblem[];
}

function readReportVerdict(lines: readonly MarkdownLine[], answer: string | undefined): VerdictReading {
  const phrases = phrasesAfterLabel(lines, 'verdict');
  const readings = phrases.map((phrase) => ({ phrase, verdict: readVerdict(phrase) }));
  const unclearReading = readings.find(({ verdict }) => verdict === undefined);
  if (unclearReading)
    return withoutVerdict(reportProblems.unclearVerdict(plainText(unclearReading.phrase, 80)));
  const verdicts = [...new Set(readings.flatMap(({ verdict }) => verdict ?? []))];
  const [verdict] = verdicts;
  if (verdict === undefined) return withoutVerdict(reportProblems.noVerdict());
  if (verdicts.length > 1) return withoutVerdict(reportProblems.twoVerdicts(verdicts));
  const answeredVerdict = readVerdict(answer ?? '');
  if (answeredVerdict !== undefined && answeredVerdict !== verdict)
    return withoutVerdict(reportProblems.answerDiffers(verdict, answeredVerdict));
  return { verdict, problems: [] };
}

const withoutVerdict = (problem: ReportProblem): VerdictReading => ({
  verdict: undefined,
  problems: [problem],
});

/** The text after a label, in any of these forms: `Verdict: x`, `**Verdict** — x`, `| Verdict | x |`, `## Verdict` and x below. */
function phrasesAfterLabel(lines: readonly MarkdownLine[], label: 'verdict' | 'counts'): string[] {
  const labelPattern = new RegExp(
    `^\\s*(?:[-*+]\\s+|\\|\\s*)?[*_\`]{0,3}${label}[*_\`]{0,3}(?:\\s*[:|]|\\s+[—–-](?=\\s))[*_\`]{0,3}(.*?)\\|?$`,
    'i',
  );
  const inlinePhrases = lines.flatMap(({ kind, text }) => {
    const content = kind === 'code' ? undefined : labelPattern.exec(text)?.[1]?.trim();
    return content === undefined || content === '' ? [] : [content];
  });
  const isLabelTitle = (title: string) =>
    new RegExp(`^(?:\\d+[.)]? )?[*_]{0,2}${label}[*_]{0,2}:?$`, 'i').test(title);
  const sectionPhrases = findSections(lines, isLabelTitle).flatMap((section) => {
    const content = section
      .filter(({ kind, text }) => kind === 'text' && text.trim() !== '')
      .map(({ text }) => text.trim());
    return label === 'verdict' ? content.slice(0, 1) : [content.join(' ; ')];
  });
  return [...inlinePhrases, ...sectionPhrases.filter((phrase) => !labelPattern.test(phrase))];
}

function checkCounts(lines: readonly MarkdownLine[], listedCounts: FindingCounts): ReportProblem[] {
  const statedCounts = phrasesAfterLabel(lines, 'counts').map(parseCounts);
  if (statedCounts.length === 0 || statedCounts.includes(undefined)) return [reportProblems.noCounts()];
  const wrongCounts = statedCounts.find(
    (counts) => counts && SEVERITIES.some((each) => counts[each] !== listedCounts[each]),
  );
  return wrongCounts ? [reportProblems.countsDiffer(wrongCounts, listedCounts)] : [];
}

/** `critical 0, major 1, minor 2`, `critical: 0 | …` or `0 critical, …`; undefined where a severity has no number. */
function parseCounts(phrase: string): FindingCounts | undefined {
  const text = plainText(phrase, 400).replace(/[*_`]/g, '').toLowerCase();
  const numbersAfter = SEVERITIES.map(
    (severity) => new RegExp(`\\b${severity}\\s*[:=|]?\\s*(\\d{1,6})\\b`).exec(text)?.[1],
  );
  const numbersBefore = SEVERITIES.map(
    (severity) => new RegExp(`\\b(\\d{1,6})\\s*[x×]?\\s*${severity}\\b`).exec(text)?.[1],
  );
  const numbersFound = [numbersAfter, numbersBefore].find((numbers) =>
    numbers.every((number) => number !== undefined),
  );
  if (!numbersFound) return undefined;
  const [critical, major, minor] = numbersFound.map(Number);
  return { critical: critical ?? 0, major: major ?? 0, minor: minor ?? 0 };
}

function checkFindings(lines: readonly MarkdownLine[], findings: readonly Finding[]): ReportProblem[] {
  const sections = findSections(lines, isFindingsTitle);
  if (sections.length === 0) return [reportProblems.noFindings()];
  if (findings.length > 0) return [];
  const contentLines = sections
    .flat()
    .filter(({ kind, text }) => kind === 'text' && !/^\s*(?:<!--.*)?$/.test(text));
  const isNone = contentLines.length > 0 && contentLines.every(({ text }) => isNoFindingLine(text));
  return isNone ? [] : [reportProblems.emptyFindings()];
}

/** A failing verdict needs a finding, which the builder can fix. A verdict that is milder than its findings is accepted, because the findings correct it. */
function checkVerdictSupport(verdict: QcVerdict | undefined, findings: readonly Finding[]): ReportProblem[] {
  if (verdict === undefined || !isWorse(verdict, qcVerdictOf(findings))) return [];
  return [reportProblems.unsupported(verdict)];
}

function checkConformanceTable({
  rows,
  hasTable,
  missingColumns,
  unreadableRows: unread,
}: ConformanceReading): ReportProblem[] {
  if (!hasTable) return [reportProblems.noConformance()];
  if (missingColumns.length > 0) return [reportProblems.noColumns([...new Set(missingColumns)])];
  if (unread.length > 0) return unread.slice(0, 3).map(reportProblems.unreadRow);
  return rows.some(({ holds }) => holds !== 'n/a') ? [] : [reportProblems.noConformance()];
}

/** The mildest verdict that a finding of each severity allows. */
const ALLOWED: Record<Severity, QcVerdict> = {
  critical: 'fail-critical',
  major: 'fail-major',
  minor: 'pass',
};

export function isWorse(one: QcVerdict, other: QcVerdict): boolean {
  return QC_VERDICTS.indexOf(one) > QC_VERDICTS.indexOf(other);
}

/** The mildest verdict that these findings allow. */
export function qcVerdictOf(findings: readonly { severity: Severity }[]): QcVerdict {
  return findings.reduce<QcVerdict>((worst, { severity }) => {
    const own = ALLOWED[severity];
    return isWorse(own, worst) ? own : worst;
  }, 'pass');
}

const START = /^(?:(pass(?:ed)?)|fail(?:ed|ure)?[-_ –—]{1,3}(major|critical))(?![\w-])(.*)$/is;
/** A conditional phrase such as `PASS if …` is not a verdict. */
const MAY_FOLLOW = /^(?:$|\s*[.,;:!(—–-]|\s+with (?:only |some |a few |\d+ )?(?:minor|notes?)\b)/i;
const NAMED = /\b(?:PASS|FAIL-MAJOR|FAIL-CRITICAL)\b/g;

/** Parses the verdict at the start of a phrase; undefined for no verdict, several verdicts (as in the form), or a condition. */
export function readVerdict(phrase: string): QcVerdict | undefined {
  const text = phrase
    .slice(0, 500)
    .replace(/^\s*[-*+]\s+|[*`~[\]"]|(?<!\w)_|_(?!\w)|\p{Extended_Pictographic}|\ufe0f/gu, '')
    .trim();
  const [whole, passes, level, rest = ''] = START.exec(text) ?? [];
  const isOne = new Set(text.match(NAMED)).size <= 1;
  if (whole === undefined || !isOne || !MAY_FOLLOW.test(rest)) return undefined;
  if (passes !== undefined) return 'pass';
  return level?.toLowerCase() === 'critical' ? 'fail-critical' : 'fail-major';
}

const COLUMN_PATTERNS: Record<ConformanceColumn, RegExp> = {
  item: /^(?:items?|requirements?|what|element|#? ?check)$/,
  contract: /^(?:contracts?|source|clause|specified(?: in)?|contract (?:source|clause|reference))$/,
  code: /^(?:code|implementation|where|evidence|code (?:place|location|reference))$/,
  holds: /^(?:holds\??|conforms\??|status|result|ok\??|met\??)$/,
};

const ANSWER_PATTERNS: readonly [RegExp, ConformanceAnswer][] = [
  [/^(?:[✓✔✅☑]\ufe0f?\s*)?(?:yes|y|true|holds|ok|pass(?:es|ed)?|conforms|met)?$/i, 'yes'],
  [/^(?:[✗✘❌☒]\ufe0f?\s*)?(?:no|n|false|fail(?:s|ed)?|violated|missing|not met)?$/i, 'no'],
  [/^(?:[⚠~]\ufe0f?\s*)?(?:partly|partial(?:ly)?|in part)$/i, 'partly'],
  [/^(?:n\/a|na|not applicable)$/i, 'n/a'],
];

/** Reads the tables under `## Conformance`, with their columns in any order. */
function readConformance(lines: readonly MarkdownLine[]): ConformanceReading {
  const sections = findSections(lines, isConformanceTitle);
  const tables = sections.flatMap((section) =>
    readMarkdownTables(section.map(({ kind, text }) => (kind === 'text' ? text : ''))),
  );
  const reading: ConformanceReading = {
    rows: [],
    hasTable: tables.length > 0,
    missingColumns: [],
    unreadableRows: [],
  };
  for (const table of tables) readConformanceTable(table, reading);
  return reading;
}

function isConformanceTitle(title: string): boolean {
  return /^(?:\d+[.)]? )?(?:contract )?conformance(?: (?:to|with) .{1,60}| table)?:?$/i.test(
    title.replace(/[*_`]/g, '').trim(),
  );
}

function readConformanceTable({ head, rows }: MarkdownTable, reading: ConformanceReading): void {
  const names = head.map((cell) => plainText(cell.replace(/[*_`]/g, '')).toLowerCase());
  const columnIndex = (column: ConformanceColumn) =>
    names.findIndex((name) => COLUMN_PATTERNS[column].test(name));
  const missingColumns = CONFORMANCE_COLUMNS.filter((column) => columnIndex(column) < 0);
  reading.missingColumns.push(...missingColumns);
  if (missingColumns.length > 0) return;
  for (const cells of rows) {
    const cell = (column: ConformanceColumn) =>
      plainText((cells[columnIndex(column)] ?? '').replace(/\*\*|`/g, ''), 300);
    const [item, contract, code] = [cell('item'), cell('contract'), cell('code')];
    const holds = parseAnswer(cell('holds'));
    if (holds !== undefined && item !== '') reading.rows.push({ item, contract, code, holds });
    else reading.unreadableRows.push(plainText(cells.join(' | '), 120));
  }
}

const RESERVATION_WORDS = /\b(?:but|except|only|unless|part(?:ly|ial(?:ly)?)|not?|if|when)\b/i;

// The first words count: `no: returns null` means no. An empty cell, or yes with a reservation, is not an answer.
function parseAnswer(cell: string): ConformanceAnswer | undefined {
  const firstPart = /^[^,;:(.—–]*?(?= - |[,;:(.—–]|$)/.exec(cell)?.[0] ?? '';
  const word = firstPart.trim();
  const answer = word === '' ? undefined : ANSWER_PATTERNS.find(([pattern]) => pattern.test(word))?.[1];
  return answer === 'yes' && RESERVATION_WORDS.test(cell.slice(firstPart.length)) ? undefined : answer;
}
