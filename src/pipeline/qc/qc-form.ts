import { SEVERITIES } from '../../findings/finding.ts';
import { plainText } from '../../findings/plain-text.ts';
import { formatVerdict, QC_VERDICTS } from '../../run/ledger/verdict.ts';
import { SENTINEL } from '../../run/outputs/sentinel.ts';
import { CONFORMANCE_COLUMNS } from './conformance-table.ts';

const formatRow = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;

/** The form of a QC report, as its agent is shown it and `parseQcReport` reads it. */
export function qcReportForm(module: string): string {
  return [
    `# QC: ${plainText(module)}`,
    '',
    `Verdict: ${QC_VERDICTS.map(formatVerdict).join(' | ')}`,
    `Counts: ${SEVERITIES.map((severity) => `${severity} 0`).join(', ')}`,
    '',
    '(what you examined and how, and what you concluded)',
    '',
    '## Conformance',
    formatRow(CONFORMANCE_COLUMNS),
    formatRow(CONFORMANCE_COLUMNS.map(() => '---')),
    formatRow([
      'what is asked for',
      'file and section that asks for it',
      'path:line',
      'yes / partly / no / n/a',
    ]),
    '',
    '## Findings',
    `- [${SEVERITIES.join('|')}] title — path:line — what is wrong and what to do`,
    '(one bullet a finding; "None." if there is nothing)',
    '',
    '(then, as the very last line and outside any code fence, the line below on its own)',
    SENTINEL,
  ].join('\n');
}
