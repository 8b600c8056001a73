import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { MIN_FAN_OUT, readUserConfig } from '../../run/ledger/config.io.ts';
import { readSubagentFacts } from '../../system/client/subagents.ts';
import { readTextEnd } from '../../system/files/bounded.ts';
import { ask, deny, type HookAnswer, type HookInput, replaceOutput, sendBack } from '../hooks/protocol.ts';
import { type AgentCall, listAgentCalls } from './agent-calls.ts';
import { cutAnswer, findFanOut, findShortened, MAX_ANSWER } from './decide.ts';
import { fanOutText } from './wording.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Stops an Agent call that is one of too many in its message, and shortens the answers of agents in a fan-out. */
export function guardFanOut(input: HookInput, env: Env): HookAnswer {
  const limit = readLimit(env);
  if (limit === undefined) return undefined;
  switch (input.hook_event_name) {
    case 'PreToolUse':
      return stopCall(input, env, limit);
    case 'PostToolUse':
      return shortenOutput(input, limit);
    case 'SubagentStop':
      return shortenLastMessage(input, limit);
    default:
      return undefined;
  }
}

/** Returns the number of calls from which on a fan-out is stopped; undefined if the user turned the guard off. */
function readLimit(env: Env): number | undefined {
  if (env.SAO_GUARD === 'off') return undefined;
  const config = readUserConfig(env);
  if (!config.ok) return MIN_FAN_OUT;
  return config.value.guard === 'off' ? undefined : config.value.guard;
}

function stopCall(input: HookInput, env: Env, limit: number): HookAnswer {
  const id = input.tool_use_id ?? '';
  const found = findFanOut(readCalls(callerTranscript(input)), id, limit);
  if (!found) return undefined;
  const { count, first } = found;
  // One question for all of them: the script makes the others wait for its answer.
  if (env.CLAUDE_CODE_SESSION_ATTENDED === '1')
    return id === first ? ask(fanOutText.ask(count)) : { waitFor: first };
  return deny(id === first ? fanOutText.stop(count, limit) : fanOutText.stopSibling(count));
}

interface AgentOutput {
  agentId?: unknown;
  content?: unknown;
}

/** Cuts the answer of a foreground agent; a background agent's result is only a receipt. */
function shortenOutput(input: HookInput, limit: number): HookAnswer {
  const output = input.tool_response as AgentOutput | undefined;
  const content = Array.isArray(output?.content)
    ? (output.content as { type?: string; text?: string }[])
    : [];
  const answer = content.map(({ text = '' }) => text).join('\n\n');
  if (answer.length <= MAX_ANSWER || content.some(({ type }) => type !== 'text')) return undefined;
  if (!findShortened(readCalls(callerTranscript(input)), input.tool_use_id ?? '', limit)) return undefined;
  const path = keepAnswer(input, String(output?.agentId ?? input.tool_use_id), answer);
  if (path === undefined) return undefined;
  const text = cutAnswer(answer, fanOutText.cut(answer.length, path));
  return replaceOutput({ ...output, content: [{ type: 'text', text }] });
}

/** Sends a background agent back for a shorter answer: nothing else changes what its parent is told. */
function shortenLastMessage(input: HookInput, limit: number): HookAnswer {
  const { last_assistant_message: answer = '', agent_id: id = '', transcript_path: transcript = '' } = input;
  if (answer.length <= MAX_ANSWER) return undefined;
  const call = readSubagentFacts(transcript, id)?.toolUseId;
  const found = call === undefined ? undefined : findShortened(readCalls(transcript), call, limit);
  if (!found || !isInBackground(input, found)) return undefined;
  const path = keepAnswer(input, id, answer);
  return path === undefined
    ? undefined
    : sendBack(fanOutText.shorten(answer.length, path, MAX_ANSWER - SPARE_CHARACTERS));
}

/** Whether an agent runs in the background; by its call if the client does not list what does. */
function isInBackground({ background_tasks: tasks, agent_id: id }: HookInput, call: AgentCall): boolean {
  return tasks ? tasks.some((task) => task.id === id) : !call.wantsForeground;
}

/** Models miscount: less is asked for than is allowed. */
const SPARE_CHARACTERS = 500;

/** Times that an agent is sent back for a shorter answer. */
const MAX_KEPT_ANSWERS = 3;

/** Writes an answer beside the session's transcript, where the client keeps large results and lets the model read them. */
function keepAnswer(
  { transcript_path: transcript = '' }: HookInput,
  id: string,
  answer: string,
): string | undefined {
  if (!/^[\w-]+$/.test(id)) return undefined;
  const folder = join(transcript.replace(/\.jsonl$/, ''), 'tool-results');
  const names = Array.from({ length: MAX_KEPT_ANSWERS }, (_, index) =>
    index === 0 ? `agent-${id}.md` : `agent-${id}.${index + 1}.md`,
  );
  const path = names.map((name) => join(folder, name)).find((candidate) => !existsSync(candidate));
  if (path === undefined) return undefined;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(path, answer, { flag: 'wx', mode: 0o600 });
  return path;
}

/** The transcript of the conversation that makes a call. */
function callerTranscript({ transcript_path: transcript = '', agent_id: agent }: HookInput): string {
  return agent === undefined
    ? transcript
    : join(transcript.replace(/\.jsonl$/, ''), 'subagents', `agent-${agent}.jsonl`);
}

const TAIL_BYTES = 16 * 1024 * 1024;

function readCalls(transcript: string): AgentCall[] {
  // The calls of the message that is under way are at the end.
  return listAgentCalls(readTextEnd(transcript, TAIL_BYTES));
}
