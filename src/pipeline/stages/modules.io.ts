import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseBlocked } from '../../contract/conflict.ts';
import { readConflicts } from '../../contract/conflicts.io.ts';
import { readContractFiles } from '../../contract/read.io.ts';
import { unwrap } from '../../system/result.ts';
import { createTree } from '../../workspace/worktree/create.io.ts';
import { placeOf } from '../../workspace/worktree/site.io.ts';
import { headOf } from '../../workspace/worktree/tree-work.io.ts';
import type { Engine } from '../machine/engine.ts';
import { neededBy } from '../machine/needed.ts';
import { record } from '../machine/record.io.ts';
import type { AgentOrder, BuildView, Work } from '../machine/step.ts';
import { integrationOf } from '../machine/view.io.ts';
import { extendRun } from '../prompts/extend.io.ts';
import { tellFailure } from './assembly-report.io.ts';
import { makeModuleBase } from './module-base.io.ts';

/** Stage 3: worktrees of the modules that can begin, all at once, and a builder in each. */
export async function beginModules(
  engine: Engine,
  view: BuildView,
  modules: readonly string[],
): Promise<void> {
  // All come to their end before a failure is told: none is left in the middle of a git.
  const made = await Promise.allSettled(modules.map((module) => beginModule(engine, view, module)));
  const begun = made.map((each) => {
    if (each.status === 'fulfilled') return each.value;
    throw each.reason;
  });
  const orders = modules.filter((_, at) => begun[at]).map((module) => ({ role: 'builder' as const, module }));
  if (orders.length > 0) await extendRun(engine, view, orders);
}

async function beginModule(engine: Engine, view: BuildView, module: string): Promise<boolean> {
  const { site } = engine;
  const { build } = view.snapshot.state;
  const { modules = [], assemblyOrder = [] } = view.blueprint ?? {};
  // After a crash: the branch starts where it was said to.
  const known = build.modules.get(module)?.base;
  if (known !== undefined) return (await createTree(site, module, known)).place !== '';
  const integration = await headOf(integrationOf(engine.dir));
  const passed = neededBy(module, modules, assemblyOrder).map((name) => ({
    module: name,
    commit: build.modules.get(name)?.judged?.commit ?? '',
  }));
  const base = await makeModuleBase(site.repo.directory, integration, passed);
  if (!base.ok) {
    const { conflicting, onto, conflicts } = base;
    const { module: name, commit: source } = conflicting;
    tellFailure(engine, { module: name, source, before: onto, trouble: { kind: 'conflicts', conflicts } });
    return false;
  }
  record(engine, { type: 'module-begun', module, base: base.commit });
  await createTree(site, module, base.commit);
  return true;
}

/** A builder that is blocked is heard; work that is finished goes to QC: answers its agent. */
export async function examineBuilder(
  engine: Engine,
  view: BuildView,
  { module, builder }: Extract<Work, { do: 'examine' }>,
): Promise<AgentOrder[]> {
  const agent = view.snapshot.plan?.agents.find(({ id }) => id === builder);
  const report = agent ? readFileSync(join(engine.dir, agent.output), 'utf8') : '';
  const answer = view.snapshot.state.agents.get(builder)?.last?.line ?? '';
  const [blocked] = [answer, ...report.split('\n')].flatMap((line) => parseBlocked(line) ?? []);
  const conflict = blocked && findConflict(engine, module, blocked.name);
  if (conflict !== undefined) {
    record(engine, { type: 'module-blocked', module, by: builder, conflict });
    return [];
  }
  const commit = await headOf(placeOf(engine.site, module));
  const { examined } = view.snapshot.state.build.modules.get(module) ?? {};
  // After a crash it is known already: each start has to come further than the one before it.
  if (examined?.builder !== builder || examined.commit !== commit)
    record(engine, { type: 'module-examined', module, builder, commit });
  return [{ role: 'qc', module }];
}

/** The name of an open conflict whose report a builder has left in its tree: the one that it names, or the last. */
function findConflict({ dir, site }: Engine, module: string, named: string | undefined): string | undefined {
  const contract = unwrap(readContractFiles(integrationOf(dir)));
  const open = unwrap(readConflicts([placeOf(site, module)], contract)).filter(
    (conflict) => conflict.module === module && conflict.state === 'open',
  );
  return (open.find(({ name }) => name === named) ?? open.at(-1))?.name;
}
