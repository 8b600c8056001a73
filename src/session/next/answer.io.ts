import type { BuildProgress } from '../../pipeline/drive/resume-build.io.ts';
import type { Action } from '../../run/dispatch/action.ts';
import type { Snapshot } from '../../run/dispatch/standing.ts';
import { admissionErrors } from '../../run/dispatch/wording.ts';
import { readUserConfig } from '../../run/ledger/config.io.ts';
import { readCallOrigin } from '../../run/ledger/human-proof.io.ts';
import { proveConfirmation } from '../../run/ledger/human-proof.ts';
import type { FoundRun } from '../../run/ledger/locate.io.ts';
import { readProjectConfig } from '../../run/ledger/project-config.io.ts';
import type { PlanApprover } from '../../run/ledger/run-event.ts';
import { readRunState } from '../../run/ledger/run-state.io.ts';
import { sessionOf } from '../../run/ledger/sessions.io.ts';
import { finishRun } from '../../run/report/finish.io.ts';
import { accept, type Result, reject } from '../../system/result.ts';
import { writeWorkflow } from '../workflow/write.io.ts';
import { askNext, type LazyEffects, type NextCaller, type NextRequest } from './ask.io.ts';

const LAZY_EFFECTS: LazyEffects = {
  readConfig: readProjectConfig,
  proveConfirmation: requireConfirmation,
  finishRun,
  writeWorkflow,
};

/** Returns how a human has confirmed the plan of a run, or the failure `plan-unconfirmed`, which says how a human does. */
function requireConfirmation({ manifest, state }: Snapshot, env: AnswerContext['env']): Result<PlanApprover> {
  const config = readUserConfig(env);
  if (!config.ok) return config;
  const origin = readCallOrigin(env, false, state.questions);
  const isUnattended = config.value.confirmPlans === 'unattended';
  const approver = proveConfirmation(origin, state.askedPlan, state.planHash ?? '', isUnattended);
  if (approver !== undefined) return accept(approver);
  return reject({
    code: 'plan-unconfirmed',
    message: origin.isAgent ? admissionErrors.agentConfirms() : admissionErrors.noHumanTurn(manifest.id),
    target: manifest.id,
    fix: `show the user the plan and wait for the answer; then call exactly \`sao next ${manifest.id} --confirm\`, with nothing else in the command. Or let the user run it in a terminal.`,
  });
}

export type AnswerContext = Pick<NextCaller, 'env'> & { now(): Date };

/** Returns the next action of a run. If the action asks a human about a gate, adds the work at the gate. Throws like `askNext`. */
export async function answerNext(
  found: Pick<FoundRun, 'dir' | 'root'>,
  request: NextRequest,
  { env, now }: AnswerContext,
): Promise<Action> {
  const action = askNext(found, request, { env, now: now(), ...LAZY_EFFECTS });
  if (!action.gate) return action;
  const { readGateSubject } = await import('../../pipeline/gate/subject.io.ts');
  const { describeSubject } = await import('../../pipeline/gate/wording.ts');
  const subject = await readGateSubject(found.dir, action.gate, readRunState(found.dir));
  return subject ? { ...action, shown: describeSubject(subject) } : action;
}

/** Returns the next action of a run without the work at a gate. */
export function peekNext(found: Pick<FoundRun, 'dir' | 'root'>, { env, now }: AnswerContext): Action {
  return askNext(found, {}, { env, now: now(), ...LAZY_EFFECTS });
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
