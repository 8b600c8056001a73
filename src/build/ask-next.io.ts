import { dirname, join } from 'node:path';
import type { Action } from '../dispatch/action.ts';
import { type Asking, nextOfRun, type Wishes } from '../dispatch/ask-next.io.ts';
import { decideUnderLock } from '../dispatch/snapshot.io.ts';
import { subjectOf } from '../gate/subject.io.ts';
import { describeSubject } from '../gate/wording.ts';
import { unwrap } from '../result.ts';
import type { FoundRun } from '../run/locate.io.ts';
import { bindSession, sessionOf, unbindRun } from '../run/sessions.io.ts';
import { readManifest } from '../run/store.io.ts';
import type { CarriedBuild } from './carry.io.ts';
import { decideNextOfBuild, inBuild } from './next.ts';
import { viewOf } from './view.io.ts';

/** The one next action of any run, for whoever asks; a session that asks has the run under way until it is done. */
export async function askNext({ dir, root }: FoundRun, wishes: Wishes, asking: Asking): Promise<Action> {
  const isBuild = unwrap(readManifest(dir)).mode === 'build';
  const action = isBuild ? await nextOfBuild({ dir, root }, wishes, asking) : nextOfRun(dir, wishes, asking);
  if (action.action === 'done') unbindRun(root, dir);
  else bind({ dir, root }, asking);
  return action;
}

/** A build as far as the engine by itself could carry it; a session hears at once what it does next. */
export async function addNext(built: CarriedBuild, root: string, asking: Asking): Promise<CarriedBuild> {
  if (sessionOf(asking.env) === undefined || built.interrupted) return built;
  return { ...built, next: await askNext({ dir: built.dir, root }, {}, asking) };
}

/** The engine's stages are asked, and while the build is audited the run that audits it. */
async function nextOfBuild({ dir, root }: FoundRun, wishes: Wishes, asking: Asking): Promise<Action> {
  for (;;) {
    const next = decideUnderLock(dir, asking.now(), (snapshot) => decideNextOfBuild(viewOf(snapshot)));
    if (!('child' in next)) return await showGate(dir, next);
    const child = join(dirname(dir), next.child);
    const action = nextOfRun(child, wishes, asking);
    if (action.action !== 'done') {
      // Its agents are this session's; `sao next` without a run means the build all the same, which is marked after it.
      bind({ dir: child, root }, asking);
      return inBuild(action, next.run);
    }
    unbindRun(root, child);
  }
}

/** A person is shown what they are asked about in the same turn. */
async function showGate(dir: string, action: Action): Promise<Action> {
  const subject = action.gate && (await subjectOf(dir, action.gate));
  return subject ? { ...action, shown: describeSubject(subject) } : action;
}

function bind({ dir, root }: FoundRun, { env }: Asking): void {
  const session = sessionOf(env);
  if (session !== undefined) bindSession(root, session, dir);
}
