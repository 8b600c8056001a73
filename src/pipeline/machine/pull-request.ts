import { plainText } from '../../findings/plain-text.ts';
import { countOf } from '../../findings/words.ts';
import { writeBullet } from '../../findings/write-bullet.ts';
import type { BranchDelivery } from '../../run/ledger/manifest.ts';
import type { BuildReport } from './report.ts';

const MAX_TITLE = 72;
const MAX_SHOWN_FINDINGS = 20;

/** The text of a pull request for a build that ends in a branch: a title, a blank line, and the description in Markdown. Pure. */
export function renderPullRequest(
  { run, task, modules, audit, backlog }: Pick<BuildReport, 'run' | 'task' | 'modules' | 'audit' | 'backlog'>,
  { branch, base, stat }: BranchDelivery & { base: string; stat: string },
): string {
  const [firstLine = ''] = task.trim().split('\n');
  const title = plainText(firstLine, MAX_TITLE);
  const findings = backlog.findings.slice(0, MAX_SHOWN_FINDINGS).map(writeBullet);
  const hidden = backlog.findings.length - findings.length;
  const counts = audit?.findings;
  return [
    title,
    '',
    plainText(task, 4000),
    '',
    `Merge \`${branch}\` into \`${base}\` (${stat === '' ? 'no changes' : stat}).`,
    '',
    '## Modules',
    '',
    ...modules.map(({ name, state, cycles }) => `- ${name}: QC ${state}, ${countOf(cycles, 'build cycle')}`),
    '',
    '## Checks',
    '',
    '- the test command passed on the merged result',
    ...(counts ? [`- audit: ${counts.critical} critical, ${counts.major} major, ${counts.minor} minor`] : []),
    ...(findings.length === 0 ? [] : ['', '## Left for later', '', ...findings]),
    ...(hidden > 0 ? [`- and ${hidden} more`] : []),
    '',
    `Built by run ${run}.`,
    '',
  ].join('\n');
}
