import type { Engine } from '../machine/engine.ts';
import { record } from '../machine/record.io.ts';
import type { BuildView } from '../machine/step.ts';
import { writeBuildReport } from './write-report.io.ts';

const NONE = { critical: 0, major: 0, minor: 0 };

/** The end: the report says what was built and what is left for later. */
export function reportBuild(engine: Engine, view: BuildView): void {
  writeBuildReport(view, { kind: 'done' });
  record(engine, { type: 'reported', findings: view.snapshot.state.build.harden.findings ?? NONE, gaps: 0 });
}
