import type { Finding } from '../../findings/finding.ts';
import { parseFindings } from '../../findings/parse-findings.ts';
import type { BuildView } from './step.ts';

/** What is left open: minor findings of QC and of the audit, and what else the last audit found; one that is mended is audited anew. */
export function backlogBullets({ snapshot }: BuildView): string[] {
  const { modules, harden } = snapshot.state.build;
  const qcBacklog = [...modules.values()].flatMap(({ backlog }) => backlog);
  return [...new Set([...qcBacklog, ...harden.majors.map(({ finding }) => finding), ...harden.backlog])];
}

export function backlogFindings(view: BuildView): Finding[] {
  return parseBullets(backlogBullets(view));
}

/** Findings that the ledger keeps as the bullets that agents write. */
export function parseBullets(bullets: readonly string[]): Finding[] {
  return parseFindings(`## Findings\n${bullets.join('\n')}\n`);
}
