import { lstatSync } from 'node:fs';
import { basename, join } from 'node:path';
import { plainText } from '../../findings/plain-text.ts';
import { readTuning } from '../../headless/tuning.ts';
import {
  admitsFailure,
  describeFileFault,
  describeReturn,
  LINE_CHARACTERS,
  type ReturnFacts,
  SUMMARY_CHARACTERS,
} from '../../run/dispatch/returns.ts';
import { readSnapshot } from '../../run/dispatch/snapshot.io.ts';
import { isDispatcher, membersOf, openMembersOf, standingOf } from '../../run/dispatch/standing.ts';
import { unlockTree } from '../../run/dispatch/tree-lock.io.ts';
import { returnFault } from '../../run/dispatch/wording.ts';
import { buildGapEvent, buildReturnedEvent, buildSpentEvent } from '../../run/ledger/events.ts';
import type { Driver, PlannedAgent } from '../../run/ledger/manifest.ts';
import type { RunEvent } from '../../run/ledger/run-event.ts';
import { decideOnLockedState, readRunState } from '../../run/ledger/run-state.io.ts';
import type { RunState } from '../../run/ledger/state.ts';
import { appendEvents, readPlanFile } from '../../run/ledger/store.io.ts';
import { backOffMs } from '../../run/limits/back-off.ts';
import { recordRefusal } from '../../run/limits/record-refusal.ts';
import { readRefusal } from '../../run/limits/refusal.ts';
import { checkOutput, describeEarly, NO_OUTPUT, type OutputCheck } from '../../run/outputs/check.ts';
import { type DeniedCall, describeDeniedCalls } from '../../run/outputs/denied-tools.ts';
import { insideOf, readOutput } from '../../run/outputs/output.io.ts';
import { readTextLines } from '../../system/files/bounded.ts';
import { ExpectedError } from '../../system/result.ts';
import { readAgentTranscript } from './agent-transcript.io.ts';
import { onWorkflowAgent } from './dispatch.io.ts';
import { type HookAnswer, type HookInput, sendBack } from './protocol.ts';
import { agentOfCall, type Caller, callOfAgent, findCaller, runsOf } from './who.io.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** A subagent has ended: its file is checked; it is sent back once with the exact fault, or its return is recorded. */
export async function onAgentStop(input: HookInput, env: Env, now: Date): Promise<HookAnswer> {
  onWorkflowAgent(input, env, now);
  const caller = findCaller(input, env);
  if (!caller) return undefined;
  const { dir, agent, state } = caller;
  const own = state.agents.get(agent.id);
  // An attempt that was released or timed out meanwhile has ended: its file is judged, its answer is ignored.
  if (!own?.running || isReplaced(callOfAgent(input, env), own.toolUses)) return undefined;
  const facts = collectFacts(caller, input);
  const { attempt, driver } = own.running;
  const early = findEarlyFault(caller, now);
  const fault = early ?? describeReturn(agent, facts) ?? findFalseAdmission(driver, facts);
  const word = fault && messageToAgent(fault, own.sentBack, driver, facts);
  if (word) {
    appendEvents(dir, [{ type: 'sent-back', agent: agent.id, attempt, fault: plainText(fault, 300) }], now);
    return sendBack(word);
  }
  const { spent, denied } = readAgentTranscript(input.agent_transcript_path);
  const isEarly = early !== undefined && facts.check.status === 'done';
  const recorded = early ?? describeFileFault(facts) ?? fault;
  const end = { fault: isEarly ? describeEarly(agent.output) : recorded, denied, isEarly };
  const events: RunEvent[] = [returnedEvent(caller, attempt, facts, end)];
  const durationMs = now.getTime() - own.running.at;
  // The script believes the claim and gives no further attempt, so later agents must know of the gap.
  if (hidesFailure(driver, facts))
    events.push(buildGapEvent(agent.id, plainText(recorded ?? '', 300), 'engine'));
  if (spent) events.push(buildSpentEvent(agent.id, attempt, { costUsd: 0, durationMs, ...spent }));
  appendEvents(dir, events, now);
  releaseTree(caller);
  if (state.reported) (await import('./late-return.io.ts')).renewReport(dir, input, env, now);
  return undefined;
}

