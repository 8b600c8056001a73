import { join } from 'node:path';
import { unwrap } from '../../system/result.ts';
import { mergeToBase } from '../../workspace/merge/base.io.ts';
import { mergeModule } from '../../workspace/merge/merge.io.ts';
import { headOf } from '../../workspace/worktree/tree-work.io.ts';
import type { Engine } from '../machine/engine.ts';
import { record } from '../machine/record.io.ts';
import type { BuildView } from '../machine/step.ts';
import { integrationOf } from '../machine/view.io.ts';
import { sayClash } from '../machine/wording.ts';
import { joinMemory } from './join-memory.io.ts';
import { openAssembly, Trial } from './merge.io.ts';

/**
 * Stage 6, once a person has approved it: the very commit that they saw goes to the base branch. A base that has moved meanwhile is
 * merged in and tested first, and the gate asks again.
 */
export async function ship(engine: Engine, view: BuildView): Promise<void> {
  const { state } = view.snapshot;
  const { base, checks } = state.build;
  const approved = checks.get('ship')?.commit;
  if (!base || approved === undefined) throw new Error('nothing ships without a base and an approval');
  const { branch } = base;
  const outcome = unwrap(
    await mergeToBase(engine.site, { base: branch, source: approved, onlyIfTested: true }),
  );
  if (outcome.state === 'shipped' || outcome.state === 'already')
    return record(engine, { type: 'shipped', base: branch, commit: approved });
  await takeBaseIn(engine, view, branch);
}

async function takeBaseIn(engine: Engine, view: BuildView, branch: string): Promise<void> {
  const integration = await openAssembly(engine);
  const log = join(engine.dir, 'qc', 'integration-base.log');
  const outcome = unwrap(
    await mergeModule(integration, {
      module: branch,
      source: `refs/heads/${branch}`,
      message: `Take in what is new on ${branch}\n`,
      verify: new Trial(engine, view, log).verify,
    }),
  );
  const by = view.snapshot.state.build.checks.get('ship')?.by ?? '';
  if (outcome.state === 'merged' || outcome.state === 'already') {
    const commit = await headOf(integrationOf(engine.dir));
    return record(engine, {
      type: 'stage-checked',
      stage: 'ship',
      by,
      ok: true,
      hash: commit,
      commit,
      faults: [],
      remarks: [`${branch} has moved: what is new there is merged in, and the whole is tested again`],
    });
  }
  const fault =
    outcome.state === 'conflict'
      ? sayClash(branch, outcome.conflicts)
      : `${branch} has moved, and with it ${outcome.reason}: merge ${branch} into the integration worktree, mend it and commit`;
  record(engine, { type: 'stage-checked', stage: 'ship', by, ok: false, faults: [fault] });
}

/** Stage 7: what the curator kept follows the work to the base branch; it holds nothing else. */
export async function bringHome(engine: Engine, view: BuildView): Promise<void> {
  const { checks, base } = view.snapshot.state.build;
  const commit = checks.get('curate')?.commit;
  if (!base || commit === undefined) throw new Error('nothing comes home without a base and a check');
  const outcome = unwrap(await mergeToBase(engine.site, { base: base.branch, source: commit }));
  if (outcome.state === 'shipped' || outcome.state === 'already')
    return record(engine, { type: 'curated', commit });
  const place = integrationOf(engine.dir);
  await joinMemory(place, `refs/heads/${base.branch}`, engine.site.repo.ours);
  const by = checks.get('curate')?.by ?? '';
  const faults = [
    `${base.branch} has memory of others that conflicts with this one: they are joined line by line, so take out what is there twice or is wrong`,
  ];
  record(engine, { type: 'stage-checked', stage: 'curate', by, ok: false, faults });
}
