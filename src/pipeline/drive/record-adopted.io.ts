import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  buildBuildBegunEvent,
  buildModuleBegunEvent,
  buildModuleExaminedEvent,
  buildModuleMergedEvent,
  buildPlanConfirmedEvent,
  buildStageCheckedEvent,
} from '../../run/ledger/events.ts';
import { readPlanFile } from '../../run/ledger/store.io.ts';
import { approveOwnPlan } from '../../run/plan/own-plan.io.ts';
import { askGit } from '../../system/git/call.io.ts';
import { unwrap } from '../../system/result.ts';
import { openIntegration } from '../../workspace/merge/integration.io.ts';
import { branchOf, INTEGRATION } from '../../workspace/worktree/names.ts';
import { type CommittedState, readCommittedState } from '../machine/adopted.ts';
import { ROLE_OF_STAGE } from '../machine/build-agents.ts';
import { type Engine, recordEvents } from '../machine/engine.io.ts';
import { adoptText } from '../machine/wording.ts';
import { addAgentsToRun } from '../prompts/extend.io.ts';
import { buildModuleJudgedEvent } from '../qc/judge-module.ts';
import { checkContract } from '../stages/check-contract.io.ts';
import { readNextStep } from './advance.io.ts';
import { listModuleBranches, readBranch } from './build-branches.io.ts';

/** Records in a new ledger what the commits say: the base, the stages that passed and the modules that were merged. */
export async function recordAdoptedBuild(engine: Engine, base: string): Promise<void> {
  const { directory } = engine.site.repo;
  // This rolls back a merge that was not verified before the engine was killed.
  const integration = await openIntegration(
    engine.site,
    `refs/heads/${branchOf(engine.site.run, INTEGRATION)}`,
  );
  const { head: tip } = unwrap(integration);
  const start = (await askGit(directory, ['merge-base', `refs/heads/${base}`, tip])).trim();
  const committed = readCommittedState(engine.site.run, await readBranch(directory, start, tip));
  recordEvents(
    engine,
    buildBuildBegunEvent({ base, commit: start, adopted: committed.merged.map(({ module }) => module) }),
  );
  if (committed.stages.includes('architect')) await recordAdoptedStages(engine, committed, tip);
  // Hooks dispatch no agent of a plan before this.
  recordEvents(engine, buildPlanConfirmedEvent(approveOwnPlan(engine.dir, engine.now())));
}

async function recordAdoptedStages(
  engine: Engine,
  { stages, merged, last }: CommittedState,
  tip: string,
): Promise<void> {
  const checked = await checkContract(engine, readNextStep(engine).view);
  // The architect's agent gets the faults of a contract that is not valid any more.
  if (checked.faults.length > 0) return;
  const modules = await listModuleBranches(engine.site.repo.directory, engine.site.run);
  const view = readNextStep(engine).view;
  const known = merged.filter(({ module }) => view.blueprint?.modules.some(({ name }) => name === module));
  await addAgentsToRun(
    engine,
    view,
    stages.map((stage) => ({ role: ROLE_OF_STAGE[stage] })),
  );
  for (const { module } of known) {
    await addAgentsToRun(engine, view, [{ role: 'builder', module }]);
    await addAgentsToRun(engine, view, [{ role: 'qc', module }]);
  }
  for (const { output, id } of unwrap(readPlanFile(engine.dir))?.agents ?? [])
    writeFileSync(join(engine.dir, output), adoptText.output(id, engine.site.run), {
      flag: 'wx',
      mode: 0o600,
    });
  for (const each of known) recordMerged(engine, each);
  for (const module of modules) {
    if (known.some((each) => each.module === module)) continue;
    const branch = `refs/heads/${branchOf(engine.site.run, module)}`;
    const commit = (await askGit(engine.site.repo.directory, ['merge-base', branch, tip])).trim();
    recordEvents(engine, buildModuleBegunEvent({ module, base: commit }));
  }
  const commit = last ?? tip;
  for (const stage of stages) {
    const remarks = stage === 'architect' ? [adoptText.remark(known.map(({ module }) => module))] : [];
    const hash = stage === 'architect' ? (checked.hash ?? '') : commit;
    recordEvents(
      engine,
      buildStageCheckedEvent({
        stage,
        by: ROLE_OF_STAGE[stage],
        ok: true,
        hash,
        commit,
        faults: [],
        remarks,
      }),
    );
  }
}

function recordMerged(
  engine: Engine,
  { module, source, onto, commit }: CommittedState['merged'][number],
): void {
  const [builder, by] = [`build-${module}`, `qc-${module}`];
  const nothing = { reasons: [], findings: [], backlog: [] };
  recordEvents(
    engine,
    buildModuleBegunEvent({ module, base: onto }),
    buildModuleExaminedEvent({ module, builder, commit: source }),
    buildModuleJudgedEvent({ module, builder, by, verdict: 'pass', commit: source, ...nothing }),
    buildModuleMergedEvent({ module, source, commit }),
  );
}
