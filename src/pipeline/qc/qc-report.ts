import { countFindings, type Finding, type FindingCounts, SEVERITIES } from '../../findings/finding.ts';
import { type MarkdownLine, readLines } from '../../findings/markdown-lines.ts';
import { parseFindings, saysNothing } from '../../findings/parse-findings.ts';
import { plainText } from '../../findings/plain-text.ts';
import { redact } from '../../findings/redact.ts';
import { findSections, isFindingsTitle } from '../../findings/sections.ts';
import { isWorse, type QcVerdict, readVerdict, verdictOf } from '../../run/ledger/verdict.ts';
import { accept, type Diagnostic, type Result, reject } from '../../system/result.ts';
import { type ConformanceReading, type ConformanceRow, readConformance } from './conformance-table.ts';
import { unreadable } from './wording.ts';

/** What a QC agent says of a module. */
export interface QcReport {
  /** As the agent states it; its findings may be worse. */
  verdict: QcVerdict;
  counts: FindingCounts;
  findings: Finding[];
  conformance: ConformanceRow[];
}

type Problem = Omit<Diagnostic, 'severity'>;

/**
 * Reads a QC report: tolerant in its form, strict in its meaning. What is missing, says two things, or cannot be read is rejected
 * with all its faults at once, and is never a pass. `answer`: the line that the agent returned; it must not say another verdict.
 */
export function parseQcReport(text: string, answer?: string): Result<QcReport> {
  const clean = redact(text);
  const lines = readLines(clean);
  const findings = parseFindings(clean);
  const counts = countFindings(findings);
  const verdict = findVerdict(lines, answer);
  const conformance = readConformance(lines);
  const problems = [
    ...verdict.problems,
    ...checkCounts(lines, counts),
    ...checkFindings(lines, findings),
    ...checkSupport(verdict.verdict, findings),
    ...checkConformance(conformance),
  ];
  if (problems.length > 0 || verdict.verdict === undefined) return reject(...problems);
  return accept({ verdict: verdict.verdict, counts, findings, conformance: conformance.rows });
}

interface FoundVerdict {
  verdict: QcVerdict | undefined;
  problems: Problem[];
}

function findVerdict(lines: readonly MarkdownLine[], answer: string | undefined): FoundVerdict {
  const phrases = phrasesOf(lines, 'verdict');
  const read = phrases.map((phrase) => ({ phrase, verdict: readVerdict(phrase) }));
  const unclear = read.find(({ verdict }) => verdict === undefined);
  if (unclear) return refuse(unreadable.unclearVerdict(plainText(unclear.phrase, 80)));
  const verdicts = [...new Set(read.flatMap(({ verdict }) => verdict ?? []))];
  const [verdict] = verdicts;
  if (verdict === undefined) return refuse(unreadable.noVerdict());
  if (verdicts.length > 1) return refuse(unreadable.twoVerdicts(verdicts));
  const answered = readVerdict(answer ?? '');
  if (answered !== undefined && answered !== verdict)
    return refuse(unreadable.answerDiffers(verdict, answered));
  return { verdict, problems: [] };
}

const refuse = (problem: Problem): FoundVerdict => ({ verdict: undefined, problems: [problem] });

/** What stands behind a label, in whatever form: `Verdict: x`, `**Verdict** — x`, `| Verdict | x |`, `## Verdict` and x below. */
function phrasesOf(lines: readonly MarkdownLine[], label: 'verdict' | 'counts'): string[] {
  const own = new RegExp(
    `^\\s*(?:[-*+]\\s+|\\|\\s*)?[*_\`]{0,3}${label}[*_\`]{0,3}(?:\\s*[:|]|\\s+[—–-](?=\\s))[*_\`]{0,3}(.*?)\\|?$`,
    'i',
  );
  const inline = lines.flatMap(({ kind, text }) => {
    const said = kind === 'code' ? undefined : own.exec(text)?.[1]?.trim();
    return said === undefined || said === '' ? [] : [said];
  });
  const isOwnTitle = (title: string) =>
    new RegExp(`^(?:\\d+[.)]? )?[*_]{0,2}${label}[*_]{0,2}:?$`, 'i').test(title);
  const below = findSections(lines, isOwnTitle).flatMap((section) => {
    const said = section
      .filter(({ kind, text }) => kind === 'text' && text.trim() !== '')
      .map(({ text }) => text.trim());
    return label === 'verdict' ? said.slice(0, 1) : [said.join(' ; ')];
  });
  return [...inline, ...below.filter((phrase) => !own.test(phrase))];
}

function checkCounts(lines: readonly MarkdownLine[], listed: FindingCounts): Problem[] {
  const said = phrasesOf(lines, 'counts').map(readCounts);
  if (said.length === 0 || said.includes(undefined)) return [unreadable.noCounts()];
  const other = said.find((counts) => counts && SEVERITIES.some((each) => counts[each] !== listed[each]));
  return other ? [unreadable.countsDiffer(other, listed)] : [];
}

/** `critical 0, major 1, minor 2`, `critical: 0 | …` or `0 critical, …`; undefined where a severity has no number. */
function readCounts(phrase: string): FindingCounts | undefined {
  const text = plainText(phrase, 400).replace(/[*_`]/g, '').toLowerCase();
  const after = SEVERITIES.map(
    (severity) => new RegExp(`\\b${severity}\\s*[:=|]?\\s*(\\d{1,6})\\b`).exec(text)?.[1],
  );
  const before = SEVERITIES.map(
    (severity) => new RegExp(`\\b(\\d{1,6})\\s*[x×]?\\s*${severity}\\b`).exec(text)?.[1],
  );
  const found = [after, before].find((numbers) => numbers.every((number) => number !== undefined));
  if (!found) return undefined;
  const [critical, major, minor] = found.map(Number);
  return { critical: critical ?? 0, major: major ?? 0, minor: minor ?? 0 };
}

function checkFindings(lines: readonly MarkdownLine[], findings: readonly Finding[]): Problem[] {
  const sections = findSections(lines, isFindingsTitle);
  if (sections.length === 0) return [unreadable.noFindings()];
  if (findings.length > 0) return [];
  const said = sections.flat().filter(({ kind, text }) => kind === 'text' && !/^\s*(?:<!--.*)?$/.test(text));
  const isNone = said.length > 0 && said.every(({ text }) => saysNothing(text));
  return isNone ? [] : [unreadable.emptyFindings()];
}

/** A builder cannot fix what is not listed. A verdict that is milder than its findings is readable: they correct it. */
function checkSupport(verdict: QcVerdict | undefined, findings: readonly Finding[]): Problem[] {
  if (verdict === undefined || !isWorse(verdict, verdictOf(findings))) return [];
  return [unreadable.unsupported(verdict)];
}

function checkConformance({ rows, hasTable, missingColumns, unread }: ConformanceReading): Problem[] {
  if (!hasTable) return [unreadable.noConformance()];
  if (missingColumns.length > 0) return [unreadable.noColumns([...new Set(missingColumns)])];
  if (unread.length > 0) return unread.slice(0, 3).map(unreadable.unreadRow);
  return rows.some(({ holds }) => holds !== 'n/a') ? [] : [unreadable.noConformance()];
}
