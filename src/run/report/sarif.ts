import { plainText } from '../../findings/plain-text.ts';
import type { Report, ReportFinding } from './report-types.ts';
import { readRules, type SarifRules } from './sarif-rules.ts';
import { sarifUri } from './sarif-uri.ts';
import { describeGap } from './wording.ts';

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';
const NO_FILE = 'no file named';

/** Renders report.sarif: SARIF 2.1.0 for code scanning services. */
export function renderSarif(report: Report): string {
  const rules = readRules(report.findings);
  const run = {
    tool: {
      driver: {
        name: 'sao',
        rules: rules.list,
        notifications: [
          { id: 'gap', shortDescription: { text: 'An agent left no valid output' } },
          { id: 'note', shortDescription: { text: 'Something a reader must know' } },
        ],
      },
    },
    automationDetails: { id: `sao/${report.mode}/${report.run}` },
    originalUriBaseIds: { '%SRCROOT%': { description: { text: 'The root of the project' } } },
    invocations: [toInvocation(report)],
    results: toResults(report.findings, rules),
    properties: { run: report.run, task: report.task },
  };
  return `${JSON.stringify({ $schema: SCHEMA, version: '2.1.0', runs: [run] }, null, 2)}\n`;
}

// Report the gaps: a service must not take missing findings for fixed ones.
function toInvocation(report: Report) {
  const gaps = report.gaps.map((gap) => ({
    descriptor: { id: 'gap' },
    level: 'error',
    message: { text: message(`${gap.name} (${gap.id}) is a gap: ${describeGap(gap)}.`) },
    properties: { agent: gap.id, domain: gap.domain, attempts: gap.attempts },
  }));
  const notes = report.notes.map((note) => ({
    descriptor: { id: 'note' },
    level: 'note',
    message: { text: message(note) },
  }));
  return {
    executionSuccessful: gaps.length === 0 && report.counts.agents.open === 0,
    ...time('startTimeUtc', report.started),
    ...time('endTimeUtc', report.created),
    ...(gaps.length + notes.length === 0 ? {} : { toolExecutionNotifications: [...gaps, ...notes] }),
  };
}

function time(name: string, value: string): Record<string, string> {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/.test(value) ? { [name]: value } : {};
}

function toResults(findings: readonly ReportFinding[], rules: SarifRules) {
  return findings.map((finding) => {
    const { rule, index } = rules.of(finding);
    return {
      ruleId: rule.id,
      ruleIndex: index,
      level: rules.levelOf(finding.severity),
      message: {
        text: message(finding.detail === null ? finding.title : `${finding.title}: ${finding.detail}`),
      },
      locations: toLocations(finding),
      partialFingerprints: { 'saoFinding/v1': finding.fingerprint },
      properties: { severity: finding.severity, workers: finding.workers, domains: finding.domains },
    };
  });
}

// GitHub rejects the whole upload if one result has no file.
function toLocations({ path, line }: ReportFinding) {
  const region = path === null || line === null || line < 1 ? {} : { region: { startLine: line } };
  return [{ physicalLocation: { artifactLocation: sarifUri(path ?? NO_FILE), ...region } }];
}

// Escape brackets: in a SARIF message they may begin a link.
function message(text: string): string {
  return plainText(text).replace(/[\\[\]]/g, '\\$&') || 'no text';
}
