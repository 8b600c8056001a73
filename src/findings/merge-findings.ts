import { compareText } from './compare-text.ts';
import { type Finding, SEVERITIES } from './finding.ts';
import { ruleId } from './rule.ts';
import { type FindingSource, groupSame } from './same-finding.ts';
import { OWN_NAME, type RuleSource, readRuleSource } from './tool-names.ts';

export type { FindingSource };

/** A merged finding with the workers and domains that reported it, sorted, and the rules of the programs among them. */
export type RankedFinding = Finding & { workers: string[]; domains: string[]; sources: RuleSource[] };

/**
 * Merges equal findings of several workers and ranks them by severity and number of workers; equal ranks alternate by
 * rule. The result does not depend on the order of `items`.
 */
export function mergeFindings(items: readonly FindingSource[]): RankedFinding[] {
  return alternateRules(groupSame(items).map(mergeGroup).sort(compareRank));
}

// The first ten findings should show ten rules and not ten findings of one rule.
function alternateRules(ranked: readonly RankedFinding[]): RankedFinding[] {
  const seen = new Map<string, number>();
  const turns = ranked.map((finding) => {
    const kind = `${finding.severity}\0${finding.workers.length}\0${ruleId(finding)}`;
    const turn = seen.get(kind) ?? 0;
    seen.set(kind, turn + 1);
    return { finding, turn };
  });
  return turns
    .sort(
      (a, b) =>
        rankOf(a.finding) - rankOf(b.finding) ||
        b.finding.workers.length - a.finding.workers.length ||
        a.turn - b.turn ||
        compareRank(a.finding, b.finding),
    )
    .map(({ finding }) => finding);
}

/** Compares by severity, number of workers and domains, place, title and detail; a total order. */
export function compareRank(a: RankedFinding, b: RankedFinding): number {
  return (
    rankOf(a) - rankOf(b) ||
    b.workers.length - a.workers.length ||
    b.domains.length - a.domains.length ||
    comparePlace(a, b) ||
    compareText(a.title, b.title) ||
    compareText(a.detail ?? '', b.detail ?? '') ||
    compareText(a.workers.join('\n'), b.workers.join('\n'))
  );
}

function mergeGroup(group: readonly FindingSource[]): RankedFinding {
  const findings = group.map((item) => item.finding).sort(compareSpeaker);
  const [first] = findings;
  if (!first) throw new Error('cannot merge an empty group of findings');
  const detail = findings.map((finding) => finding.detail ?? '').reduce(longer, '');
  const rules = distinct(findings.flatMap((finding) => finding.rule ?? [])).map(readRuleSource);
  const sources = [...rules.filter(isOwn), ...rules.filter((source) => !isOwn(source))];
  const rule = first.rule ?? findings.find((finding) => finding.rule !== undefined)?.rule;
  const { detail: _, ...said } = first;
  const severity = SEVERITIES.find((name) => findings.some((finding) => finding.severity === name));
  return {
    ...said,
    severity: severity ?? first.severity,
    ...(rule === undefined ? {} : { rule }),
    ...(detail === '' ? {} : { detail }),
    sources,
    workers: distinct(group.map((item) => item.worker)),
    domains: distinct(group.map((item) => item.domain)),
  };
}

const isOwn = ({ tool }: RuleSource) => tool === OWN_NAME;

// A finding of the built-in checks represents its group, because its rule does not depend on the installed tools; then the worst one, and of equal
// ones the finding with the longest title.
function compareSpeaker(a: Finding, b: Finding): number {
  return (
    preferenceOf(a) - preferenceOf(b) ||
    rankOf(a) - rankOf(b) ||
    b.title.length - a.title.length ||
    compareText(a.title, b.title) ||
    comparePlace(a, b)
  );
}

function preferenceOf({ rule }: Finding): number {
  return rule !== undefined && isOwn(readRuleSource(rule)) ? 0 : 1;
}

// Findings without a place come last.
function comparePlace(a: Finding, b: Finding): number {
  const missing = Number(a.path === undefined) - Number(b.path === undefined);
  return missing || compareText(a.path ?? '', b.path ?? '') || (a.line ?? 0) - (b.line ?? 0);
}

function rankOf(finding: Finding): number {
  return SEVERITIES.indexOf(finding.severity);
}

function longer(a: string, b: string): string {
  if (a.length !== b.length) return a.length > b.length ? a : b;
  return a < b ? a : b;
}

function distinct(names: readonly string[]): string[] {
  return [...new Set(names)].sort(compareText);
}
