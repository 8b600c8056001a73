import type { BuildProgress } from '../../pipeline/drive/carry.io.ts';
import { readGateSubject } from '../../pipeline/gate/subject.io.ts';
import { describeSubject } from '../../pipeline/gate/wording.ts';
import type { Action } from '../../run/dispatch/action.ts';
import type { FoundRun } from '../../run/ledger/locate.io.ts';
import { readProjectConfig } from '../../run/ledger/project-config.io.ts';
import { readRunState } from '../../run/ledger/run-state.io.ts';
import { sessionOf } from '../../run/ledger/sessions.io.ts';
import { finishRun } from '../../run/report/finish.io.ts';
import { writeWorkflow } from '../workflow/write.io.ts';
import { type Asker, askNext, type Means, type Wish } from './ask.io.ts';

const MEANS: Means = { readConfig: readProjectConfig, finishRun, writeWorkflow };

export type Asking = Pick<Asker, 'env'> & { now(): Date };

/** `askNext` with all that it may need; what a person is asked about is shown in the same turn. */
export async function answerNext(
  found: Pick<FoundRun, 'dir' | 'root'>,
  wish: Wish,
  { env, now }: Asking,
): Promise<Action> {
  const action = askNext(found, wish, { env, now: now(), ...MEANS });
  const subject = action.gate && (await readGateSubject(found.dir, action.gate, readRunState(found.dir)));
  return subject ? { ...action, shown: describeSubject(subject) } : action;
}

/** A build as far as the engine by itself could carry it; a session hears at once what it does next. */
export async function addNext(built: BuildProgress, root: string, asking: Asking): Promise<BuildProgress> {
  if (sessionOf(asking.env) === undefined || built.interrupted) return built;
  return { ...built, next: await answerNext({ dir: built.dir, root }, {}, asking) };
}
