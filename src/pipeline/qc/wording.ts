import type { FindingCounts } from '../../findings/finding.ts';
import { SEVERITIES } from '../../findings/finding.ts';
import { formatCounts } from '../../findings/severity-words.ts';
import { formatVerdict, QC_VERDICTS, type QcVerdict } from '../../run/ledger/verdict.ts';
import type { Diagnostic } from '../../system/result.ts';
import { CONFORMANCE_COLUMNS } from './conformance-table.ts';

type ReportProblem = Omit<Diagnostic, 'severity'>;

const VERDICT_LIST = QC_VERDICTS.map(formatVerdict).join(', ');
const TABLE_DESCRIPTION = `a table with the columns ${CONFORMANCE_COLUMNS.join(' | ')} under "## Conformance"`;

/** Problems of an unreadable QC report, for the agent that has to correct it. */
export const reportProblems = {
  noVerdict: (): ReportProblem => ({
    code: 'qc-no-verdict',
    message: 'the report has no verdict',
    target: 'Verdict:',
    fix: `write one line "Verdict: …" with exactly one of ${VERDICT_LIST}`,
  }),
  unclearVerdict: (phrase: string): ReportProblem => ({
    code: 'qc-unclear-verdict',
    message: `"Verdict: ${phrase}" is not one verdict`,
    target: 'Verdict:',
    fix: `write exactly one of ${VERDICT_LIST}, without a condition`,
  }),
  twoVerdicts: (verdicts: readonly QcVerdict[]): ReportProblem => ({
    code: 'qc-two-verdicts',
    message: `the report has several verdicts: ${verdicts.map(formatVerdict).join(' and ')}`,
    target: 'Verdict:',
    fix: 'write the verdict once',
  }),
  answerDiffers: (said: QcVerdict, answered: QcVerdict): ReportProblem => ({
    code: 'qc-answer-differs',
    message: `the verdict is ${formatVerdict(said)} in the report, but ${formatVerdict(answered)} in the answer`,
    target: 'Verdict:',
    fix: 'write the same verdict in both',
  }),
  unsupported: (verdict: QcVerdict): ReportProblem => ({
    code: 'qc-verdict-without-finding',
    message: `the verdict is ${formatVerdict(verdict)}, but no finding is rated ${verdict === 'fail-critical' ? 'critical' : 'major or critical'}`,
    target: '## Findings',
    fix: 'list each fault as one rated bullet, or correct the verdict',
  }),
  noCounts: (): ReportProblem => ({
    code: 'qc-no-counts',
    message: 'the report does not state the number of findings',
    target: 'Counts:',
    fix: `write one line "Counts: ${SEVERITIES.map((severity) => `${severity} 0`).join(', ')}" with your numbers`,
  }),
  countsDiffer: (said: FindingCounts, listed: FindingCounts): ReportProblem => ({
    code: 'qc-counts-differ',
    message: `"Counts:" states ${formatCounts(said)}, but "## Findings" lists ${formatCounts(listed)}`,
    target: '## Findings',
    fix: 'list each finding as one bullet "- [critical|major|minor] title — path:line — detail", and count them',
  }),
  noFindings: (): ReportProblem => ({
    code: 'qc-no-findings',
    message: 'the report has no "## Findings"',
    target: '## Findings',
    fix: 'add it; write "None." under it if there is nothing',
  }),
  emptyFindings: (): ReportProblem => ({
    code: 'qc-empty-findings',
    message: '"## Findings" has neither a bullet nor "None."',
    target: '## Findings',
    fix: 'write one bullet a finding "- [critical|major|minor] title — path:line — detail", or "None."',
  }),
  noConformance: (): ReportProblem => ({
    code: 'qc-no-conformance',
    message: 'the report does not compare the code with its contract',
    target: '## Conformance',
    fix: `write ${TABLE_DESCRIPTION}, one row for each requirement of the contract`,
  }),
  noColumns: (missing: readonly string[]): ReportProblem => ({
    code: 'qc-conformance-columns',
    message: `the table under "## Conformance" has no column ${missing.join(', ')}`,
    target: '## Conformance',
    fix: `write ${TABLE_DESCRIPTION}`,
  }),
  unreadRow: (row: string): ReportProblem => ({
    code: 'qc-conformance-row',
    message: `this row under "## Conformance" has no item or no clear answer: ${row}`,
    target: '## Conformance',
    fix: 'write yes, partly, no or n/a under "holds"',
  }),
};
