import { countFindings, SEVERITIES } from '../../findings/finding.ts';
import { describeRecordedFinding, readRecordedFindings } from '../../findings/recorded-finding.ts';
import { verbatim } from '../../findings/verbatim.ts';
import { countOf } from '../../findings/words.ts';
import type { BuildState } from '../../run/ledger/build-state.ts';
import { describeProjectChange } from '../../run/ledger/project-change.ts';
import { describeCoverage } from '../machine/wording.ts';

const MAX_SHOWN_BACKLOG = 20;

/** Describes the release to the human before the approval: merged modules, findings of the audit, and findings left for later. */
export function summarizeShipment({ modules, harden, checks, projectChanges }: BuildState): string[] {
  const mergedModules = [...modules].flatMap(([name, module]) =>
    module.merged ? [`${name} merged as ${module.merged.commit.slice(0, 12)}`] : [],
  );
  const { critical, major, minor } = harden.findings ?? { critical: 0, major: 0, minor: 0 };
  const backlog = [
    ...[...modules].flatMap(([name, { backlog }]) =>
      backlog.map((line) => `${describeRecordedFinding(line)} (QC of ${name})`),
    ),
    ...harden.majors.map(({ finding }) => `${describeRecordedFinding(finding)} (audit)`),
    ...harden.backlog.map((line) => `${describeRecordedFinding(line)} (audit)`),
  ].sort((a, b) => severityRank(a) - severityRank(b));
  const hiddenCount = backlog.length - MAX_SHOWN_BACKLOG;
  return [
    ...(checks.get('ship')?.remarks ?? []).map(verbatim),
    ...summarizeProjectChanges(projectChanges),
    ...mergedModules,
    `audit of the integrated code: ${critical} critical, ${major} major, ${minor} minor`,
    ...harden.coverage.filter(({ planned, given }) => given < planned).map(describeCoverage),
    `${countOf(backlog.length, 'finding')} left for later${backlog.length > 0 ? ':' : ''}`,
    ...backlog.slice(0, MAX_SHOWN_BACKLOG).map((finding) => `- ${verbatim(finding.replace(/^- /, ''))}`),
    ...(hiddenCount > 0 ? [`… and ${hiddenCount} more`] : []),
    ...summarizeEarlier(harden.earlier),
  ];
}

/** Findings of files that the build did not change, in one line: they are no reason against the release. */
function summarizeEarlier(earlier: readonly string[]): string[] {
  if (earlier.length === 0) return [];
  const { critical, major, minor } = countFindings(readRecordedFindings(earlier));
  const counts = `${critical} critical, ${major} major, ${minor} minor`;
  return [
    `${countOf(earlier.length, 'more finding')} in files that this build did not change, so ${earlier.length === 1 ? 'it was' : 'they were'} there before: ${counts} (the audit's report lists all)`,
  ];
}

const MAX_SHOWN_CHANGES = 10;

/** What others changed in the base branch, the user's checkout and the repository's settings while the build ran, the latest changes. */
export function summarizeProjectChanges(changes: BuildState['projectChanges']): string[] {
  return changes
    .slice(-MAX_SHOWN_CHANGES)
    .map((change) => `changed outside of the build: ${verbatim(describeProjectChange(change))}`);
}

/** Rank for sorting, worst first. Lines without a severity rank before minor ones. */
function severityRank(finding: string): number {
  const rank = SEVERITIES.findIndex((severity) => finding.startsWith(`- [${severity}]`));
  return rank === -1 ? SEVERITIES.indexOf('minor') - 0.5 : rank;
}
