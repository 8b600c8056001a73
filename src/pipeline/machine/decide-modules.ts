import { standingOf } from '../../run/dispatch/standing.ts';
import { emptyModule, type ModuleState } from '../../run/ledger/build-state.ts';
import type { PlannedAgent } from '../../run/ledger/manifest.ts';
import { sayTrouble } from '../../run/ledger/trouble.ts';
import type { BlueprintModule } from './blueprint.ts';
import { agentsOf, latestOf } from './build-agents.ts';
import { neededBy } from './needed.ts';
import type { BuildStep, BuildView, Work } from './step.ts';
import { stuck } from './wording.ts';

/** A builder works once, and may mend what QC finds twice. */
export const FIX_CYCLES = 2;
/** A merge that fails goes back this often beside. */
const MERGE_CYCLES = 2;

/** Where a module stands: the engine has work, agents are open, it is stopped, waits for others, or has passed. */
type Standing =
  | { is: 'due'; work: Work }
  | { is: 'open'; agent: PlannedAgent }
  | { is: 'stopped'; step: BuildStep }
  | { is: 'waiting' }
  | { is: 'passed' };

/** The next step of stage 3; undefined once every module has passed QC. A module that is stopped holds up only what needs it. */
export function decideModules(view: BuildView): BuildStep | undefined {
  const standings = (view.blueprint?.modules ?? []).map((module) => standingOfModule(view, module));
  const work = standings.flatMap((standing) => (standing.is === 'due' ? [standing.work] : []));
  if (work.length > 0) return { kind: 'work', work };
  const agents = standings.flatMap((standing) => (standing.is === 'open' ? [standing.agent] : []));
  if (agents.length > 0) return { kind: 'agents', agents };
  return standings.find((standing) => standing.is === 'stopped')?.step;
}

function standingOfModule(view: BuildView, module: BlueprintModule): Standing {
  const { plan } = view.snapshot;
  const state = moduleState(view, module.name);
  const builder = latestOf(plan, 'builder', module.name);
  if (!builder) return isReady(view, module) ? due({ do: 'begin', module: module.name }) : { is: 'waiting' };
  if (state.blocked)
    return stopped(stuck.blocked(view.snapshot.manifest.id, module.name, state.blocked.conflict));
  const building = carry(view, builder);
  if (building) return building;
  if (needsMending(state, builder)) return mend(view, module.name, state);
  if (state.judged?.builder === builder.id)
    return state.judged.verdict === 'pass' ? { is: 'passed' } : mend(view, module.name, state);
  return inspect(view, module.name, state, builder);
}

const due = (work: Work): Standing => ({ is: 'due', work });
const stopped = (step: BuildStep): Standing => ({ is: 'stopped', step });

function moduleState(view: BuildView, name: string): ModuleState {
  return view.snapshot.state.build.modules.get(name) ?? emptyModule();
}

/** All that it depends on, directly or not, has passed, and is in the commit that its branch starts from. */
function isReady(view: BuildView, { name }: BlueprintModule): boolean {
  const { modules = [], assemblyOrder = [] } = view.blueprint ?? {};
  return neededBy(name, modules, assemblyOrder).every((needed) => {
    const state = moduleState(view, needed);
    return state.judged?.verdict === 'pass' && !state.blocked && !hasFailed(state);
  });
}

/** What an agent that is not done asks for; undefined for one that is. */
function carry({ snapshot }: BuildView, agent: PlannedAgent): Standing | undefined {
  const standing = standingOf(snapshot, agent);
  if (standing === 'done') return undefined;
  return standing === 'gap' ? stopped(stuck.gap(snapshot.manifest.id, agent.id)) : { is: 'open', agent };
}

/** Its work was good and is not any more: another's merge, the audit or a changed contract has shown it. */
function needsMending(state: ModuleState, builder: PlannedAgent): boolean {
  const isUnheard = state.judged?.builder === builder.id && hasFailed(state);
  return state.resolution !== undefined || state.hardening.length > 0 || isUnheard;
}

/** The very commit that passed QC could not be merged. */
function hasFailed({ failed, judged }: ModuleState): boolean {
  return failed !== undefined && failed.source === judged?.commit;
}

function mend(view: BuildView, module: string, state: ModuleState): Standing {
  const { plan, manifest } = view.snapshot;
  const builders = agentsOf(plan, 'builder', module);
  const { failures, hardenings, resolutions, granted } = state;
  const allowed = 1 + FIX_CYCLES + Math.min(failures, MERGE_CYCLES) + hardenings + resolutions + granted;
  if (builders.length >= allowed)
    return stopped(stuck.cycles(manifest.id, module, builders.at(-1)?.id ?? '', whyNot(state)));
  return explain(view, module, state) ?? due({ do: 'extend', role: 'builder', module });
}

function whyNot({ failed, judged }: ModuleState): string[] {
  return failed ? [sayTrouble(failed.trouble)] : (judged?.reasons ?? []);
}

/** A conflict is explained once before its builder hears of it; an explanation that does not come is done without. */
function explain(view: BuildView, module: string, { failed, conflicts }: ModuleState): Standing | undefined {
  if (failed?.trouble.kind !== 'conflicts') return undefined;
  const agents = agentsOf(view.snapshot.plan, 'assembler', module);
  if (agents.length < conflicts) return due({ do: 'extend', role: 'assembler', module });
  const last = agents.at(-1);
  const standing = last && carry(view, last);
  return standing?.is === 'open' ? standing : undefined;
}

function inspect(view: BuildView, module: string, state: ModuleState, builder: PlannedAgent): Standing {
  const qc = agentsOf(view.snapshot.plan, 'qc', module)
    .filter(({ id, after }) => after.includes(builder.id) && !state.judgedBy.has(id))
    .at(-1);
  if (!qc) return due({ do: 'examine', module, builder: builder.id });
  return carry(view, qc) ?? due({ do: 'judge', module, builder: builder.id, qc: qc.id });
}
