import { plainText } from '../../findings/plain-text.ts';
import { OWN_NAME, readRuleSource, type ToolName } from '../../findings/tool-names.ts';
import { exactPath, type Report, type ReportFinding, type ReportTool } from './report-types.ts';
import { readRules, type SarifRules } from './sarif-rules.ts';
import { sarifUri } from './sarif-uri.ts';
import { describeGap } from './wording.ts';

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';
const NO_FILE = 'no file named';
/** GitHub rejects a file with more results in one run. */
const MAX_RESULTS = 25_000;

/**
 * Renders report.sarif: SARIF 2.1.0 for code scanning services. Findings of the built-in checks and of agents are a run of `sao`; those that only
 * other tools report are runs of these tools, under their names. Paths are relative to the top of the repository.
 */
export function renderSarif(report: Report): string {
  const tools = report.tools.filter(({ complete }) => complete);
  const named = new Set<string>(tools.map(({ name }) => name));
  const findings = [...report.findings, ...report.known];
  const ownerOf = (finding: ReportFinding) => {
    const { tool } = readRuleSource(finding.rule ?? '');
    return named.has(tool) ? tool : OWN_NAME;
  };
  const runs = [
    toRun(
      report,
      describeSelf(report),
      findings.filter((finding) => ownerOf(finding) === OWN_NAME),
      true,
    ),
    // A tool without a finding has a run too: so its old alerts are closed. One that failed has none: so they stay open.
    ...tools.map((tool) =>
      toRun(
        report,
        describeTool(tool),
        findings.filter((finding) => ownerOf(finding) === tool.name),
        false,
      ),
    ),
  ];
  return `${JSON.stringify({ $schema: SCHEMA, version: '2.1.0', runs }, null, 2)}\n`;
}

interface Driver {
  name: string;
  informationUri?: string;
  semanticVersion?: string;
  version?: string;
}

function describeSelf({ engine }: Report): Driver {
  return { name: OWN_NAME, ...toVersion(engine) };
}

function describeTool({ name, version }: ReportTool): Driver {
  const [title, informationUri] = TOOLS[name];
  return { name: title, informationUri, ...(version === null ? {} : toVersion(version)) };
}

/** The names of tools in their own reports, so that alerts of both belong together, and their pages. */
const TOOLS: Record<ToolName, [name: string, page: string]> = {
  gitleaks: ['gitleaks', 'https://github.com/gitleaks/gitleaks'],
  secretlint: ['secretlint', 'https://github.com/secretlint/secretlint'],
  semgrep: ['Semgrep OSS', 'https://semgrep.dev'],
  bandit: ['Bandit', 'https://bandit.readthedocs.io'],
  gosec: ['gosec', 'https://github.com/securego/gosec'],
  brakeman: ['Brakeman', 'https://brakemanscanner.org'],
  flawfinder: ['Flawfinder', 'https://dwheeler.com/flawfinder'],
  eslint: ['ESLint', 'https://eslint.org'],
  ruff: ['ruff', 'https://docs.astral.sh/ruff'],
  zizmor: ['zizmor', 'https://docs.zizmor.sh'],
  actionlint: ['actionlint', 'https://github.com/rhysd/actionlint'],
  hadolint: ['Hadolint', 'https://github.com/hadolint/hadolint'],
  shellcheck: ['ShellCheck', 'https://www.shellcheck.net'],
  'osv-scanner': ['osv-scanner', 'https://google.github.io/osv-scanner'],
  trivy: ['Trivy', 'https://trivy.dev'],
};

function toVersion(version: string): Pick<Driver, 'semanticVersion' | 'version'> {
  return /^\d+\.\d+\.\d+(?:[-+][\w.+-]+)?$/.test(version)
    ? { semanticVersion: version, version }
    : { version };
}

// GitHub wants these texts of every descriptor.
function describeNotification(id: string, name: string, text: string) {
  return { id, name, shortDescription: { text }, fullDescription: { text }, help: { text } };
}

