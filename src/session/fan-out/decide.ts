import type { AgentCall } from './agent-calls.ts';

/** A call among the calls of its message that are too many. */
export interface FanOut {
  /** Agent calls of the message that are not of a run. */
  count: number;
  /** The id of the first of them. */
  first: string;
}

/** Returns the fan-out that a call belongs to; undefined if its message has fewer than `limit` calls, or if it is of a run. */
export function findFanOut(calls: readonly AgentCall[], id: string, limit: number): FanOut | undefined {
  const call = calls.find((candidate) => candidate.id === id);
  if (call === undefined || call.isOfRun) return undefined;
  const siblings = calls.filter(({ message, isOfRun }) => message === call.message && !isOfRun);
  return siblings.length < limit ? undefined : { count: siblings.length, first: siblings[0]?.id ?? call.id };
}

/** Returns a call whose answer must be short: one of at least `limit` calls of a message that started, for instance because a human let them. */
export function findShortened(calls: readonly AgentCall[], id: string, limit: number): AgentCall | undefined {
  const call = calls.find((candidate) => candidate.id === id);
  const started = calls.filter(({ hasFailed }) => !hasFailed);
  return findFanOut(started, id, limit) === undefined ? undefined : call;
}

/** Maximum length of an agent's answer in a fan-out, in characters. */
export const MAX_ANSWER = 2000;

/** Cuts an answer to MAX_ANSWER characters, the note included. */
export function cutAnswer(answer: string, note: string): string {
  const kept = answer.slice(0, MAX_ANSWER - note.length - 1).replace(/[\uD800-\uDBFF]$/, '');
  return `${kept}\n${note}`;
}
