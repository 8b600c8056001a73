import type { Engine } from '../engine.ts';
import type { BuildView } from '../step.ts';
import type { Finding } from './finding.ts';

/** Stage 7: */
export async function checkCuration(_engine: Engine, _view: BuildView): Promise<Finding> {
  return { faults: [] };
}
