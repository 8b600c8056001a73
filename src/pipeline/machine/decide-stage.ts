import { standingOf } from '../../run/dispatch/standing.ts';
import type { CheckedStage } from '../../run/ledger/build-events.ts';
import type { StageCheck } from '../../run/ledger/build-state.ts';
import { HUMAN_GATES, type HumanGate } from '../../run/ledger/stages.ts';
import { agentsOfStage, ROLE_OF } from './build-agents.ts';
import type { BuildStep, BuildView } from './step.ts';
import { stuck } from './wording.ts';

/** One agent works, the engine checks: a first time, and twice again with what was wrong. */
const TRIES = 3;

/** The next step of a stage that is one agent's work; undefined once its gate is open. */
export function decideStage(view: BuildView, stage: CheckedStage): BuildStep | undefined {
  const { snapshot } = view;
  const agents = agentsOfStage(snapshot.plan, stage);
  const last = agents.at(-1);
  if (!last) return another(stage);
  const standing = standingOf(snapshot, last);
  if (standing === 'gap') return stuck.gap(snapshot.manifest.id, last.id);
  if (standing !== 'done') return { kind: 'agents', agents: [last] };
  const check = snapshot.state.build.checks.get(stage);
  if (check?.by !== last.id || isOutdated(view, stage, check))
    return { kind: 'work', work: [{ do: 'check', stage, by: last.id }] };
  if (check.ok) return isHumanGate(stage) ? decideGate(view, stage, check) : undefined;
  const rejections = isHumanGate(stage) ? (snapshot.state.gates.get(stage)?.rejections ?? 0) : 0;
  const granted = snapshot.state.build.granted.get(stage) ?? 0;
  if (agents.length - rejections - granted >= TRIES)
    return stuck.faults(snapshot.manifest.id, last.id, check.faults);
  return another(stage);
}

function another(stage: CheckedStage): BuildStep {
  const order = { role: ROLE_OF[stage], ...(stage === 'harden' ? { stage } : {}) };
  return { kind: 'work', work: [{ do: 'extend', ...order }] };
}

/** What was changed since it was checked is checked again, which closes its gate: a contract, or what ships. */
function isOutdated({ contractHash, tip }: BuildView, stage: CheckedStage, check: StageCheck): boolean {
  if (stage === 'architect') return check.hash !== contractHash;
  return stage === 'ship' && check.ok && tip !== undefined && check.commit !== tip;
}

function isHumanGate(stage: CheckedStage): stage is HumanGate & CheckedStage {
  return HUMAN_GATES.some((gate) => gate === stage);
}

function decideGate(
  { snapshot }: BuildView,
  stage: HumanGate,
  { hash = '' }: StageCheck,
): BuildStep | undefined {
  const gate = snapshot.state.gates.get(stage);
  if (gate?.rejected) return another(stage);
  return gate?.approved === hash ? undefined : { kind: 'gate', stage, hash };
}
