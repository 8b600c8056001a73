import { approvalErrors } from '../run/ledger/approval-wording.ts';
import type { Plan } from '../run/ledger/manifest.ts';
import type { EventOf, RunEvent } from '../run/ledger/run-event.ts';
import { describeCommands, describePlan } from '../run/plan/describe-plan.ts';
import { confirmWithHuman, type HumanTerminal } from '../system/approval/confirm-with-human.ts';
import { accept, type Result, reject } from '../system/result.ts';
import type { LiveRun } from './live-run.io.ts';
import { runTexts } from './wording.ts';

type Approving = EventOf<'plan-confirmed'> | EventOf<'commands-approved'>;

/** The terminal of a call that can be stopped while it asks. */
export interface StoppableTerminal extends HumanTerminal {
  onInterrupt(stop: () => void): () => void;
}

/**
 * Returns the events that let a run start, once the human has seen and confirmed each approval that the call itself proves in its terminal. `authorize`
 * is called again after the question, because the human may take minutes to answer.
 */
export async function confirmApprovals(
  authorize: () => Result<RunEvent[]>,
  { dir, plan, manifest: { id } }: Pick<LiveRun, 'dir' | 'plan' | 'manifest'>,
  terminal: StoppableTerminal,
): Promise<Result<RunEvent[]>> {
  const first = authorize();
  if (!first.ok) return first;
  const approving = first.value.filter(isOfTerminal);
  if (approving.length === 0) return first;
  const lines = approving.flatMap((event) => describeApproving(event, plan, dir));
  const isSure = await askStoppably({ lines, purpose: runTexts.approve(approving, id) }, terminal);
  if (!isSure) return reject(approvalErrors.notGiven(`sao run ${id}`));
  const again = authorize();
  if (!again.ok) return again;
  const shown = approving.map(keyOf);
  const isSame = again.value.filter(isOfTerminal).every((event) => shown.includes(keyOf(event)));
  return isSame ? accept(again.value) : reject(approvalErrors.changed(`sao run ${id}`));
}

const isOfTerminal = (event: RunEvent): event is Approving =>
  (event.type === 'plan-confirmed' || event.type === 'commands-approved') &&
  event.approval?.level === 'terminal';

const keyOf = ({ type, approval }: Approving): string => `${type} ${approval?.hash}`;

const describeApproving = ({ type }: Approving, plan: Plan, dir: string): string[] =>
  type === 'plan-confirmed' ? describePlan(plan, dir) : describeCommands(plan);

/** Asks; an interrupt ends the question, and the answer is no. */
async function askStoppably(
  question: { lines: readonly string[]; purpose: string },
  terminal: StoppableTerminal,
): Promise<boolean> {
  const controller = new AbortController();
  const stopListening = terminal.onInterrupt(() => controller.abort());
  try {
    return await confirmWithHuman({ ...question, signal: controller.signal }, terminal);
  } finally {
    stopListening();
  }
}
