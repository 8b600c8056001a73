import { gateStatus } from '../../pipeline/gate/gate.ts';
import { findSetback } from '../../pipeline/gate/setback.ts';
import { readGateSubject } from '../../pipeline/gate/subject.io.ts';
import type { GateSubject } from '../../pipeline/gate/subject.ts';
import { gateText } from '../../pipeline/gate/wording.ts';
import { readRunState } from '../../run/ledger/run-state.io.ts';
import { appendEvents } from '../../run/ledger/store.io.ts';
import type { HumanCall } from './answers.ts';
import { findBuild } from './builds.io.ts';
import { askAboutConflict } from './conflicts.io.ts';
import { ask, deny, type HookAnswer, type HookInput } from './protocol.ts';
import { askOf } from './token.io.ts';
import { findCaller } from './who.io.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** An agent's call never counts as a human's answer. */
export function denyAgent(input: HookInput, env: Env): HookAnswer {
  if (input.agent_id === undefined && !env.SAO_AGENT_ID) return undefined;
  return deny(gateText.agent(findCaller(input, env)?.agent.id));
}

/** Turns a call that only a human may make into a question to the human. */
export async function askHuman(
  input: HookInput,
  env: Env,
  command: string,
  call: HumanCall,
  now: Date,
): Promise<HookAnswer> {
  return call.about === 'conflict'
    ? askAboutConflict(input, env, command, call, now)
    : await askAtGate(input, env, command, call, now);
}

/**
 * Turns a call that answers a gate into a question that shows the work at the gate; undefined if there is none, which the command itself
 * reports. The token reaches the command only if a human allows the rewritten call; the ledger holds only its hash.
 */
async function askAtGate(
  input: HookInput,
  env: Env,
  command: string,
  call: HumanCall,
  now: Date,
): Promise<HookAnswer> {
  const build = findBuild(input, env, call);
  if (!build) return undefined;
  const { dir, run } = build;
  const { action, stages } = call;
  const state = readRunState(dir);
  const known = await Promise.all(stages.map((stage) => readGateSubject(dir, stage, state)));
  // An open gate needs no answer. If the action is unknown, the command may concern any gate.
  const isWanted = (subject: GateSubject | undefined): subject is GateSubject =>
    subject?.isChecked === true &&
    (action !== 'approve' || gateStatus(state, subject.stage, subject.hash) !== 'open');
  const subjects = known.filter(isWanted);
  if (subjects.length === 0) return undefined;
  const setback = action === 'approve' ? undefined : findSetback(state, 'architect');
  const isLate = subjects.some(({ stage }) => stage === 'architect') && setback !== undefined;
  const question = gateText.ask(run, action, subjects, isLate ? setback : undefined);
  // It cannot be seen whether this command approves or rejects, so a yes to it is no answer at the gate.
  if (action === undefined) return ask(question);
  const { token, proof } = askOf(input, action);
  appendEvents(
    dir,
    subjects.map(({ stage, hash }) => ({ type: 'gate-asked', stage, hash, ...proof })),
    now,
  );
  return ask(question, { ...input.tool_input, command: `SAO_APPROVAL=${token} ${command}` });
}
