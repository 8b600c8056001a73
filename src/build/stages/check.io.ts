import { strayPaths } from '../../contract/stray.ts';
import type { CheckedStage } from '../../run/build-events.ts';
import type { PlannedAgent } from '../../run/manifest.ts';
import type { Engine } from '../engine.ts';
import { commitAll, uncommittedPaths } from '../git/tree-work.io.ts';
import { record } from '../record.io.ts';
import type { BuildView } from '../step.ts';
import { integrationOf } from '../view.io.ts';
import { checkContract } from './check-contract.io.ts';
import { checkCuration } from './check-curation.io.ts';
import { checkPairs } from './check-pairs.io.ts';
import { checkScaffolding } from './check-scaffolding.io.ts';
import { checkShipment } from './check-shipment.io.ts';
import type { Finding } from './finding.ts';

type Check = (engine: Engine, view: BuildView) => Promise<Finding>;

const CHECKS: Record<CheckedStage, Check> = {
  architect: checkContract,
  bootstrap: checkPairs,
  scaffold: checkScaffolding,
  ship: checkShipment,
  curate: checkCuration,
};

/** Looks at what a stage's agent has left in the integration worktree; what holds is committed there. */
export async function checkStage(
  engine: Engine,
  view: BuildView,
  { stage, by }: { stage: CheckedStage; by: string },
): Promise<void> {
  const root = integrationOf(engine.dir);
  const agent = view.snapshot.plan?.agents.find(({ id }) => id === by);
  const strays = await findStrays(root, agent);
  const { faults, remarks = [], hash } = await CHECKS[stage](engine, view);
  const all = [...strays, ...faults];
  if (all.length > 0) {
    const told = hash === undefined ? {} : { hash };
    return record(engine, {
      type: 'stage-checked',
      stage,
      by,
      ok: false,
      faults: all.slice(0, MOST),
      ...told,
    });
  }
  const commit = await commitAll(root, `${TITLES[stage]}\n`);
  record(engine, {
    type: 'stage-checked',
    stage,
    by,
    ok: true,
    hash: hash ?? commit,
    commit,
    faults: [],
    remarks: remarks.slice(0, MOST),
  });
}

/** Faults that an agent can still act on. */
const MOST = 40;

const TITLES: Record<CheckedStage, string> = {
  architect: 'Lay down the contract',
  bootstrap: 'Add training pairs from the contract',
  scaffold: 'Lay the scaffold',
  ship: 'Write down what ships',
  curate: 'Bring the memory up to date',
};

async function findStrays(root: string, agent: PlannedAgent | undefined): Promise<string[]> {
  const strays = strayPaths(agent?.writes ?? [], await uncommittedPaths(root));
  return strays.map((path) => `${path} is not yours to change: put it back as it was`);
}
