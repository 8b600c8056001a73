import { createHash } from 'node:crypto';
import { SEVERITIES, type Severity } from '../finding.ts';
import { plainText } from '../plain-text.ts';
import type { ReportFinding } from '../report-types.ts';

type Level = 'error' | 'warning' | 'note';

interface SarifRule {
  id: string;
  shortDescription: { text: string };
  defaultConfiguration: { level: Level };
}

/** The rules that findings with the same title share, in the order of their first finding. */
export interface SarifRules {
  list: SarifRule[];
  of: (finding: ReportFinding) => { rule: SarifRule; index: number };
  levelOf: (severity: Severity) => Level;
}

const LEVELS: Record<Severity, Level> = { critical: 'error', major: 'warning', minor: 'note' };

export function readRules(findings: readonly ReportFinding[]): SarifRules {
  const groups = new Map<string, ReportFinding[]>();
  for (const finding of findings) {
    const group = groups.get(ruleId(finding));
    if (group) group.push(finding);
    else groups.set(ruleId(finding), [finding]);
  }
  const list = [...groups].map(([id, group]) => toRule(id, group));
  const indices = new Map(list.map((rule, index) => [rule.id, { rule, index }]));
  return {
    list,
    of: (finding) => indices.get(ruleId(finding)) ?? { rule: toRule(ruleId(finding), [finding]), index: -1 },
    levelOf: (severity) => LEVELS[severity],
  };
}

/** Stable between runs: the title in Latin letters, or a hash of it where it has none. */
export function ruleId({ title }: Pick<ReportFinding, 'title'>): string {
  return slug(title) || `finding-${createHash('sha256').update(title).digest('hex').slice(0, 8)}`;
}

function toRule(id: string, group: readonly ReportFinding[]): SarifRule {
  const worst =
    SEVERITIES.find((severity) => group.some((finding) => finding.severity === severity)) ?? 'minor';
  return {
    id,
    shortDescription: { text: plainText(group[0]?.title ?? '') || id },
    defaultConfiguration: { level: LEVELS[worst] },
  };
}

function slug(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 60)
    .replace(/^-|-$/g, '');
}
