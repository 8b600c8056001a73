import { readUserConfig } from '../../run/ledger/config.io.ts';
import { buildSetupApprovedEvent } from '../../run/ledger/events.ts';
import { readRunState } from '../../run/ledger/run-state.io.ts';
import { appendEvents } from '../../run/ledger/store.io.ts';
import { approverOfCommands, setupHash } from '../../run/plan/approve.ts';
import { isInAgent, isInSession } from '../../system/process/caller.ts';
import { ExpectedError, reject, unwrap } from '../../system/result.ts';
import { preparationProblems } from './wording.ts';

/** The call that prepares worktrees. */
export interface SetupCaller {
  env: Readonly<Record<string, string | undefined>>;
  stdinIsTerminal: boolean;
  /** The call says that no human is there, as in a CI job. */
  isUnattended?: boolean | undefined;
}

type Approver = 'shell' | 'config' | 'unattended';

/**
 * How this call approves the setup command of worktrees, by the rule for the commands of a plan. Throws an ExpectedError if it does not: the
 * project, which names the command, may be anyone's.
 */
export function requireSetupApproval(
  setup: string,
  { env, stdinIsTerminal, isUnattended = false }: SetupCaller,
): Approver {
  const caller = { isSession: isInSession(env), isAgent: isInAgent(env), isTerminal: stdinIsTerminal };
  const isAllowed = unwrap(readUserConfig(env)).allowCommands.includes(setup);
  const by = approverOfCommands({ ...caller, isUnattended }, { isAllowed, isAnswered: false });
  if (by === undefined) throw new ExpectedError(reject(preparationProblems.notApproved(setup)));
  return by as Approver;
}

/** Returns the check of a run's setup command: an earlier approval of the same command holds, a new one is recorded. */
export function openSetupApproval(
  dir: string,
  caller: SetupCaller & { now(): Date },
): (setup: string) => void {
  return (setup) => {
    const hash = setupHash(setup);
    if (readRunState(dir).approvedSetup === hash) return;
    appendEvents(dir, [buildSetupApprovedEvent(hash, requireSetupApproval(setup, caller))], caller.now());
  };
}
