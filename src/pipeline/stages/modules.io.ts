import { join } from 'node:path';
import { parseBlocked } from '../../contract/conflict.ts';
import { readConflicts } from '../../contract/conflicts.io.ts';
import type { BuildState } from '../../run/ledger/build-state.ts';
import { buildModuleBegunEvent, buildModuleExaminedEvent } from '../../run/ledger/events.ts';
import type { MergeConflict } from '../../run/ledger/trouble.ts';
import { readOutputText } from '../../run/outputs/output.io.ts';
import { isAncestor } from '../../system/git/repository.io.ts';
import { setProjectHooks } from '../../system/git/worktree-variables.io.ts';
import { unwrap } from '../../system/result.ts';
import { confineSetup } from '../../system/sandbox/confinement.ts';
import { commitMerge } from '../../workspace/merge/merge.io.ts';
import { predictOrThrow } from '../../workspace/merge/predict.io.ts';
import { createTree } from '../../workspace/worktree/create.io.ts';
import { INTEGRATION, worktreePath } from '../../workspace/worktree/names.ts';
import { hasWorktree, prepareWorktree } from '../../workspace/worktree/prepare.io.ts';
import { readHeadCommit } from '../../workspace/worktree/tree-work.io.ts';
import { dependenciesOf } from '../machine/blueprint.ts';
import { contractOf, type Engine, integrationWorktree, recordEvents } from '../machine/engine.io.ts';
import type { AgentOrder, BuildView, Work } from '../machine/step.ts';
import { addAgentsToRun } from '../prompts/extend.io.ts';
import { recordMergeFailure } from './assembly-report.io.ts';

/** Stage 3: creates the worktrees of all modules that can start, and adds a builder for each. */
export async function beginModules(
  engine: Engine,
  view: BuildView,
  modules: readonly string[],
): Promise<void> {
  // Wait for all before throwing, so that no git command is interrupted.
  const results = await Promise.allSettled(modules.map((module) => beginModule(engine, view, module)));
  const isBegun = results.map((each) => {
    if (each.status === 'fulfilled') return each.value;
    throw each.reason;
  });
  const orders = modules
    .filter((_, index) => isBegun[index])
    .map((module) => ({ role: 'builder' as const, module }));
  if (orders.length > 0) await addAgentsToRun(engine, view, orders);
}

async function beginModule(engine: Engine, view: BuildView, module: string): Promise<boolean> {
  const { site } = engine;
  const { build } = view.snapshot.state;
  const { modules = [], assemblyOrder = [] } = view.blueprint ?? {};
  // After a crash: use the recorded base.
  const recordedBase = build.modules.get(module)?.base;
  if (recordedBase !== undefined) {
    await createTree(site, module, recordedBase);
    await prepareTree(engine, module);
    return true;
  }
  const integration = await readHeadCommit(integrationWorktree(engine.dir));
  const dependencies = dependenciesOf(module, modules, assemblyOrder).map((name) => ({
    module: name,
    commit: build.modules.get(name)?.judged?.commit ?? '',
  }));
  const base = await createModuleBase(site.repo.directory, integration, dependencies);
  if (!base.ok) {
    const { conflicting, onto, conflicts } = base;
    const { module: name, commit: source } = conflicting;
    recordMergeFailure(engine, {
      module: name,
      source,
      before: onto,
      trouble: { kind: 'conflicts', conflicts },
    });
    return false;
  }
  recordEvents(engine, buildModuleBegunEvent({ module, base: base.commit }));
  await createTree(site, module, base.commit);
  await prepareTree(engine, module);
  return true;
}

/** Makes a worktree of the build ready to work in. */
export async function prepareTree(
  { dir, site, env, confinement, signal, settings, worktreeSettings, requireSetupApproval }: Engine,
  module: string,
): Promise<void> {
  const place = worktreePath(site, module);
  setProjectHooks(place, settings.projectHooks);
  const confine = confineSetup(confinement, place);
  await prepareWorktree(site, module, worktreeSettings, {
    ...{ env, confine, signal, logs: join(dir, 'qc') },
    requireApproval: requireSetupApproval,
  });
}

/** Makes all worktrees of the build ready to work in, also those that were lost and made anew. */
export async function prepareAllTrees(
  engine: Engine,
  { modules }: Pick<BuildState, 'modules'>,
): Promise<void> {
  for (const module of [INTEGRATION, ...modules.keys()])
    if (hasWorktree(engine.site, module)) await prepareTree(engine, module);
}

/** Records a blocked builder, or returns the order for a QC agent. */
export async function examineBuilder(
  engine: Engine,
  view: BuildView,
  { module, builder }: Extract<Work, { do: 'examine' }>,
): Promise<AgentOrder[]> {
  const agent = view.snapshot.plan?.agents.find(({ id }) => id === builder);
  const { last, accepted } = view.snapshot.state.agents.get(builder) ?? {};
  const report = (agent && readOutputText(join(engine.dir, agent.output), accepted)) ?? '';
  const answerLine = last?.line ?? '';
  const [blocked] = [answerLine, ...report.split('\n')].flatMap((line) => parseBlocked(line) ?? []);
  const conflict = blocked && findOpenConflict(engine, view, module, blocked.name);
  if (conflict !== undefined) {
    recordEvents(engine, { type: 'module-blocked', module, by: builder, conflict });
    return [];
  }
  const commit = await readHeadCommit(worktreePath(engine.site, module));
  const { examined } = view.snapshot.state.build.modules.get(module) ?? {};
  // After a crash the event exists already; do not append it twice.
  if (examined?.builder !== builder || examined.commit !== commit)
    recordEvents(engine, buildModuleExaminedEvent({ module, builder, commit }));
  return [{ role: 'qc', module }];
}

/** Name of an open conflict of a module: the preferred one, or else the last. */
function findOpenConflict(
  { site }: Engine,
  view: BuildView,
  module: string,
  preferredName: string | undefined,
): string | undefined {
  const openConflicts = unwrap(readConflicts([worktreePath(site, module)], contractOf(view))).filter(
    (conflict) => conflict.module === module && conflict.state === 'open',
  );
  return (openConflicts.find(({ name }) => name === preferredName) ?? openConflicts.at(-1))?.name;
}

/** A module whose commit passed QC. */
export interface PassedModule {
  module: string;
  commit: string;
}

export type ModuleBase =
  | { ok: true; commit: string }
  | { ok: false; conflicting: PassedModule; onto: string; conflicts: MergeConflict[] };

/**
 * The commit that a module's branch starts from: the integration branch with the module's dependencies merged in, in the
 * contract's order. Changes no worktree and no branch.
 */
export async function createModuleBase(
  repository: string,
  integration: string,
  dependencies: readonly PassedModule[],
): Promise<ModuleBase> {
  let base = integration;
  for (const dependency of dependencies) {
    if (await isAncestor(repository, dependency.commit, base)) continue;
    const prediction = await predictOrThrow(repository, base, dependency.commit);
    if (!prediction.clean)
      return { ok: false, conflicting: dependency, onto: base, conflicts: prediction.conflicts };
    base = await commitMerge(
      repository,
      prediction.tree,
      [base, dependency.commit],
      `Start from ${dependency.module}\n`,
    );
  }
  return { ok: true, commit: base };
}
