import { SEVERITIES, type Severity } from '../../findings/finding.ts';
import { kindOf, readCwe } from '../../findings/finding-kind.ts';
import { plainText, truncate } from '../../findings/plain-text.ts';
import { ruleId } from '../../findings/rule.ts';
import { OWN_NAME, readRuleSource } from '../../findings/tool-names.ts';
import type { ReportFinding } from './report-types.ts';

type Level = 'error' | 'warning' | 'note';

/** A rule in the form that code scanning services want: with help, and with a score if it is about security. */
interface SarifRule {
  id: string;
  name?: string;
  shortDescription: { text: string };
  fullDescription: { text: string };
  help: { text: string; markdown: string };
  helpUri?: string;
  defaultConfiguration: { level: Level };
  properties: {
    tags: string[];
    precision: 'high' | 'medium';
    'problem.severity': 'error' | 'warning' | 'recommendation';
    'security-severity'?: string;
  };
}

/** The rules of findings, in the order of their first finding. */
export interface SarifRules {
  list: SarifRule[];
  of: (finding: ReportFinding) => { rule: SarifRule; index: number };
  levelOf: (severity: Severity) => Level;
}

const LEVELS: Record<Severity, Level> = { critical: 'error', major: 'warning', minor: 'note' };
const PROBLEMS = { critical: 'error', major: 'warning', minor: 'recommendation' } as const;
/** The scores that GitHub shows as critical, high and medium. */
const SCORES: Record<Severity, string> = { critical: '9.5', major: '8.0', minor: '5.0' };
/** GitHub keeps this many tags of a rule. */
const MAX_TAGS = 10;
const MAX_TEXT = 1000;

export function readRules(findings: readonly ReportFinding[]): SarifRules {
  const groups = new Map<string, ReportFinding[]>();
  for (const finding of findings) {
    const group = groups.get(ruleId(finding));
    if (group) group.push(finding);
    else groups.set(ruleId(finding), [finding]);
  }
  const list = [...groups].map(([id, group]) => toRule(id, group));
  const indices = new Map(
    [...groups.keys()].map((id, index) => [id, { rule: list[index] as SarifRule, index }]),
  );
  return {
    list,
    of: (finding) => indices.get(ruleId(finding)) ?? { rule: toRule(ruleId(finding), [finding]), index: -1 },
    levelOf: (severity) => LEVELS[severity],
  };
}

function toRule(id: string, group: readonly ReportFinding[]): SarifRule {
  const worst =
    SEVERITIES.find((severity) => group.some((finding) => finding.severity === severity)) ?? 'minor';
  const [first] = group;
  const { tool, rule } = readRuleSource(id);
  const title = describeTitle(id, first);
  const why = plainText(group.map(({ detail }) => detail).find((detail) => detail) ?? '', MAX_TEXT);
  const help = [title, why, describeSuppression(id, first)].filter((text) => text !== '').map(endSentence);
  const url = /\bhttps:\/\/[^\s()<>"]+/.exec(why)?.[0]?.replace(/[.,;:]+$/, '');
  return {
    // In the run of its own tool a rule has the tool's own name.
    id: tool === OWN_NAME ? id : rule,
    ...nameRule(tool === OWN_NAME ? id : rule),
    shortDescription: { text: endSentence(title) },
    fullDescription: { text: endSentence(why === '' ? title : why) },
    help: { text: help.join('\n'), markdown: help.map(escapeMarkup).join('\n\n') },
    ...(url === undefined ? {} : { helpUri: url }),
    defaultConfiguration: { level: LEVELS[worst] },
    properties: describeRule(group, worst),
  };
}

function describeRule(group: readonly ReportFinding[], worst: Severity): SarifRule['properties'] {
  const domains = [
    ...new Set(group.flatMap((finding) => finding.domains.map((id) => plainText(id, 60)))),
  ].filter((id) => id !== '');
  const weaknesses = [...new Set(group.flatMap(({ detail }) => readCwe(detail ?? '')))];
  const isSecurity = domains.includes('security') || weaknesses.length > 0 || group.some(isVulnerability);
  const tags = [
    ...new Set([
      ...(isSecurity ? ['security'] : []),
      ...domains,
      ...weaknesses.map((number) => `external/cwe/cwe-${String(number).padStart(3, '0')}`),
    ]),
  ];
  return {
    tags: tags.slice(0, MAX_TAGS),
    // A rule of a program is exact; an agent's finding is a judgement.
    precision: group.every(({ rule }) => rule !== null) ? 'high' : 'medium',
    'problem.severity': PROBLEMS[worst],
    ...(isSecurity ? { 'security-severity': SCORES[worst] } : {}),
  };
}

function isVulnerability({ rule, title, detail }: ReportFinding): boolean {
  const kind = kindOf({ title, ...(rule === null ? {} : { rule }), ...(detail === null ? {} : { detail }) });
  return kind !== undefined && kind !== 'swallowed-error';
}

function describeTitle(id: string, finding: ReportFinding | undefined): string {
  const said = plainText(finding?.title ?? '');
  if (!finding?.rule) return truncate(said, 200) || id.replaceAll('-', ' ');
  // Titles of built-in checks hold values and counts; the name of a rule does not change from run to run.
  if (readRuleSource(finding.rule).tool === OWN_NAME) return id.replaceAll('-', ' ');
  return (
    truncate(said.startsWith(`${finding.rule}: `) ? said.slice(finding.rule.length + 2) : said, 200) || id
  );
}

function describeSuppression(id: string, finding: ReportFinding | undefined): string {
  return finding?.rule
    ? `If a finding is wrong, end its line with the comment "sao-ignore: ${id} REASON"`
    : '';
}

function endSentence(text: string): string {
  const start = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?…)]$/.test(start) ? start : `${start}.`;
}

function escapeMarkup(text: string): string {
  return text.replace(/[\\`*_[\]<>#|~]/g, '\\$&');
}

// `sql-injection` becomes `SqlInjection`, as viewers show names of rules. A name that equals the id would say nothing.
function nameRule(id: string): { name?: string } {
  const words = id.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
  const name = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
  return name === '' || name === id ? {} : { name };
}
