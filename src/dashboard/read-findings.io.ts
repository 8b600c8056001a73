import { previewSnapshot } from '../run/dispatch/snapshot.io.ts';
import { collectReport } from '../run/report/collect.io.ts';
import type { FindingsDetail } from './detail.ts';

/** Maximum number of findings on a page; the report has all. */
const MAX_FINDINGS = 2_000;

/** Reads what a run has found so far, as its report would say it. */
export function readFindingsDetail(dir: string, now: Date): FindingsDetail {
  const { run, project, counts, gaps, findings, domains, notes, unchecked, created } = collectReport(
    previewSnapshot(dir, now),
    now,
  );
  return {
    ...{ run, project, counts, gaps, domains, notes, unchecked, created },
    findings: findings.slice(0, MAX_FINDINGS),
    hidden: Math.max(0, findings.length - MAX_FINDINGS),
  };
}
