import { hasControlCharacters } from '../../findings/control-characters.ts';
import { accept, type Result, reject } from '../../system/result.ts';
import { buildGapEvent } from '../ledger/events.ts';
import { isName } from '../ledger/names.ts';
import type { EventOf } from '../ledger/run-event.ts';
import { type Snapshot, standingOf } from './standing.ts';
import { admissionErrors, regrantErrors } from './wording.ts';

const LONGEST = 300;

/** Builds the gap events for agents that a human abandons. Fails for all if one of them is done or running. Pure. */
export function decideGaps(
  snapshot: Snapshot,
  ids: readonly string[],
  reason: string,
): Result<EventOf<'gap'>[]> {
  const run = snapshot.manifest.id;
  const checked = checkReason(reason);
  if (!checked.ok) return checked;
  const wanted = [...new Set(ids)];
  const faults = wanted.flatMap((id) => {
    const fault = faultOfGap(snapshot, id);
    return fault === undefined ? [] : [{ ...fault, target: id, fix: `sao status ${run}` }];
  });
  if (faults.length > 0) return reject(...faults);
  return accept(wanted.map((agent) => buildGapEvent(agent, checked.value, 'user')));
}

function faultOfGap(snapshot: Snapshot, id: string): { code: string; message: string } | undefined {
  const run = snapshot.manifest.id;
  const no = (message: string) => ({ code: 'agent-not-given-up', message });
  if (!snapshot.plan) return no(admissionErrors.noPlan(run));
  const agent = snapshot.plan.agents.find((candidate) => candidate.id === id);
  if (!agent)
    return {
      code: 'agent-unknown',
      message: isName(id) ? admissionErrors.unknown(run, id) : regrantErrors.noId(id),
    };
  const standing = standingOf(snapshot, agent);
  if (standing === 'done') return no(regrantErrors.doneGap(id));
  // The snapshot already ended overdue attempts, so a running agent has time left and may still finish.
  return standing === 'running' ? no(regrantErrors.runningGap(id, agent.timeout)) : undefined;
}

function checkReason(reason: string): Result<string> {
  const text = reason.trim();
  if (text !== '' && text.length <= LONGEST && !text.includes('\n') && !hasControlCharacters(text))
    return accept(text);
  return reject({
    code: 'reason-wrong',
    message: `a reason is one line of 1 to ${LONGEST} characters without control characters`,
    target: '--reason',
    fix: "say in one sentence why, e.g. --reason 'the service is down'",
  });
}
