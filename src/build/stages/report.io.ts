import { join } from 'node:path';
import { writeAtomic } from '../../adapters/files/atomic.ts';
import type { Engine } from '../engine.ts';
import { renderPipeline } from '../pipeline.ts';
import { record } from '../record.io.ts';
import type { BuildView } from '../step.ts';

const NONE = { critical: 0, major: 0, minor: 0 };

/** The end: `report.md` says what was built and what is left for later. */
export function reportBuild(engine: Engine, view: BuildView): void {
  writeAtomic(join(engine.dir, 'report.md'), renderPipeline(view, { kind: 'done' }));
  record(engine, { type: 'reported', findings: view.snapshot.state.build.harden.findings ?? NONE, gaps: 0 });
}
