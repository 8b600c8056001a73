import type { BuildProgress } from '../../pipeline/drive/resume-build.io.ts';
import type { Action } from '../../run/dispatch/action.ts';
import type { Snapshot } from '../../run/dispatch/standing.ts';
import { admissionErrors } from '../../run/dispatch/wording.ts';
import { approvalErrors } from '../../run/ledger/approval-wording.ts';
import { readUserConfig } from '../../run/ledger/config.io.ts';
import { makeApprovalRecord, readCallOrigin } from '../../run/ledger/human-proof.io.ts';
import { proveConfirmation } from '../../run/ledger/human-proof.ts';
import { findLiveWork } from '../../run/ledger/live-work.io.ts';
import type { FoundRun } from '../../run/ledger/locate.io.ts';
import { readProjectConfig } from '../../run/ledger/project-config.io.ts';
import type { Approved } from '../../run/ledger/run-event.ts';
import { readRunState } from '../../run/ledger/run-state.io.ts';
import { sessionOf } from '../../run/ledger/sessions.io.ts';
import { readPlannedState } from '../../run/ledger/store.io.ts';
import { describeCommands, describePlan } from '../../run/plan/describe-plan.ts';
import { finishRun } from '../../run/report/finish.io.ts';
import { confirmWithHuman, type HumanTerminal } from '../../system/approval/confirm-with-human.ts';
import { readApprovalPolicy } from '../../system/approval/policy.io.ts';
import { meetsPolicy } from '../../system/approval/record.ts';
import { isEnvironmentOfModel } from '../../system/process/caller.ts';
import { accept, ExpectedError, type Result, reject } from '../../system/result.ts';
import { writeWorkflow } from '../workflow/write.io.ts';
import { askNext, type LazyEffects, type NextCaller, type NextRequest } from './ask.io.ts';

/** The effects of a call; `isTerminal`: its standard input is one. */
const effectsOf = (isTerminal: boolean, confirmedHash?: string): LazyEffects => ({
  ...OTHER_EFFECTS,
  proveConfirmation: (snapshot, env) => requireConfirmation(snapshot, { env, isTerminal, confirmedHash }),
});

const OTHER_EFFECTS = { readConfig: readProjectConfig, finishRun, writeWorkflow };

/** `confirmedHash`: that of the plan which the human has seen and confirmed in the terminal. */
interface ConfirmationCall {
  env: AnswerContext['env'];
  isTerminal: boolean;
  confirmedHash: string | undefined;
}

/** Returns how a human has confirmed the plan of a run, or a failure that says how a human does. */
function requireConfirmation(
  { dir, manifest: { id: run, project }, state, now }: Snapshot,
  { env, isTerminal, confirmedHash }: ConfirmationCall,
): Result<Approved> {
  const config = readUserConfig(env);
  if (!config.ok) return config;
  const origin = readCallOrigin(env, isTerminal, state.questions, 'approve');
  const hash = state.planHash ?? '';
  const isUnattended = config.value.confirmPlans === 'unattended';
  const level = proveConfirmation(origin, state.askedPlan, hash, isUnattended);
  if (level === undefined)
    return reject({
      code: 'plan-unconfirmed',
      message: origin.isAgent ? admissionErrors.agentConfirms() : admissionErrors.noHumanTurn(run),
      target: run,
      fix: `show the user the plan and wait for the answer; then call exactly \`sao next ${run} --confirm\`, with nothing else in the command. Or let the user end this session and run it in a terminal.`,
    });
  const claim = { run, stage: 'plan', action: 'approve', hash } as const;
  const command = `sao next ${run} --confirm`;
  const signCommand = `sao approvals sign plan ${run}`;
  const work = origin.isSession ? undefined : findLiveWork({ dir, project, env }, state);
  if (work) return reject(approvalErrors.notAlone(work, command, signCommand));
  const policy = readApprovalPolicy();
  if (policy !== undefined && !meetsPolicy({ ...claim, level }, policy))
    return reject(approvalErrors.belowPolicy(level, policy, command, signCommand));
  if (level === 'terminal' && confirmedHash !== hash) return reject(approvalErrors.changed(command));
  return accept({ approval: makeApprovalRecord(claim, { project, level, now: new Date(now) }, env) });
}

/** Shows the plan to the human at the terminal, and returns the hash of what they confirmed. Undefined where no human is asked: nothing to confirm, or no terminal. */
async function askPlan(
  dir: string,
  { confirm }: NextRequest,
  context: AnswerContext,
): Promise<string | undefined> {
  const { env, stdinIsTerminal, terminal } = context;
  if (!confirm || !stdinIsTerminal || terminal === undefined || isEnvironmentOfModel(env)) return undefined;
  const { plan, state } = readPlannedState(dir);
  if (!plan || state.confirmed || state.planHash === undefined) return undefined;
  // An answer in a terminal would not count: `requireConfirmation` says what does.
  if (!meetsPolicy({ stage: 'plan', action: 'approve', level: 'terminal' }, readApprovalPolicy()))
    return undefined;
  const lines = [...describePlan(plan, dir), ...describeCommands(plan)];
  const isSure = await confirmWithHuman({ lines, purpose: 'confirm this plan' }, terminal);
  if (!isSure) throw new ExpectedError(reject(approvalErrors.notGiven('sao next --confirm')));
  return state.planHash;
}

export type AnswerContext = Pick<NextCaller, 'env'> & {
  now(): Date;
  stdinIsTerminal?: boolean;
  /** For asking the human; only where `stdinIsTerminal`. */
  terminal?: HumanTerminal;
};

/** Returns the next action of a run. If the action asks a human about a gate, adds the work at the gate. Throws like `askNext`. */
export async function answerNext(
  found: Pick<FoundRun, 'dir' | 'root'>,
  request: NextRequest,
  context: AnswerContext,
): Promise<Action> {
  const { env, now, stdinIsTerminal = false } = context;
  const confirmedHash = await askPlan(found.dir, request, context);
  const action = askNext(found, request, { env, now: now(), ...effectsOf(stdinIsTerminal, confirmedHash) });
  if (!action.gate) return action;
  const { readGateSubject } = await import('../../pipeline/gate/subject.io.ts');
  const { describeSubject } = await import('../../pipeline/gate/wording.ts');
  const subject = await readGateSubject(found.dir, action.gate, readRunState(found.dir));
  return subject ? { ...action, shown: describeSubject(subject) } : action;
}

/** Returns the next action of a run without the work at a gate. */
export function peekNext(found: Pick<FoundRun, 'dir' | 'root'>, { env, now }: AnswerContext): Action {
  return askNext(found, {}, { env, now: now(), ...effectsOf(false) });
}

/** Adds the next action to the progress of a build if the caller is a session, which saves it a call. */
export async function addNext(
  built: BuildProgress,
  root: string,
  context: AnswerContext,
): Promise<BuildProgress> {
  if (sessionOf(context.env) === undefined || built.interrupted) return built;
  return { ...built, next: await answerNext({ dir: built.dir, root }, {}, context) };
}
