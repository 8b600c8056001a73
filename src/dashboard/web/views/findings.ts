import { SEVERITIES, type Severity } from '../../../findings/finding.ts';
import type { ReportFinding } from '../../../run/report/report-types.ts';
import type { FindingsDetail } from '../../detail.ts';
import { choice, empty, panel, searchField } from '../parts/elements.ts';
import { type Given, h, type PageNode } from '../parts/nodes.ts';
import type { PageState } from '../parts/page-state.ts';

/** Groups with more findings show the first ones. */
const MAX_PLACES = 25;

interface FindingGroup {
  key: string;
  severity: Severity;
  title: string;
  rule: string | null;
  findings: ReportFinding[];
}

/** What the run has found, by rule, with its lines of code; and what was not looked at. */
export function renderFindingsView(detail: FindingsDetail, state: PageState): PageNode[] {
  const { counts, domains, findings, hidden } = detail;
  const found = findings.filter((finding) => fits(finding, state));
  const groups = groupByRule(found);
  return [
    notLookedAt(detail),
    panel(
      'Findings',
      [
        h(
          'div',
          { class: 'filters' },
          choice(
            'severity',
            [
              ['', `all ${findings.length}`],
              ...SEVERITIES.map((each) => [each, `${each} ${counts.findings[each]}`] as const),
            ],
            state,
          ),
          domains.length > 1 &&
            choice(
              'domain',
              [['', 'all domains'], ...domains.map(({ id, name }) => [id, name] as const)],
              state,
            ),
          searchField('rule, path, worker or words', state),
        ),
        groups.length > 0
          ? h('ol', { class: 'groups' }, groups.map(groupNode))
          : empty(findings.length === 0 ? 'No findings so far.' : 'No finding fits these filters.'),
        hidden > 0 && empty(`${hidden} more findings are in the report.`),
      ],
      h('span', { class: 'soft' }, `${found.length} of ${findings.length}`),
    ),
  ].filter((node) => node !== null) as PageNode[];
}

function fits(finding: ReportFinding, { filters, search }: PageState): boolean {
  const { severity = '', domain = '' } = filters;
  if (severity !== '' && finding.severity !== severity) return false;
  if (domain !== '' && !finding.domains.includes(domain)) return false;
  const words = search.trim().toLowerCase();
  if (words === '') return true;
  const { rule, path, title, detail, code, workers } = finding;
  return [rule, path, title, detail, code, ...workers].some((text) => text?.toLowerCase().includes(words));
}

function groupByRule(findings: readonly ReportFinding[]): FindingGroup[] {
  const groups = new Map<string, FindingGroup>();
  for (const finding of findings) {
    const { severity, rule, title } = finding;
    const key = rule === null ? finding.fingerprint : `${severity} ${rule}`;
    const known = groups.get(key);
    if (known) known.findings.push(finding);
    else groups.set(key, { key, severity, rule, title, findings: [finding] });
  }
  return [...groups.values()];
}

function groupNode({ key, severity, title, rule, findings }: FindingGroup): PageNode {
  const [first] = findings;
  const places = findings.slice(0, MAX_PLACES).map((finding) => placeNode(finding, findings.length > 1));
  return h(
    'li',
    { key, class: `group ${severity}` },
    h(
      'details',
      { open: findings.length <= 3 },
      h(
        'summary',
        {},
        h('b', { class: `chip ${SEVERITY_TONES[severity]}` }, severity),
        h('span', { class: 'head' }, title, rule !== null && h('code', {}, rule)),
        findings.length > 1 && h('b', { class: 'count' }, findings.length),
      ),
      first?.detail != null && h('p', { class: 'soft' }, first.detail),
      h('ol', { class: 'places' }, places),
      findings.length > MAX_PLACES && empty(`${findings.length - MAX_PLACES} more places.`),
    ),
  );
}

const SEVERITY_TONES: Readonly<Record<Severity, string>> = { critical: 'bad', major: 'warn', minor: 'run' };

function placeNode(
  { path, line, code, title, fingerprint, workers }: ReportFinding,
  isOneOfMany: boolean,
): PageNode {
  const place = path === null ? 'no place' : `${path}${line === null ? '' : `:${line}`}`;
  return h(
    'li',
    { key: fingerprint },
    h(
      'p',
      {},
      h('span', { class: 'place' }, place),
      isOneOfMany && h('span', { class: 'soft' }, title),
      h('span', { class: 'soft small' }, describeWorkers(workers)),
    ),
    code !== null && h('pre', {}, h('code', {}, code.trim())),
  );
}

/** Names the first workers. */
function describeWorkers(workers: readonly string[]): string {
  const more = workers.length > 4 ? ` and ${workers.length - 4} more` : '';
  return `by ${workers.slice(0, 4).join(', ')}${more}`;
}

function notLookedAt({ gaps, notes, unchecked }: FindingsDetail): Given {
  const open = notes.filter((note) => /^(?:Not checked|Left out|The run is not finished)\b/.test(note));
  if (gaps.length + open.length === 0) return null;
  return panel(
    'Not looked at',
    h(
      'ul',
      { class: 'plain' },
      gaps.map(({ id, name, reason }) => h('li', { key: id }, h('b', {}, name), ` (${id}): ${reason}`)),
      open.map((note) => h('li', { key: note }, note)),
    ),
    unchecked > 0 && h('b', { class: 'count' }, unchecked),
    'warn',
  );
}
