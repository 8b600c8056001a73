import { basename } from 'node:path';
import { plainText } from '../../findings/plain-text.ts';
import { nextActionTexts } from '../../run/dispatch/wording.ts';
import { readUserConfig } from '../../run/ledger/config.io.ts';
import { makeToken } from '../../run/ledger/human-proof.io.ts';
import type { Plan } from '../../run/ledger/manifest.ts';
import { buildSessionSeenEvent } from '../../run/ledger/run-events.ts';
import { readRunState } from '../../run/ledger/run-state.io.ts';
import { appendEvents, readPlanFile } from '../../run/ledger/store.io.ts';
import { areAllowed, commandsHash, commandsOf, quoteCommand } from '../../run/plan/approve.ts';
import { findPersonsCall } from './answers.ts';
import { allow, ask, type HookAnswer, type HookInput, rewrite, textOf } from './protocol.ts';
import { type PlainCall, parsePlainCall } from './shell.ts';
import type { TreeJudgement } from './tree-bash.io.ts';
import { runsOf } from './who.io.ts';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Commands that only read, or write nothing but a run's own files: no question, also after the turn that began the run. Of some
 * only these actions.
 */
const HARMLESS: Readonly<Record<string, true | readonly string[]>> = {
  init: true,
  session: true,
  plan: true,
  build: true,
  next: true,
  workflow: true,
  prompt: true,
  status: true,
  verify: true,
  retry: true,
  gap: true,
  report: true,
  list: true,
  doctor: true,
  gate: ['list', 'show'],
  contract: ['check', 'show', 'diff'],
  conflict: ['list', 'show'],
  training: ['check', 'stats'],
  worktree: ['list'],
  rescue: ['list', 'show'],
};

function isHarmless({ words: [name = '', action = ''] }: PlainCall): boolean {
  const allowed = Object.hasOwn(HARMLESS, name) ? HARMLESS[name] : undefined;
  return allowed === true || allowed?.includes(action) === true;
}

/** A shell command: plain `sao …` calls need no question; those that are a person's to make ask one. */
export async function onBash(input: HookInput, env: Env, now: Date): Promise<HookAnswer> {
  const command = textOf(input, 'command') ?? '';
  const { answer, moved } = await guardTree(input, env, command);
  if (answer) return answer;
  const decided = command.includes('sao') ? await onSaoCommand(input, env, command, now) : undefined;
  return decided ?? (moved === undefined ? undefined : rewrite({ ...input.tool_input, command: moved }));
}

async function onSaoCommand(input: HookInput, env: Env, command: string, now: Date): Promise<HookAnswer> {
  const call = parsePlainCall(command);
  if (call && isHarmless(call)) {
    noteSession(input, env, now);
    return allow();
  }
  const persons = findPersonsCall(command, call);
  if (persons) {
    const { askPerson, denyAgent } = await import('./gates.io.ts');
    const answer = denyAgent(input, env) ?? (await askPerson(input, env, command, persons, now));
    if (answer || call) return answer;
  }
  return onRunCall(input, env, command, call, now);
}

/** An agent stays in its worktree, also if the client started it elsewhere. The parent has none, and does not pay for the question. */
async function guardTree(input: HookInput, env: Env, command: string): Promise<TreeJudgement> {
  if (input.agent_id === undefined && !env.SAO_AGENT_ID) return {};
  return (await import('./tree-bash.io.ts')).onTreeBash(input, env, command);
}

/** A call that starts a plan's commands asks a person once. */
function onRunCall(
  input: HookInput,
  env: Env,
  command: string,
  call: PlainCall | undefined,
  now: Date,
): HookAnswer {
  const [name = '', run] = call?.words ?? [];
  // Not only a plain call: a chain or a variable must not walk around the question.
  if (!/\brun\b/.test(command)) return undefined;
  const dir = runsOf(input, env)
    .reverse()
    .find(
      (candidate) =>
        run === undefined || run.startsWith('-') || basename(candidate).startsWith(run) || candidate === run,
    );
  const plan = dir === undefined ? undefined : readPlanFile(dir);
  if (dir === undefined || !plan?.ok || !plan.value) return undefined;
  const isEngineOnly = name === 'run' && call?.words.includes('--commands') === true;
  if (isApproved(dir, plan.value, env)) {
    if (isEngineOnly) noteSession(input, env, now);
    return isEngineOnly ? allow() : undefined;
  }
  return askForCommands(input, command, dir, plan.value, now);
}

/** A run learns where the conversation that drives it is written down, so that its cost can be told. */
function noteSession(input: HookInput, env: Env, now: Date): void {
  const { session_id: session, transcript_path: transcript } = input;
  if (transcript === undefined || input.agent_id !== undefined) return;
  // A build has the run that audits it beside it.
  for (const dir of runsOf(input, env).slice(-2)) {
    if (readRunState(dir).sessions.get(session)?.transcript === transcript) continue;
    appendEvents(dir, [buildSessionSeenEvent(session, transcript)], now);
  }
}

function isApproved(dir: string, plan: Plan, env: Env): boolean {
  if (commandsOf(plan).length === 0) return true;
  if (readRunState(dir).approvedCommands === commandsHash(plan)) return true;
  const config = readUserConfig(env);
  return config.ok && areAllowed(plan, config.value.allowCommands);
}

const MOST_SHOWN = 20;

// The token reaches the command only when a person lets the rewritten call run; the ledger holds its hash alone.
function askForCommands(input: HookInput, command: string, dir: string, plan: Plan, now: Date): HookAnswer {
  const { token, tokenHash } = makeToken();
  appendEvents(dir, [{ type: 'commands-asked', hash: commandsHash(plan), token: tokenHash }], now);
  const lines = commandsOf(plan).map(
    ({ id, command: argv }) => `${id}: ${plainText(quoteCommand(argv), 400)}`,
  );
  const shown = lines.slice(0, MOST_SHOWN);
  const reason = nextActionTexts.askCommands(basename(dir), shown, lines.length - shown.length);
  return ask(reason, { ...input.tool_input, command: `SAO_APPROVAL=${token} ${command}` });
}
