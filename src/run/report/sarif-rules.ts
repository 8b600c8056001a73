import { SEVERITIES, type Severity } from '../../findings/finding.ts';
import { plainText } from '../../findings/plain-text.ts';
import { ruleId } from '../../findings/rule.ts';
import type { ReportFinding } from './report-types.ts';

type Level = 'error' | 'warning' | 'note';

interface SarifRule {
  id: string;
  shortDescription: { text: string };
  defaultConfiguration: { level: Level };
}

/** The rules of findings, in the order of their first finding. */
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

function toRule(id: string, group: readonly ReportFinding[]): SarifRule {
  const worst =
    SEVERITIES.find((severity) => group.some((finding) => finding.severity === severity)) ?? 'minor';
  return {
    id,
    shortDescription: {
      text: group[0]?.rule ? id.replaceAll('-', ' ') : plainText(group[0]?.title ?? '') || id,
    },
    defaultConfiguration: { level: LEVELS[worst] },
  };
}
