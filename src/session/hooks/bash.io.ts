import { basename } from 'node:path';
import { verbatim } from '../../findings/verbatim.ts';
import { nextActionTexts } from '../../run/dispatch/wording.ts';
import { readUserConfig } from '../../run/ledger/config.io.ts';
import { buildClientSeenEvent, buildSessionSeenEvent } from '../../run/ledger/events.ts';
import type { Plan } from '../../run/ledger/manifest.ts';
import { readRunState } from '../../run/ledger/run-state.io.ts';
import { appendEvents, readPlanFile } from '../../run/ledger/store.io.ts';
import { areAllowed, commandsHash, commandsOf } from '../../run/plan/approve.ts';
import { readClientVersion } from '../../system/client/client-version.ts';
import { quoteCommand } from '../../system/command-line.ts';
import { findHumanCall } from './answers.ts';
import { isConfirmation, onConfirm } from './confirm.io.ts';
import { allow, ask, deny, type HookAnswer, type HookInput, rewrite, textOf } from './protocol.ts';
import { type PlainCall, parsePlainCall } from './shell.ts';
import { askOf } from './token.io.ts';
import type { TreeJudgement } from './tree-bash.io.ts';
import { runsOf } from './who.io.ts';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * `sao` commands that only read, or write only a run's own files. They need no question, even after the turn that started the run. Of
 * some commands, only the listed actions are meant.
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
  approvals: ['verify'],
  gate: ['list', 'show'],
  contract: ['check', 'show', 'diff'],
  conflict: ['list', 'show'],
  training: ['check', 'stats'],
  worktree: ['list'],
  rescue: ['list', 'show'],
  queue: ['check', 'claim', 'renew', 'complete', 'release', 'block', 'dispatch', 'active', 'stats', 'dead'],
  idea: ['create', 'plan', 'show', 'list', 'execute'],
  task: ['show', 'lint', 'handoff', 'note'],
  blocker: ['list'],
  team: ['list', 'show'],
};

function isHarmless({ words }: PlainCall): boolean {
  const [name = '', action = ''] = words;
  // With a runner a build starts programs, and each of its agents costs money.
  if (name === 'build' && words.some((word) => /^--(?:driver|command)(?:=|$)/.test(word))) return false;
  const allowed = Object.hasOwn(HARMLESS, name) ? HARMLESS[name] : undefined;
  return allowed === true || allowed?.includes(action) === true;
}

/** Judges a shell command: a plain `sao` call needs no question, but a call that only a human may make becomes one. */
export async function onBash(input: HookInput, env: Env, now: Date): Promise<HookAnswer> {
  const command = textOf(input, 'command') ?? '';
  const { answer, moved } = await guardTree(input, env, command);
  if (answer) return answer;
  const decided = command.includes('sao') ? await onSaoCommand(input, env, command, now) : undefined;
  return decided ?? (moved === undefined ? undefined : rewrite({ ...input.tool_input, command: moved }));
}

async function onSaoCommand(input: HookInput, env: Env, command: string, now: Date): Promise<HookAnswer> {
  const call = parsePlainCall(command);
  if (call && isConfirmation(call)) {
    noteSession(input, env, now);
    return onConfirm(input, env, command, call, now);
  }
  if (call && isHarmless(call)) {
    noteSession(input, env, now);
    return allow();
  }
  const humanCall = findHumanCall(command, call);
  if (humanCall) {
    const { askHuman, denyAgent } = await import('./gates.io.ts');
    const answer = denyAgent(input, env) ?? (await askHuman(input, env, command, humanCall, now));
    if (answer || call) return answer;
  }
  return onRunCall(input, env, command, call, now);
}

/** Keeps an agent in its worktree, even if the client started it elsewhere. The parent has no worktree, so this module is not loaded for it. */
async function guardTree(input: HookInput, env: Env, command: string): Promise<TreeJudgement> {
  if (input.agent_id === undefined && !env.SAO_AGENT_ID) return {};
  const fault =
    command.includes('sao') || command.includes('scaled-agent-orchestration')
      ? await findSaoFault(command)
      : undefined;
  if (fault !== undefined) return { answer: deny(fault) };
  return (await import('./tree-bash.io.ts')).onTreeBash(input, env, command);
}

async function findSaoFault(command: string): Promise<string | undefined> {
  return (await import('./agent-calls.ts')).findAgentCallFault(command);
}

/** Judges a call that starts the commands of a plan: a human is asked once. */
function onRunCall(
  input: HookInput,
  env: Env,
  command: string,
  call: PlainCall | undefined,
  now: Date,
): HookAnswer {
  const [name = '', run] = call?.words ?? [];
  // Also match calls that are not plain: a chain or a variable must not bypass the question.
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
  return askForCommands(input, command, { dir, plan: plan.value }, now);
}

/** Records the path of the conversation's transcript in the run, so that the run's context cost can be measured. */
function noteSession(input: HookInput, env: Env, now: Date): void {
  const { session_id: session, transcript_path: transcript } = input;
  if (transcript === undefined || input.agent_id !== undefined || env.SAO_AGENT_ID) return;
  // A build's audit is a run of its own, in the same folder.
  for (const dir of runsOf(input, env).slice(-2)) {
    const { sessions, clientVersions } = readRunState(dir);
    if (sessions.get(session)?.transcript === transcript) continue;
    const version = readClientVersion(transcript);
    const isNew = version !== undefined && !clientVersions.has(version);
    const client = isNew ? [buildClientSeenEvent(version, 'session')] : [];
    appendEvents(dir, [buildSessionSeenEvent(session, transcript), ...client], now);
  }
}

function isApproved(dir: string, plan: Plan, env: Env): boolean {
  if (commandsOf(plan).length === 0) return true;
  if (readRunState(dir).approvedCommands === commandsHash(plan)) return true;
  const config = readUserConfig(env);
  return config.ok && areAllowed(plan, config.value.allowCommands);
}

// The command receives the token only if a human allows the rewritten call; the ledger stores only the token's hash.
function askForCommands(
  input: HookInput,
  command: string,
  { dir, plan }: { dir: string; plan: Plan },
  now: Date,
): HookAnswer {
  const { token, proof } = askOf(input, 'approve');
  appendEvents(dir, [{ type: 'commands-asked', hash: commandsHash(plan), ...proof }], now);
  // Whole, each of them: what is not shown would run all the same.
  const lines = commandsOf(plan).map(({ id, command: argv }) => `${id}: ${verbatim(quoteCommand(argv))}`);
  const reason = nextActionTexts.askCommands(basename(dir), lines);
  return ask(reason, { ...input.tool_input, command: `SAO_APPROVAL=${token} ${command}` });
}
