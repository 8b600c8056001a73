import type { Finding } from '../../findings/finding.ts';
import { readRecordedFindings } from '../../findings/recorded-finding.ts';
import type { BuildView } from './step.ts';

/** Findings that stay open: minor findings of QC and of the audit, and the remaining findings of the last audit. */
export function backlogBullets({ snapshot }: BuildView): string[] {
  const { modules, harden } = snapshot.state.build;
  const qcBacklog = [...modules.values()].flatMap(({ backlog }) => backlog);
  return [
    ...new Set([
      ...qcBacklog,
      ...harden.majors.map(({ finding }) => finding),
      ...harden.backlog,
      ...harden.earlier,
    ]),
  ];
}

export function backlogFindings(view: BuildView): Finding[] {
  return readRecordedFindings(backlogBullets(view));
}