/** Unlocks the worktree of an agent that has ended, if no other agent works in it. */
function releaseTree({ plan, agent: { tree }, dir }: Caller): void {
  if (tree === undefined) return;
  // Read again: two agents that end at the same time must not both leave the lock to the other.
  const { agents } = readRunState(dir);
  const isShared = plan.agents.some(({ id, tree: other }) => other === tree && agents.get(id)?.running);
  if (!isShared) unlockTree(tree, basename(dir));
}

// In a workflow two attempts of an agent carry the same label: the words of the first are not those of the second.
function isReplaced(call: string | undefined, toolUses: readonly string[]): boolean {
  return call !== undefined && toolUses.includes(call) && toolUses.at(-1) !== call;
}

/** A coordinator that dispatches must not sum up what has not ended, or what was written after its summary. */
function findEarlyFault({ dir, plan, agent, state }: Caller, now: Date): string | undefined {
  if (!isDispatcher(plan, state, agent)) return undefined;
  const snapshot = readSnapshot(dir, now);
  const open = openMembersOf(snapshot, agent).map(({ id }) => id);
  if (open.length > 0) return returnFault.open(snapshot.manifest.id, agent.domain, open);
  const written = timeOfFile(dir, agent);
  const newer = membersOf(plan, agent).filter(
    (member) => standingOf(snapshot, member) === 'done' && timeOfFile(dir, member) > written,
  );
  return newer.length > 0 ? returnFault.older(newer.map(({ id }) => id)) : undefined;
}

