import { verbatim } from '../../findings/verbatim.ts';
import { readSetupCommand } from '../../run/ledger/setup-command.io.ts';
import { HUMAN_GATES } from '../../run/ledger/stages.ts';
import type { RunState } from '../../run/ledger/state.ts';
import { readManifest, readPlannedState } from '../../run/ledger/store.io.ts';
import { commandsHash, commandsOf, setupHash } from '../../run/plan/approve.ts';
import { describeCommands, describePlan } from '../../run/plan/describe-plan.ts';
import type { ApprovalClaim } from '../../system/approval/record.ts';
import { unwrap } from '../../system/result.ts';
import { gateStatus } from './gate.ts';
import { readGateSubject } from './subject.io.ts';
import { describeSubject } from './wording.ts';

/** An approval that a run waits for, and what a human has to see of it. */
export interface WaitingApproval {
  claim: ApprovalClaim;
  project: string;
  lines: string[];
  /** The text whose SHA-256 the claim has, where it is one text: another machine shows it before it signs. */
  content?: string;
}

/** Lists the approvals that a run waits for: of its plan, its commands, the setup command of its worktrees and its gates. A conflict is resolved by `sao conflict`. */
export async function listWaitingApprovals(dir: string): Promise<WaitingApproval[]> {
  const { id: run, project, mode } = unwrap(readManifest(dir));
  const { plan, state } = readPlannedState(dir);
  const claim = (stage: string, hash: string) => ({ run, stage, action: 'approve', hash });
  const waiting: WaitingApproval[] = [];
  if (plan && !state.confirmed)
    waiting.push({
      claim: claim('plan', state.planHash ?? ''),
      project,
      lines: describePlan(plan, dir),
      content: JSON.stringify(plan),
    });
  if (plan && commandsOf(plan).length > 0 && state.approvedCommands !== commandsHash(plan))
    waiting.push({
      claim: claim('commands', commandsHash(plan)),
      project,
      lines: describeCommands(plan),
      content: JSON.stringify(commandsOf(plan)),
    });
  const setup = mode === 'build' ? readSetupCommand(project) : undefined;
  if (setup !== undefined && state.approvedSetup !== setupHash(setup))
    waiting.push({
      claim: claim('setup', setupHash(setup)),
      project,
      lines: [`setup of worktrees: ${verbatim(setup)}`],
      content: setup,
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
