import { isAssent, isRefusal } from './assent.ts';
import type { HumanTurn } from './human-turn.ts';

/** A plan that was shown in a conversation. Times are milliseconds since the epoch. */
export interface ShownPlan {
  run: string;
  plannedAt: number;
  confirmedAt?: number;
}

/**
 * Whether a human has agreed to a plan in a turn since it was made: a refusal, a question or anything unclear is none, and the human is asked. Of several plans that were shown without a turn between them, a turn
 * concerns only the one that it names, as long as more than one of them is unconfirmed. `others` are the other plans of the conversation. Pure.
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
  return turns.some((turn) => {
    const open = rivals.filter(
      ({ plannedAt: made, confirmedAt = Number.POSITIVE_INFINITY }) =>
        made < turn.at && confirmedAt > turn.at,
    );
    if (turn.at <= plannedAt) return false;
    if (!isAssent(turn.text)) return false;
    if (turns.some(({ at, text }) => at > turn.at && isRefusal(text))) return false;
    return open.length === 0 || namesOnly(turn, run, open);
  });
}

/** The answer says more about the plan than the question, which may name all of them. */
function namesOnly({ text, question = '' }: HumanTurn, run: string, open: readonly ShownPlan[]): boolean {
  const runs = [run, ...open.map((other) => other.run)];
  const named = [text, question].map((words) => runs.filter((id) => words.includes(id.slice(-TAIL))));
  return (named.find((ids) => ids.length > 0) ?? []).join() === run;
}

/** Length of the random end of a run's id, which is enough to name it. */
const TAIL = 8;
