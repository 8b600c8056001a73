import { gateStanding } from '../gate/gate.ts';
import { subjectOf } from '../gate/subject.io.ts';
import type { GateSubject } from '../gate/subject.ts';
import { say } from '../gate/wording.ts';
import { locateRun } from '../run/locate.io.ts';
import { makeToken } from '../run/person.io.ts';
import { foldLedger } from '../run/state.ts';
import { appendEvents, readLedger, readManifest } from '../run/store.io.ts';
import type { PersonsCall } from './answers.ts';
import { ask, deny, type HookAnswer, type HookInput } from './protocol.ts';
import { findCaller } from './who.io.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** An agent answers for nobody. */
export function denyAgent(input: HookInput, env: Env): HookAnswer {
  if (input.agent_id === undefined && !env.SAO_AGENT_ID) return undefined;
  return deny(say.agent(findCaller(input, env)?.agent.id));
}

/**
 * Turns a call that answers a gate into a question that shows what stands there; undefined where nothing does, and the command itself
 * then says so. The token reaches the command only when a person lets the rewritten call run; the ledger holds its hash alone.
 */
export async function askAtGate(
  input: HookInput,
  env: Env,
  command: string,
  { action, stages, run, runsDir }: PersonsCall,
  now: Date,
): Promise<HookAnswer> {
  const found = locateRun(run, { flag: runsDir, env, cwd: input.cwd });
  const manifest = found.ok ? readManifest(found.value.dir) : found;
  if (!found.ok || !manifest.ok || manifest.value.mode !== 'build') return undefined;
  const { dir } = found.value;
  const known = await Promise.all(stages.map((stage) => subjectOf(dir, stage)));
  const state = foldLedger(readLedger(dir));
  // What is open already needs no answer; a command that cannot be told may be about any.
  const isWanted = (subject: GateSubject | undefined): subject is GateSubject =>
    subject?.isChecked === true &&
    (action !== 'approve' || gateStanding(state, subject.stage, subject.hash) !== 'open');
  const subjects = known.filter(isWanted);
  if (subjects.length === 0) return undefined;
  const { token, tokenHash } = makeToken();
  appendEvents(
    dir,
    subjects.map(({ stage, hash }) => ({ type: 'gate-asked', stage, hash, token: tokenHash })),
    now,
  );
  return ask(say.ask(manifest.value.id, action, subjects), {
    ...input.tool_input,
    command: `SAO_APPROVAL=${token} ${command}`,
  });
}
