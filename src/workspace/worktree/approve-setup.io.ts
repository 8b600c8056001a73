import { readUserConfig } from '../../run/ledger/config.io.ts';
import { buildSetupApprovedEvent } from '../../run/ledger/events.ts';
import { makeApprovalRecord } from '../../run/ledger/human-proof.io.ts';
import { readRunState } from '../../run/ledger/run-state.io.ts';
import { appendEvents, readManifest } from '../../run/ledger/store.io.ts';
import { approverOfCommands, type CommandApprover, setupHash } from '../../run/plan/approve.ts';
import { confirmWithHuman, type HumanTerminal } from '../../system/approval/confirm-with-human.ts';
import { readApprovalPolicy } from '../../system/approval/policy.io.ts';
import { meetsPolicy } from '../../system/approval/record.ts';
import { isInAgent, isInSession } from '../../system/process/caller.ts';
import { ExpectedError, reject, unwrap } from '../../system/result.ts';
import { preparationProblems, preparationTexts } from './wording.ts';

/** The call that prepares worktrees. */
export interface SetupCaller {
  env: Readonly<Record<string, string | undefined>>;
  stdinIsTerminal: boolean;
  /** The call says that no human is there, as in a CI job. */
  isUnattended?: boolean | undefined;
}

/**
 * How this call approves the setup command of worktrees, by the rule for the commands of a plan. Throws an ExpectedError if it does not: the
 * project, which names the command, may be anyone's.
 */
export function requireSetupApproval(
  setup: string,
  { env, stdinIsTerminal, isUnattended = false }: SetupCaller,
): CommandApprover {
  const caller = { isSession: isInSession(env), isAgent: isInAgent(env), isTerminal: stdinIsTerminal };
  const isAllowed = unwrap(readUserConfig(env)).allowCommands.includes(setup);
  const level = approverOfCommands({ ...caller, isUnattended }, { isAllowed, isAnswered: false });
  const claim = { stage: 'setup', action: 'approve' };
  // The configuration is the user's own word, and it is compared again at each call.
  const isEnough = level === 'config' || (level && meetsPolicy({ ...claim, level }, readApprovalPolicy()));
  if (level === undefined || !isEnough)
    throw new ExpectedError(reject(preparationProblems.notApproved(setup)));
  return level;
}

/** Shows a setup command to the human in the terminal, and returns whether they let it run. */
export type ConfirmSetup = (setup: string) => Promise<boolean>;

/** Returns the question about setup commands, which is asked once for each of them in this call. */
export function openSetupQuestion(terminal: HumanTerminal, signal?: AbortSignal): ConfirmSetup {
  const answers = new Map<string, Promise<boolean>>();
  return (setup) => {
    const question = { lines: [preparationTexts.shown(setup)], purpose: preparationTexts.purpose, signal };
    const answer = answers.get(setup) ?? confirmWithHuman(question, terminal);
    answers.set(setup, answer);
    return answer;
  };
}

/** Returns the check of a run's setup command: an earlier approval of the same command holds, a new one is recorded. */
export function openSetupApproval(
  dir: string,
  caller: SetupCaller & { confirmSetup: ConfirmSetup; now(): Date },
): (setup: string) => Promise<void> {
  return async (setup) => {
    const hash = setupHash(setup);
    if (readRunState(dir).approvedSetup === hash) return;
    const level = requireSetupApproval(setup, caller);
    if (level === 'config' && readApprovalPolicy() !== undefined) return;
    if (level === 'terminal' && !(await caller.confirmSetup(setup)))
      throw new ExpectedError(reject(preparationProblems.notConfirmed(setup)));
    const { id: run, project } = unwrap(readManifest(dir));
    const claim = { run, stage: 'setup', action: 'approve', hash };
    const now = caller.now();
    const approval = makeApprovalRecord(claim, { project, level, now }, caller.env);
    appendEvents(dir, [buildSetupApprovedEvent({ approval })], now);
  };
}
