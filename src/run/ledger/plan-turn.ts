import { asksToStart, ID_END, readAssent } from './assent.ts';
import type { HumanTurn } from './human-turn.ts';

/** A plan that was shown in a conversation. Times are milliseconds since the epoch. */
export interface ShownPlan {
  run: string;
  plannedAt: number;
  confirmedAt?: number;
}

/**
 * Whether a human has agreed to a plan: the last turn since it was made is plainly a yes, and about the plan. A typed yes that does not say what is to
 * start counts only if nothing else was said since then, because it may answer what was asked in between; an answer to a question counts if the question asks for
 * the start. Of several plans that were shown without a turn between them, a turn concerns only the one that it names, as long as more than one of them
 * is unconfirmed. `others` are the other plans of the conversation. Pure.
 */
export function hasTurnFor(
  turns: readonly HumanTurn[],
  { run, plannedAt }: ShownPlan,
  others: readonly ShownPlan[],
): boolean {
  const isSeparate = (other: ShownPlan) => {
    const [first, last] = [plannedAt, other.plannedAt].sort((a, b) => a - b) as [number, number];
    return turns.some(({ at }) => at > first && at <= last);
  };
  const rivals = others.filter((other) => !isSeparate(other));
  const since = turns.filter(({ at }) => at > plannedAt);
  // The answers to several questions have one time.
  const last = since.filter(({ at }) => at === since.at(-1)?.at);
  const isOnTopic = since.every(({ text }) => readAssent(text, run) !== undefined);
  if (last.some((turn) => refusesStart(turn, run))) return false;
  return last.some((turn) => {
    if (!agrees(turn, run, isOnTopic)) return false;
    const open = rivals.filter(
      ({ plannedAt: made, confirmedAt = Number.POSITIVE_INFINITY }) =>
        made < turn.at && confirmedAt > turn.at,
    );
    return open.length === 0 || namesOnly(turn, run, open);
  });
}

function agrees({ text, question }: HumanTurn, run: string, isOnTopic: boolean): boolean {
  const assent = readAssent(text, run);
  if (question !== undefined) return assent !== undefined && asksToStart(question, run);
  return assent === 'start' || (assent === 'yes' && isOnTopic);
}

/** Whether an answer to a question for the start is no yes. */
function refusesStart({ text, question }: HumanTurn, run: string): boolean {
  return question !== undefined && asksToStart(question, run) && readAssent(text, run) === undefined;
}

/** The answer says more about the plan than the question, which may name all of them. */
function namesOnly({ text, question = '' }: HumanTurn, run: string, open: readonly ShownPlan[]): boolean {
  const runs = [run, ...open.map((other) => other.run)];
  const named = [text, question].map((words) => runs.filter((id) => words.includes(id.slice(-ID_END))));
  return (named.find((ids) => ids.length > 0) ?? []).join() === run;
}
