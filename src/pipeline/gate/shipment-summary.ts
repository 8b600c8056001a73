import { SEVERITIES } from '../../findings/finding.ts';
import { verbatim } from '../../findings/verbatim.ts';
import { countOf } from '../../findings/words.ts';
import type { BuildState } from '../../run/ledger/build-state.ts';

const MOST_BACKLOG = 20;

/** What ships, in the lines that a person sees before a yes: what was merged, what the audit found, what is left for later. */
export function summarizeShipment({ modules, harden, checks }: BuildState): string[] {
  const merged = [...modules].flatMap(([name, module]) =>
    module.merged ? [`${name} merged as ${module.merged.commit.slice(0, 12)}`] : [],
  );
  const { critical, major, minor } = harden.findings ?? { critical: 0, major: 0, minor: 0 };
  const left = [
    ...[...modules].flatMap(([name, { backlog }]) => backlog.map((finding) => `${finding} (QC of ${name})`)),
    ...harden.majors.map(({ finding }) => `${finding} (audit)`),
    ...harden.backlog.map((finding) => `${finding} (audit)`),
  ].sort((a, b) => rankOf(a) - rankOf(b));
  const more = left.length - MOST_BACKLOG;
  return [
    ...(checks.get('ship')?.remarks ?? []).map(verbatim),
    ...merged,
    `audit of the integrated code: ${critical} critical, ${major} major, ${minor} minor`,
    `${countOf(left.length, 'finding')} left for later${left.length > 0 ? ':' : ''}`,
    ...left.slice(0, MOST_BACKLOG).map((finding) => `- ${verbatim(finding.replace(/^- /, ''))}`),
    ...(more > 0 ? [`… and ${more} more`] : []),
  ];
}

/** The worst first. How bad it is what nobody has looked at is not known: before the minor ones. */
function rankOf(finding: string): number {
  const rank = SEVERITIES.findIndex((severity) => finding.startsWith(`- [${severity}]`));
  return rank === -1 ? SEVERITIES.indexOf('minor') - 0.5 : rank;
}
