import { join } from 'node:path';
import { describeMergeTrouble } from '../../run/ledger/trouble.ts';
import type { Engine } from '../machine/engine.ts';
import type { BuildView } from '../machine/step.ts';
import { integrationWorktree } from '../machine/view.io.ts';
import type { StageCheckResult } from './finding.ts';
import { IntegrationCheck } from './merge.io.ts';

/** Checks stage 5 after a fix outside of modules: the integration tests pass. The next audit checks the findings. */
export async function checkHardeningFixes(engine: Engine, view: BuildView): Promise<StageCheckResult> {
  const trial = new IntegrationCheck(engine, view, join(engine.dir, 'qc', 'integration-harden.log'));
  await trial.verify(integrationWorktree(engine.dir));
  return { faults: trial.trouble ? [describeMergeTrouble(trial.trouble)] : [] };
}
