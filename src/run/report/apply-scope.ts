import type { Finding, Severity } from '../../findings/finding.ts';
import type { FindingSource } from '../../findings/merge-findings.ts';
import { countOf } from '../../findings/words.ts';
import type { AuditScope } from './audit-scope.ts';

/** Findings that a scope leaves out, by reason. */
export interface OutOfScope {
  rules: number;
  excluded: number;
  elsewhere: number;
}

/** Returns the findings inside a scope, with the severities that it sets, and counts the others. `matches`: whether a path matches a glob. */
export function applyScope<T extends FindingSource>(
  items: readonly T[],
  scope: AuditScope,
  matches: (globs: readonly string[], path: string) => boolean,
): { kept: T[]; leftOut: OutOfScope } {
  const leftOut = { rules: 0, excluded: 0, elsewhere: 0 };
  const kept = items.flatMap((item) => {
    const { finding } = item;
    const setting = settingOf(finding.rule, scope.rules);
    if (setting === 'off') leftOut.rules += 1;
    else if (finding.path !== undefined && scope.exclude.length > 0 && matches(scope.exclude, finding.path))
      leftOut.excluded += 1;
    else if (!isAskedFor(finding, scope)) leftOut.elsewhere += 1;
    else return [setting === undefined ? item : { ...item, finding: { ...finding, severity: setting } }];
    return [];
  });
  return { kept, leftOut };
}

function settingOf(rule: string | undefined, rules: AuditScope['rules']): Severity | 'off' | undefined {
  if (rule === undefined) return undefined;
  const names = [rule, `${rule.slice(0, rule.indexOf('/') + 1)}*`];
  return names
    .map((name) => (Object.hasOwn(rules, name) ? rules[name] : undefined))
    .find((setting) => setting !== undefined);
}

// A finding without a place belongs to no file that was asked for.
function isAskedFor({ path, line }: Finding, { files, lines }: AuditScope): boolean {
  if (files === undefined) return true;
  if (path === undefined || !files.includes(path)) return false;
  const ranges = lines && Object.hasOwn(lines, path) ? lines[path] : undefined;
  return (
    ranges === undefined ||
    line === undefined ||
    ranges.some(([first, last]) => line >= first && line <= last)
  );
}

/** Describes what a scope left out, for the notes of a report. */
export function noteLeftOut({ rules, excluded, elsewhere }: OutOfScope, scope: AuditScope): string[] {
  const reasons: [number, string][] = [
    [rules, 'of rules that the configuration switches off'],
    [excluded, 'in paths that the configuration excludes'],
    [elsewhere, `outside of the ${scope.filesAre ?? 'files that were asked for'}`],
  ];
  return reasons
    .filter(([count]) => count > 0)
    .map(([count, why]) => `Left out: ${countOf(count, 'finding')} ${why}.`);
}

/** Describes what a baseline knows, for the notes of a report. */
export function noteKnown(count: number, { baseline }: AuditScope): string[] {
  if (!baseline) return [];
  const gone = baseline.fingerprints.length - count;
  const fixed =
    gone > 0
      ? `; ${gone} of its ${countOf(baseline.fingerprints.length, 'finding')} ${gone === 1 ? 'is' : 'are'} not found any more`
      : '';
  return [`${countOf(count, 'finding')} known from ${baseline.name}, not counted${fixed}.`];
}

/** Describes findings that agents reject, for the notes of a report. */
export function noteRejected(count: number): string[] {
  return count === 0
    ? []
    : [
        `${countOf(count, 'finding')} of checks and tools rejected by agents, not counted; each with its reason in the report.`,
      ];
}