function toRun(report: Report, driver: Driver, findings: readonly ReportFinding[], isOwn: boolean) {
  const shown = findings.slice(0, MAX_RESULTS);
  const rules = readRules(shown);
  const notifications = [
    describeNotification(
      'gap',
      'Gap',
      'A check or agent left no valid output, so its part was not examined.',
    ),
    describeNotification('note', 'Note', 'Something that a reader of the results must know.'),
  ];
  const left = findings.length - shown.length;
  const notes = [...report.notes, ...(left > 0 ? [`${left} more findings are in report.json.`] : [])];
  return {
    tool: { driver: { ...driver, rules: rules.list, ...(isOwn ? { notifications } : {}) } },
    automationDetails: { id: `sao/${report.mode}/${report.run}` },
    originalUriBaseIds: { '%SRCROOT%': { description: { text: 'The top of the repository.' } } },
    invocations: [isOwn ? toInvocation(report, notes) : { executionSuccessful: true, ...times(report) }],
    // GitHub and editors count columns in this unit.
    columnKind: 'utf16CodeUnits',
    results: shown.map((finding) => toResult(finding, rules, report)),
    ...(isOwn ? { properties: { run: report.run, task: report.task } } : {}),
  };
}

// Report the gaps: a service must not take missing findings for fixed ones.
function toInvocation(report: Report, said: readonly string[]) {
  const gaps = report.gaps.map((gap) => ({
    descriptor: { id: 'gap' },
    level: 'error',
    message: { text: message(`${gap.name} (${gap.id}) is a gap: ${describeGap(gap)}.`) },
    properties: { agent: gap.id, domain: gap.domain, attempts: gap.attempts },
  }));
  const notes = said.map((note) => ({
    descriptor: { id: 'note' },
    level: 'note',
    message: { text: message(note) },
  }));
  return {
    executionSuccessful: gaps.length === 0 && report.counts.agents.open === 0,
    ...times(report),
    ...(gaps.length + notes.length === 0 ? {} : { toolExecutionNotifications: [...gaps, ...notes] }),
  };
}

function times({ started, created }: Report): Record<string, string> {
  return { ...time('startTimeUtc', started), ...time('endTimeUtc', created) };
}

function time(name: string, value: string): Record<string, string> {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/.test(value) ? { [name]: value } : {};
}

function toResult(finding: ReportFinding, rules: SarifRules, report: Report) {
  const { rule, index } = rules.of(finding);
  const { severity, workers, domains, sources, fingerprint } = finding;
  return {
    ruleId: rule.id,
    ruleIndex: index,
    level: rules.levelOf(severity),
    message: {
      text: message(
        endSentence([withoutRule(finding), ...(finding.detail === null ? [] : [finding.detail])].join(': ')),
      ),
    },
    locations: toLocations(finding, report.prefix),
    partialFingerprints: { primaryLocationLineHash: fingerprint, 'saoFinding/v1': fingerprint },
    ...(report.baseline === null
      ? {}
      : { baselineState: report.known.includes(finding) ? 'unchanged' : 'new' }),
    properties: { severity, workers, domains, sources },
  };
}

// The rule has a field of its own.
function withoutRule({ title, rule }: ReportFinding): string {
  return rule !== null && title.startsWith(`${rule}: `) ? title.slice(rule.length + 2) : title;
}

const endSentence = (text: string) => (/[.!?…)]$/.test(text) ? text : `${text}.`);

// GitHub rejects the whole upload if one result has no file, and shows none without a line.
function toLocations({ line, code, ...place }: ReportFinding, prefix: string) {
  const path = exactPath(place);
  const isInProject = path !== null && !path.startsWith('/') && !/^[A-Za-z]:\//.test(path);
  const uri = sarifUri(path === null ? NO_FILE : isInProject ? `${prefix}${path}` : path);
  const startLine = path === null || line === null || line < 1 ? 1 : line;
  const snippet = code === null || startLine !== line ? {} : { snippet: { text: code } };
  return [
    {
      physicalLocation: {
        artifactLocation: uri,
        region: { startLine, startColumn: 1, endLine: startLine, ...snippet },
      },
    },
  ];
}

// Escape brackets: in a SARIF message they may begin a link.
function message(text: string): string {
  return plainText(text).replace(/[\\[\]]/g, '\\$&') || 'no text';
}
