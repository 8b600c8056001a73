import { buildReportedEvent } from '../../run/ledger/run-events.ts';
import type { Engine } from '../machine/engine.ts';
import { recordEvents } from '../machine/record.io.ts';
import type { BuildView } from '../machine/step.ts';
import { writeBuildReport } from './write-report.io.ts';

const NO_FINDINGS = { critical: 0, major: 0, minor: 0 };

/** Writes the final report of a build and records it. */
export function finishBuildReport(engine: Engine, view: BuildView): void {
  writeBuildReport(view, { kind: 'done' });
  const { findings = NO_FINDINGS } = view.snapshot.state.build.harden;
  recordEvents(engine, buildReportedEvent(findings, 0));
}
