import { CONTRACTS } from '../../contract/contract-files.ts';
import { contractHashOf } from '../../contract/contract-hash.io.ts';
import { strayPaths } from '../../contract/stray.ts';
import type { CheckedStage } from '../../run/ledger/build-events.ts';
import { findCommit } from '../../system/git/repository.io.ts';
import { checkWorktree } from '../../workspace/worktree/check.io.ts';
import { branchOf, INTEGRATION } from '../../workspace/worktree/names.ts';
import {
  commitOnly,
  commitStaged,
  stageAll,
  uncommittedPaths,
  unmergedPaths,
} from '../../workspace/worktree/tree-work.io.ts';
import type { Engine } from '../machine/engine.ts';
import { renderFault } from '../machine/fault-text.ts';
import { record } from '../machine/record.io.ts';
import type { BuildView } from '../machine/step.ts';
import { integrationOf } from '../machine/view.io.ts';
import { checkContract } from './check-contract.io.ts';
import { checkCuration } from './check-curation.io.ts';
import { checkMending } from './check-mending.io.ts';
import { checkPairs } from './check-pairs.io.ts';
import { checkScaffolding } from './check-scaffolding.io.ts';
import { checkShipment } from './check-shipment.io.ts';
import type { Finding } from './finding.ts';
import { lockFaultsOf } from './lock-changes.io.ts';
import { ownPaths } from './own-paths.io.ts';

type Check = (engine: Engine, view: BuildView) => Promise<Finding>;

const CHECKS: Record<CheckedStage, Check> = {
  architect: checkContract,
  bootstrap: checkPairs,
  scaffold: checkScaffolding,
  harden: checkMending,
  ship: checkShipment,
  curate: checkCuration,
};

/** Faults that an agent can still act on. */
const MOST = 40;

const TITLES: Record<CheckedStage, string> = {
  architect: 'Lay down the contract',
  bootstrap: 'Add training pairs from the contract',
  scaffold: 'Lay the scaffold',
  harden: 'Mend what the audit found',
  ship: 'Write down what ships',
  curate: 'Bring the memory up to date',
};

interface Checked {
  stage: CheckedStage;
  by: string;
}

/** Looks at what a stage's agent has left in the integration worktree; what holds is committed there. */
export async function checkStage(engine: Engine, view: BuildView, checked: Checked): Promise<void> {
  const { stage, by } = checked;
  if (wasApproved(view, stage)) return await checkChange(engine, view, checked);
  const root = integrationOf(engine.dir);
  const tree = await checkWorktree(root, branchOf(engine.site.run, INTEGRATION));
  if (!tree.ok) return refuse(engine, checked, { faults: tree.diagnostics.map(renderFault) });
  const wrong = await findWrongPaths(engine, view, checked, tree.value.head);
  if (wrong.length > 0) return refuse(engine, checked, { faults: wrong });
  // Before the tests run: what they leave behind is nobody's work.
  await stageAll(root);
  const finding = await CHECKS[stage](engine, view);
  if (finding.faults.length > 0) return refuse(engine, checked, finding);
  // The engine itself has moved what has expired.
  if (stage === 'curate') await stageAll(root);
  const commit = await commitStaged(root, `${TITLES[stage]}\n`);
  const { hash = commit, remarks = [] } = finding;
  const told = { hash, commit, faults: [], remarks: remarks.slice(0, MOST) };
  record(engine, { type: 'stage-checked', stage, by, ok: true, ...told });
}

function refuse(engine: Engine, { stage, by }: Checked, { faults, hash }: Finding): void {
  // By it a contract that somebody has mended meanwhile is seen to be another.
  const now = stage === 'architect' ? (hash ?? contractHashOf(integrationOf(engine.dir))) : undefined;
  const told = now === undefined ? {} : { hash: now };
  record(engine, { type: 'stage-checked', stage, by, ok: false, faults: faults.slice(0, MOST), ...told });
}

/** A contract that changes once it was approved: whoever has changed it, the work of others may stand beside it by now. */
function wasApproved({ snapshot }: BuildView, stage: CheckedStage): boolean {
  return stage === 'architect' && snapshot.state.gates.get(stage)?.approved !== undefined;
}

async function checkChange(engine: Engine, view: BuildView, { stage, by }: Checked): Promise<void> {
  const finding = await checkContract(engine, view);
  const { faults, hash = '', remarks = [] } = finding;
  if (faults.length > 0) return refuse(engine, { stage, by }, finding);
  await commitOnly(integrationOf(engine.dir), CONTRACTS, 'Change the contract\n');
  const told = { hash, faults: [], remarks: remarks.slice(0, MOST) };
  record(engine, { type: 'stage-checked', stage, by, ok: true, ...told });
}

/** What stands differently since the engine last found it good, though its agent had no right to it; committed or not. */
async function findWrongPaths(
  engine: Engine,
  view: BuildView,
  { stage, by }: Checked,
  head: string,
): Promise<string[]> {
  const { snapshot } = view;
  const root = integrationOf(engine.dir);
  const unmerged = await unmergedPaths(root);
  const { trusted = head, base } = snapshot.state.build;
  // What is new on the base branch may be merged in at the end.
  const tip = base && (await findCommit(root, `refs/heads/${base.branch}`));
  const known = [trusted, ...(tip === undefined ? [] : [tip])];
  const changed = [...(await ownPaths(root, head, known)), ...(await uncommittedPaths(root))];
  // A changed contract closes its gate, and is looked at there; once the work is shipped there is none.
  const isLookedAt = stage !== 'architect' && stage !== 'curate';
  const counted = changed.filter((path) => !isLookedAt || !path.startsWith(`${CONTRACTS}/`));
  const agent = snapshot.plan?.agents.find(({ id }) => id === by);
  return [
    ...unmerged.map((path) => `${path} is not merged: resolve it and commit`),
    ...strayPaths(agent?.writes ?? [], [...new Set(counted)]).map(
      (path) => `${path} is not yours to change: put it back as it was`,
    ),
    ...(agent ? lockFaultsOf(engine, view, agent) : []),
  ];
}
