import type { Finding } from '../report/finding.ts';
import { parseFindings } from '../report/parse-findings.ts';
import type { BuildView } from './step.ts';

/** What blocks nothing: minor findings of QC and of the audit, and majors that are nobody's module or have had their fix cycle. */
export function backlogBullets({ snapshot }: BuildView): string[] {
  const { modules, harden } = snapshot.state.build;
  const own = [...modules.values()].flatMap(({ backlog }) => backlog);
  const left = harden.majors.filter(({ module }) => module === null || harden.rounds > 1);
  return [...new Set([...own, ...left.map(({ finding }) => finding), ...harden.backlog])];
}

export function backlogFindings(view: BuildView): Finding[] {
  return readBullets(backlogBullets(view));
}

/** Findings that the ledger keeps as the bullets that agents write. */
export function readBullets(bullets: readonly string[]): Finding[] {
  return parseFindings(`## Findings\n${bullets.join('\n')}\n`);
}
