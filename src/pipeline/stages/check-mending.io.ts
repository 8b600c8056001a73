import { join } from 'node:path';
import { sayTrouble } from '../../run/ledger/trouble.ts';
import type { Engine } from '../machine/engine.ts';
import type { BuildView } from '../machine/step.ts';
import { integrationOf } from '../machine/view.io.ts';
import type { Finding } from './finding.ts';
import { Trial } from './merge.io.ts';

/** Stage 5, after what is no module's was mended: the whole still passes its tests. What is mended, the next audit says. */
export async function checkMending(engine: Engine, view: BuildView): Promise<Finding> {
  const trial = new Trial(engine, view, join(engine.dir, 'qc', 'integration-harden.log'));
  await trial.verify(integrationOf(engine.dir));
  return { faults: trial.trouble ? [sayTrouble(trial.trouble)] : [] };
}
