import { standingOf } from '../../run/dispatch/standing.ts';
import type { CheckedStage } from '../../run/ledger/build-events.ts';
import type { StageCheck } from '../../run/ledger/build-state.ts';
import { HUMAN_GATES, type HumanGate } from '../../run/ledger/stages.ts';
import { agentsInStage, ROLE_OF_STAGE } from './build-agents.ts';
import type { BuildStep, BuildView } from './step.ts';
import { stuckSteps } from './stuck.ts';

/** Attempts of a stage: the first, and two more with the faults that the check found. */
const MAX_ATTEMPTS = 3;

/** The next step of a stage that is one agent's work; undefined once its gate is open. */
export function decideStage(view: BuildView, stage: CheckedStage): BuildStep | undefined {
  const { snapshot } = view;
  const agents = agentsInStage(snapshot.plan, stage);
  const latestAgent = agents.at(-1);
  if (!latestAgent) return requestAgent(stage);
  const standing = standingOf(snapshot, latestAgent);
  if (standing === 'gap') return stuckSteps.gap(snapshot.manifest.id, latestAgent.id);
  if (standing !== 'done') return { kind: 'agents', agents: [latestAgent] };
  const check = snapshot.state.build.checks.get(stage);
  if (check?.by !== latestAgent.id || isCheckOutdated(view, stage, check))
    return { kind: 'work', work: [{ do: 'check', stage, by: latestAgent.id }] };
  if (check.ok) return isHumanGate(stage) ? decideGate(view, stage, check) : undefined;
  const rejections = isHumanGate(stage) ? (snapshot.state.gates.get(stage)?.rejections ?? 0) : 0;
  const granted = snapshot.state.build.granted.get(stage) ?? 0;
  if (agents.length - rejections - granted >= MAX_ATTEMPTS)
    return stuckSteps.faults(snapshot.manifest.id, latestAgent.id, check.faults);
  return requestAgent(stage);
}

function requestAgent(stage: CheckedStage): BuildStep {
  const order = { role: ROLE_OF_STAGE[stage], ...(stage === 'harden' ? { stage } : {}) };
  return { kind: 'work', work: [{ do: 'extend', ...order }] };
}

/** Whether the contract, the commit to ship or the base branch has changed since the check. A new check closes the gate. */
function isCheckOutdated(
  { contractHash, integrationTip, baseTip, blueprint }: BuildView,
  stage: CheckedStage,
  check: StageCheck,
): boolean {
  // Without a blueprint there is no module to build; the check of the contract writes it anew.
  if (stage === 'architect' && check.ok && blueprint === undefined) return true;
  if (stage === 'architect') return check.hash !== contractHash;
  if (stage !== 'ship' || !check.ok) return false;
  if (integrationTip !== undefined && check.commit !== integrationTip) return true;
  // After a crash the base branch may already be at the commit to ship.
  const isBaseMoved = baseTip !== undefined && baseTip !== check.base && baseTip !== check.commit;
  return check.base !== undefined && isBaseMoved;
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
  if (gate?.rejected) return requestAgent(stage);
  return gate?.approved === hash ? undefined : { kind: 'gate', stage, hash };
}
