import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeReturn, type ReturnFacts } from '../dispatch/returns.ts';
import { plainText } from '../report/plain-text.ts';
import { appendEvents } from '../run/store.io.ts';
import { checkOutput } from '../verify/check.ts';
import { insideOf, readOutput } from '../verify/output.io.ts';
import { type HookAnswer, type HookInput, sendBack } from './protocol.ts';
import { type Caller, findCaller } from './who.io.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** A subagent has ended: its file is checked; it is sent back once with the exact fault, or its return is recorded. */
export function onAgentStop(input: HookInput, env: Env, now: Date): HookAnswer {
  const caller = findCaller(input, env);
  if (!caller) return undefined;
  const { dir, agent, state } = caller;
  const own = state.agents.get(agent.id);
  // An attempt that was released or timed out meanwhile is history: its file counts, its words do not.
  if (!own?.running) return undefined;
  const facts = collectFacts(caller, input);
  const fault = describeReturn(agent, facts);
  const { attempt } = own.running;
  if (fault !== undefined && !own.sentBack && input.stop_hook_active !== true) {
    appendEvents(dir, [{ type: 'sent-back', agent: agent.id, attempt, fault: plainText(fault, 300) }], now);
    return sendBack(fault);
  }
  const { status: verdict, words, findings } = facts.check;
  const answer = facts.answer;
  appendEvents(
    dir,
    [
      {
        type: 'returned',
        agent: agent.id,
        attempt,
        chars: answer.length,
        line: plainText(answer, 200),
        verdict,
        words,
        findings,
        ...(fault !== undefined && verdict !== 'done' ? { fault: plainText(fault, 300) } : {}),
      },
    ],
    now,
  );
  return undefined;
}

function collectFacts({ dir, agent }: Caller, input: HookInput): ReturnFacts {
  const path = join(dir, agent.output);
  const check = checkOutput(insideOf(dir)(path) ? readOutput(path) : undefined);
  const answer = input.last_assistant_message ?? '';
  const elsewhere =
    check.status === 'missing' ? writtenElsewhere(input.agent_transcript_path, path) : undefined;
  return { path, check, answer, ...(elsewhere === undefined ? {} : { elsewhere }) };
}

/** The last file that a subagent wrote instead of its own, from its transcript. */
function writtenElsewhere(transcript: string | undefined, expected: string): string | undefined {
  if (transcript === undefined) return undefined;
  try {
    const paths = readFileSync(transcript, 'utf8').split('\n').flatMap(writesOf);
    return paths.filter((path) => path !== expected).at(-1);
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
