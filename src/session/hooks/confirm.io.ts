import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { countOf } from '../../findings/words.ts';
import { readSnapshot } from '../../run/dispatch/snapshot.io.ts';
import { admissionErrors, nextActionTexts } from '../../run/dispatch/wording.ts';
import { readUserConfig } from '../../run/ledger/config.io.ts';
import { listHumanTurns } from '../../run/ledger/human-turn.ts';
import { locateRun } from '../../run/ledger/locate.io.ts';
import { coordinatorsOf, type Plan, workersOf } from '../../run/ledger/manifest.ts';
import { hasTurnFor } from '../../run/ledger/plan-turn.ts';
import { appendEvents } from '../../run/ledger/store.io.ts';
import { renderTaskLines, summarizeDomains } from '../../run/plan/domain-lines.ts';
import { readTextEnd } from '../../system/files/bounded.ts';
import { isNestedClient } from '../../system/process/ancestry.ts';
import { readPlaces } from './answers.ts';
import { allow, ask, deny, type HookAnswer, type HookInput } from './protocol.ts';
import type { PlainCall } from './shell.ts';
import { listOtherPlans } from './shown-plans.io.ts';
import { askOf } from './token.io.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Whether a call confirms a plan, which only a human may do. */
export function isConfirmation({ words }: PlainCall): boolean {
  return words[0] === 'next' && words.includes('--confirm');
}

/**
 * Gives the confirmation of a plan the proof of a human's turn: a typed prompt, or an answer to AskUserQuestion, about the plan since it was
 * accepted. Without one the client asks the human. The ledger holds only the token's hash.
 */
export async function onConfirm(
  input: HookInput,
  env: Env,
  command: string,
  { words }: PlainCall,
  now: Date,
): Promise<HookAnswer> {
  if (input.agent_id !== undefined || env.SAO_AGENT_ID) return deny(admissionErrors.agentConfirms());
  const { places, runsDir } = readPlaces(words);
  const found = locateRun(places[1], { flag: runsDir, env, cwd: input.cwd });
  // The command itself reports the error.
  if (!found.ok) return allow();
  const { state, plan, manifest } = readSnapshot(found.value.dir, now);
  if (!plan || state.confirmed || state.planHash === undefined) return allow();
  const config = readUserConfig(env);
  if (config.ok && config.value.confirmPlans === 'unattended') return allow();
  const { token, proof } = askOf(input, 'approve');
  appendEvents(found.value.dir, [{ type: 'plan-asked', hash: state.planHash, ...proof }], now);
  const proved = { ...input.tool_input, command: `SAO_APPROVAL=${token} ${command}` };
  // The prompts of a client that a session has started may be a model's.
  const isNested = isNestedClient(Number(env.CLAUDE_PID ?? process.ppid));
  const hasTurn = () =>
    hasTurnFor(
      listHumanTurns(readTranscript(input)),
      { run: manifest.id, plannedAt: state.plannedAt },
      listOtherPlans(input, { flag: runsDir, env, cwd: input.cwd }, found.value.dir),
    );
  if (!isNested && (await findsSoon(hasTurn))) return allow(proved);
  const question = describeQuestion(manifest.id, plan, found.value.dir);
  const isDriven = env.CLAUDE_CODE_ENTRYPOINT?.startsWith('sdk') === true;
  return ask(
    isDriven ? `${question}\n${nextActionTexts.startWithoutTerminal(manifest.id)}` : question,
    proved,
  );
}

/**
 * Looks more than once: the client may write a typed prompt into the transcript after the model's answer to it. This was measured with a model that
 * answers at once (2.1.332): in 3 of 8 runs the first look did not find the prompt.
 */
async function findsSoon(hasTurn: () => boolean): Promise<boolean> {
  for (let look = 1; look < LOOKS; look += 1) {
    if (hasTurn()) return true;
    await sleep(PAUSE_MS);
  }
  return hasTurn();
}

const LOOKS = 8;
const PAUSE_MS = 150;

function describeQuestion(run: string, plan: Plan, dir: string): string {
  const agents = `${countOf(workersOf(plan).length, 'worker')} and ${countOf(coordinatorsOf(plan).length, 'coordinator')}`;
  return nextActionTexts.askStart(run, agents, renderTaskLines(summarizeDomains(plan), join(dir, 'plan.md')));
}

/** The conversation since a plan was accepted is at the end of its transcript; a longer one counts as one without a human's turn. */
const TAIL_BYTES = 64 * 1024 * 1024;

function readTranscript({ transcript_path: path }: HookInput): string {
  try {
    return path === undefined ? '' : readTextEnd(path, TAIL_BYTES);
  } catch {
    // This session keeps no transcript.
    return '';
  }
}
