import type { BuildProgress } from '../../pipeline/drive/resume-build.io.ts';
import type { Action } from '../../run/dispatch/action.ts';
import type { FoundRun } from '../../run/ledger/locate.io.ts';
import { readProjectConfig } from '../../run/ledger/project-config.io.ts';
import { readRunState } from '../../run/ledger/run-state.io.ts';
import { sessionOf } from '../../run/ledger/sessions.io.ts';
import { finishRun } from '../../run/report/finish.io.ts';
import { writeWorkflow } from '../workflow/write.io.ts';
import { askNext, type LazyEffects, type NextCaller, type NextRequest } from './ask.io.ts';

const LAZY_EFFECTS: LazyEffects = { readConfig: readProjectConfig, finishRun, writeWorkflow };

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
