import type { Plan } from '../ledger/manifest.ts';
import { readLedger, readPlanFile } from '../ledger/store.io.ts';
import { type TracedAttempt, type TracedMark, traceAttempts } from './attempts.ts';
import { readToolCalls, type ToolCall } from './tool-calls.io.ts';

/** An attempt with what the plan and the client's transcripts add. */
export interface AttemptTrace extends TracedAttempt {
  name: string;
  domain: string;
  /** null: the user's default model, or no model. */
  model: string | null;
  /** Absent if the transcript cannot be read. */
  toolCalls?: ToolCall[];
}

export interface RunTrace {
  attempts: AttemptTrace[];
  marks: TracedMark[];
}

/**
 * Joins a run's ledger with the plan and with the transcripts of its agents, where they can be read. Changes nothing. Throws an ExpectedError if the
 * ledger cannot be read.
 */
export function traceRun(dir: string): RunTrace {
  const entries = readLedger(dir);
  const plan = readPlanFile(dir);
  const agents = new Map((plan.ok ? (plan.value?.agents ?? []) : []).map((agent) => [agent.id, agent]));
  const { attempts, marks } = traceAttempts(entries);
  const transcripts = entries.flatMap((entry) =>
    entry.type === 'session-seen' && entry.transcript !== undefined ? [entry.transcript] : [],
  );
  const wanted = new Set(attempts.flatMap(({ toolUse = [] }) => toolUse));
  const calls = readToolCalls([...new Set(transcripts)], wanted);
  return { attempts: attempts.map((attempt) => join(attempt, agents.get(attempt.agent), calls)), marks };
}

function join(
  attempt: TracedAttempt,
  agent: Plan['agents'][number] | undefined,
  calls: ReadonlyMap<string, ToolCall[]>,
): AttemptTrace {
  const toolCalls = attempt.toolUse === undefined ? undefined : calls.get(attempt.toolUse);
  return {
    ...attempt,
    name: agent?.name ?? attempt.agent,
    domain: agent?.domain ?? '',
    model: agent?.model ?? null,
    ...(toolCalls === undefined ? {} : { toolCalls }),
  };
}
