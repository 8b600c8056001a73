import { standingOf } from '../../run/dispatch/standing.ts';
import type { PlannedAgent } from '../../run/ledger/manifest.ts';
import { emptyModule, type ModuleState } from '../../run/ledger/module-state.ts';
import { describeMergeTrouble } from '../../run/ledger/trouble.ts';
import { type BlueprintModule, dependenciesOf } from './blueprint.ts';
import { agentsWithRole, latestAgentWithRole } from './build-agents.ts';
import type { BuildStep, BuildView, Work } from './step.ts';
import { stuckSteps } from './stuck.ts';

/** Fix cycles that a module may use for QC findings after its first build. */
export const MAX_FIX_CYCLES = 2;
/** Additional fix cycles that failed merges may use. */
const MAX_MERGE_CYCLES = 2;

/** Status of a module: the engine has work (`due`), an agent is unfinished (`open`), or it is stopped, waiting or passed. */
type ModuleStatus =
  | { is: 'due'; work: Work }
  | { is: 'open'; agent: PlannedAgent }
  | { is: 'stopped'; step: BuildStep }
  | { is: 'waiting' }
  | { is: 'passed' };

/** The next step of stage 3; undefined once every module has passed QC. A stopped module blocks only modules that depend on it. */
export function decideModules(view: BuildView): BuildStep | undefined {
  const statuses = (view.blueprint?.modules ?? []).map((module) => statusOfModule(view, module));
  const work = statuses.flatMap((status) => (status.is === 'due' ? [status.work] : []));
  if (work.length > 0) return { kind: 'work', work };
  const agents = statuses.flatMap((status) => (status.is === 'open' ? [status.agent] : []));
  if (agents.length > 0) return { kind: 'agents', agents };
  return statuses.find((status) => status.is === 'stopped')?.step;
}

function statusOfModule(view: BuildView, module: BlueprintModule): ModuleStatus {
  const { plan } = view.snapshot;
  const state = moduleStateOf(view, module.name);
  const builder = latestAgentWithRole(plan, 'builder', module.name);
  if (!builder)
    return areDependenciesReady(view, module)
      ? dueStatus({ do: 'begin', module: module.name })
      : { is: 'waiting' };
  if (state.blocked)
    return stoppedStatus(stuckSteps.blocked(view.snapshot.manifest.id, module.name, state.blocked.conflict));
  const builderStatus = unfinishedStatus(view, builder);
  if (builderStatus) return builderStatus;
  if (needsFix(state, builder)) return requestFix(view, module.name, state);
  if (state.judged?.builder === builder.id)
    return state.judged.verdict === 'pass' ? { is: 'passed' } : requestFix(view, module.name, state);
  return reviewModule(view, module.name, state, builder);
}

const dueStatus = (work: Work): ModuleStatus => ({ is: 'due', work });
const stoppedStatus = (step: BuildStep): ModuleStatus => ({ is: 'stopped', step });

function moduleStateOf(view: BuildView, name: string): ModuleState {
  return view.snapshot.state.build.modules.get(name) ?? emptyModule();
}

/** Whether all direct and indirect dependencies of a module have passed QC. */
function areDependenciesReady(view: BuildView, { name }: BlueprintModule): boolean {
  const { modules = [], assemblyOrder = [] } = view.blueprint ?? {};
  return dependenciesOf(name, modules, assemblyOrder).every((needed) => {
    const state = moduleStateOf(view, needed);
    return state.judged?.verdict === 'pass' && !state.blocked && !hasMergeFailed(state);
  });
}

/** Status of a module whose agent is not done; undefined if the agent is done. */
function unfinishedStatus({ snapshot }: BuildView, agent: PlannedAgent): ModuleStatus | undefined {
  const standing = standingOf(snapshot, agent);
  if (standing === 'done') return undefined;
  return standing === 'gap'
    ? stoppedStatus(stuckSteps.gap(snapshot.manifest.id, agent.id))
    : { is: 'open', agent };
}

/** Whether a module needs a fix after it passed: a failed merge, an audit finding or a resolved conflict. */
function needsFix(state: ModuleState, builder: PlannedAgent): boolean {
  const isMergeFailurePending = state.judged?.builder === builder.id && hasMergeFailed(state);
  return state.resolution !== undefined || state.hardening.length > 0 || isMergeFailurePending;
}

/** The very commit that passed QC could not be merged. */
function hasMergeFailed({ failed, judged }: ModuleState): boolean {
  return failed !== undefined && failed.source === judged?.commit;
}

function requestFix(view: BuildView, module: string, state: ModuleState): ModuleStatus {
  const { plan, manifest } = view.snapshot;
  const builders = agentsWithRole(plan, 'builder', module);
  const { failures, hardenings, resolutions, granted } = state;
  const allowed =
    1 + MAX_FIX_CYCLES + Math.min(failures, MAX_MERGE_CYCLES) + hardenings + resolutions + granted;
  if (builders.length >= allowed)
    return stoppedStatus(
      stuckSteps.cycles(manifest.id, module, builders.at(-1)?.id ?? '', failureReasons(state)),
    );
  return requestExplanation(view, module, state) ?? dueStatus({ do: 'extend', role: 'builder', module });
}

function failureReasons({ failed, judged }: ModuleState): string[] {
  return failed ? [describeMergeTrouble(failed.trouble)] : (judged?.reasons ?? []);
}

/** Requests one explanation per merge conflict before the builder fixes it. A failed explanation is skipped. */
function requestExplanation(
  view: BuildView,
  module: string,
  { failed, conflicts }: ModuleState,
): ModuleStatus | undefined {
  if (failed?.trouble.kind !== 'conflicts') return undefined;
  const agents = agentsWithRole(view.snapshot.plan, 'assembler', module);
  if (agents.length < conflicts) return dueStatus({ do: 'extend', role: 'assembler', module });
  const explainer = agents.at(-1);
  const explainerStatus = explainer && unfinishedStatus(view, explainer);
  return explainerStatus?.is === 'open' ? explainerStatus : undefined;
}

function reviewModule(
  view: BuildView,
  module: string,
  state: ModuleState,
  builder: PlannedAgent,
): ModuleStatus {
  const qcAgent = agentsWithRole(view.snapshot.plan, 'qc', module)
    .filter(({ id, after }) => after.includes(builder.id) && !state.judgedBy.has(id))
    .at(-1);
  if (!qcAgent) return dueStatus({ do: 'examine', module, builder: builder.id });
  return (
    unfinishedStatus(view, qcAgent) ?? dueStatus({ do: 'judge', module, builder: builder.id, qc: qcAgent.id })
  );
}
