import { join } from 'node:path';
import { buildReportedEvent } from '../../run/ledger/events.ts';
import { writeAtomic } from '../../system/files/atomic.ts';
import { type Engine, recordEvents } from '../machine/engine.io.ts';
import { type BuildReport, describeBuild, renderBuildReport } from '../machine/report.ts';
import type { BuildStep, BuildView } from '../machine/step.ts';

/** Writes `pipeline.md` with the current state of a build. */
export function writePipelinePage(view: BuildView, step: BuildStep): void {
  const text = renderBuildReport(describeBuild(view, step));
  writeAtomic(join(view.snapshot.dir, 'pipeline.md'), text, { durable: false });
}

/** Writes `report.md` and `report.json` of a build and returns their names in the run directory. Appends no event. */
export function writeBuildReport(
  view: BuildView,
  step?: BuildStep,
): { report: BuildReport; files: string[] } {
  const report = describeBuild(view, step);
  const { dir } = view.snapshot;
  writeAtomic(join(dir, 'report.md'), renderBuildReport(report));
  writeAtomic(join(dir, 'report.json'), `${JSON.stringify(report, null, 2)}\n`);
  return { report, files: ['report.md', 'report.json'] };
}

const NO_FINDINGS = { critical: 0, major: 0, minor: 0 };

/** Writes the final report of a build and records it. */
export function finishBuildReport(engine: Engine, view: BuildView): void {
  writeBuildReport(view, { kind: 'done' });
  const { findings = NO_FINDINGS } = view.snapshot.state.build.harden;
  recordEvents(engine, buildReportedEvent(findings, 0));
}
