import { verbatim } from '../../findings/verbatim.ts';
import { HUMAN_GATES } from '../../run/ledger/stages.ts';
import type { RunState } from '../../run/ledger/state.ts';
import { readManifest, readPlannedState } from '../../run/ledger/store.io.ts';
import { commandsHash, commandsOf } from '../../run/plan/approve.ts';
import { renderDomainLines, summarizeDomains } from '../../run/plan/domain-lines.ts';
import type { ApprovalClaim } from '../../system/approval/record.ts';
import { quoteCommand } from '../../system/command-line.ts';
import { unwrap } from '../../system/result.ts';
import { gateStatus } from './gate.ts';
import { readGateSubject } from './subject.io.ts';
import { describeSubject } from './wording.ts';

/** An approval that a run waits for, and what a human has to see of it. */
export interface WaitingApproval {
  claim: ApprovalClaim;
  project: string;
  lines: string[];
}

/** Lists the approvals that a run waits for: of its plan, its commands and its gates. A conflict is resolved by `sao conflict`. */
export async function listWaitingApprovals(dir: string): Promise<WaitingApproval[]> {
  const { id: run, project, mode } = unwrap(readManifest(dir));
  const { plan, state } = readPlannedState(dir);
  const claim = (stage: string, hash: string) => ({ run, stage, action: 'approve', hash });
  const waiting: WaitingApproval[] = [];
  if (plan && !state.confirmed)
    waiting.push({
      claim: claim('plan', state.planHash ?? ''),
      project,
      lines: renderDomainLines(summarizeDomains(plan)),
    });
  if (plan && commandsOf(plan).length > 0 && state.approvedCommands !== commandsHash(plan))
    waiting.push({
      claim: claim('commands', commandsHash(plan)),
      project,
      lines: commandsOf(plan).map(({ id, command }) => `${id}: ${verbatim(quoteCommand(command))}`),
    });
  return mode === 'build' ? [...waiting, ...(await listGates(dir, state, { claim, project }))] : waiting;
}

async function listGates(
  dir: string,
  state: RunState,
  { claim, project }: { claim: (stage: string, hash: string) => ApprovalClaim; project: string },
): Promise<WaitingApproval[]> {
  const subjects = await Promise.all(HUMAN_GATES.map((stage) => readGateSubject(dir, stage, state)));
  return subjects.flatMap((subject) =>
    subject?.isChecked && gateStatus(state, subject.stage, subject.hash) !== 'open'
      ? [{ claim: claim(subject.stage, subject.hash), project, lines: describeSubject(subject) }]
      : [],
  );
}