/** When the output of an agent was written, in milliseconds since the epoch; 0 if there is none. */
function timeOfFile(dir: string, { output }: PlannedAgent): number {
  return lstatSync(join(dir, output), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** What an agent that is sent back is told; undefined when it has been told before. */
function messageToAgent(
  fault: string,
  sentBack: number,
  driver: Driver,
  { check, answer }: ReturnFacts,
): string | undefined {
  if (sentBack === 0) return fault;
  // The caller's context holds the whole answer, so an answer this long is sent back again.
  if (sentBack < MAX_RETURNS && answer.length > MAX_ANSWER_CHARACTERS) return fault;
  return sentBack < MAX_RETURNS && hidesFailure(driver, { check, answer }) ? returnFault.admit() : undefined;
}

// A workflow's script sees only answers, so an agent's answer must say what its file says.
function hidesFailure(driver: Driver, { check, answer }: Pick<ReturnFacts, 'check' | 'answer'>): boolean {
  return driver === 'workflow' && check.status !== 'done' && !admitsFailure(answer);
}

/** The fault of an answer that a workflow's script would take for a failure, though the file is valid. */
function findFalseAdmission(driver: Driver, { check, answer }: ReturnFacts): string | undefined {
  const isFalse = driver === 'workflow' && check.status === 'done' && admitsFailure(answer);
  return isFalse ? returnFault.valid() : undefined;
}

const MAX_RETURNS = 4;
const MAX_ANSWER_CHARACTERS = 4 * LINE_CHARACTERS + SUMMARY_CHARACTERS;

/** The events of an attempt that the service refused; none if the error is another one. */
function refusalEvents(
  { agent, state }: Caller,
  attempt: number,
  text: string,
  env: Env,
  now: Date,
): RunEvent[] {
  const { timeZone: zone } = Intl.DateTimeFormat().resolvedOptions();
  const refusal = readRefusal({ text, model: agent.model, now: now.getTime(), zone });
  if (!refusal) return [];
  const blips = state.agents.get(agent.id)?.limited ?? 0;
  return recordRefusal({
    agent: agent.id,
    attempt,
    refusal,
    waitMs: backOffMs(blips, Math.random(), readTuning(env).backOff),
    blips,
    service: state.service,
    now: now.getTime(),
  });
}

/** A subagent died of an API error. In a workflow, `StopFailure` is the only event for such an agent. */
export function onAgentDeath(input: HookInput, env: Env, now: Date): HookAnswer {
  // An agent that the service refused at once has made no tool call, so its dispatch is recorded only now.
  onWorkflowAgent(input, env, now);
  const call = input.agent_id === undefined ? undefined : callOfAgent(input, env);
  const error = `${input.error ?? ''}: ${input.last_assistant_message ?? ''}`;
  return call === undefined ? undefined : onAgentFailure({ ...input, tool_use_id: call, error }, env, now);
}

/** An agent died of an API error: no stop event comes. A refusal of the service gives the attempt back, anything else uses it up. */
export function onAgentFailure(input: HookInput, env: Env, now: Date): HookAnswer {
  // Two events tell of the same death, at the same time.
  for (const dir of runsOf(input, env))
    decideOnLockedState(dir, (state) => recordFailure(dir, state, input, env, now));
  return undefined;
}

function recordFailure(dir: string, state: RunState, input: HookInput, env: Env, now: Date): void {
  const caller = callerOfCall(dir, state, input.tool_use_id ?? '');
  if (!caller) return;
  const { attempt } = caller;
  const facts = collectFacts(caller, { ...input, last_assistant_message: input.error ?? '' });
  const isDone = facts.check.status === 'done';
  const refused = isDone ? [] : refusalEvents(caller, attempt, input.error ?? '', env, now);
  const { denied } = readAgentTranscript(input.agent_transcript_path);
  const events =
    refused.length > 0 ? refused : [returnedEvent(caller, attempt, facts, { fault: input.error, denied })];
  appendEvents(dir, events, now);
  releaseTree(caller);
}

/** The agent whose running attempt an Agent call carries; undefined if another call has taken it over. */
function callerOfCall(
  dir: string,
  state: RunState,
  call: string,
): (Caller & { attempt: number }) | undefined {
  const plan = readPlanFile(dir);
  if (!plan.ok || !plan.value) return undefined;
  const id = agentOfCall(state, call);
  const agent = plan.value.agents.find((candidate) => candidate.id === id);
  const own = agent && state.agents.get(agent.id);
  if (!agent || own?.toolUses.at(-1) !== call || !own.running) return undefined;
  return { dir, plan: plan.value, agent, state, attempt: own.running.attempt };
}

function returnedEvent(
  { agent }: Caller,
  attempt: number,
  { check, answer }: ReturnFacts,
  {
    fault,
    denied,
    isEarly = false,
  }: { fault: string | undefined; denied: readonly DeniedCall[]; isEarly?: boolean },
): RunEvent {
  const isDone = check.status === 'done' && !isEarly;
  const recordedFault = fault === undefined || isDone ? undefined : plainText(fault, 300);
  return buildReturnedEvent({
    agent: agent.id,
    attempt,
    answer,
    check,
    denied: denied.length === 0 ? [] : describeDeniedCalls(denied),
    isEarly,
    fault: recordedFault,
  });
}

function collectFacts({ dir, agent }: Caller, input: HookInput): ReturnFacts {
  const path = join(dir, agent.output);
  const { check, unreadable } = checkFile(dir, path);
  const answer = input.last_assistant_message ?? '';
  const elsewhere =
    check.status === 'missing' ? writtenElsewhere(input.agent_transcript_path, path) : undefined;
  return {
    path,
    check,
    answer,
    ...(elsewhere === undefined ? {} : { elsewhere }),
    ...(unreadable === undefined ? {} : { unreadable }),
  };
}

/** A file that cannot be read is not missing: its agent is told why. */
function checkFile(dir: string, path: string): { check: OutputCheck; unreadable?: string } {
  try {
    return { check: checkOutput(insideOf(dir)(path) ? readOutput(path, true) : undefined) };
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    return { check: { ...NO_OUTPUT, status: 'incomplete' }, unreadable: error.message };
  }
}

/** The last file that a subagent wrote instead of its own, from its transcript. */
function writtenElsewhere(transcript: string | undefined, expected: string): string | undefined {
  if (transcript === undefined) return undefined;
  try {
    let last: string | undefined;
    for (const line of readTextLines(transcript))
      last = writesOf(line).findLast((path) => path !== expected) ?? last;
    return last;
  } catch {
    return undefined;
  }
}

interface TranscriptLine {
  message?: { content?: { type?: string; name?: string; input?: { file_path?: unknown } }[] | string };
}

function writesOf(line: string): string[] {
  if (!line.includes('"Write"')) return [];
  const { message } = JSON.parse(line) as TranscriptLine;
  if (!Array.isArray(message?.content)) return [];
  return message.content
    .filter(({ type, name }) => type === 'tool_use' && name === 'Write')
    .map(({ input }) => String(input?.file_path ?? ''));
}
